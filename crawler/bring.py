"""Items become articles of their source: one way to store them, whatever brought them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.items import Item
from crawler.links import canonical
from store.articles import NewArticle, add_articles
from store.tables.articles import Article
from store.tables.sources import Source

_LONGEST = 2000
_BASE = 1700


def bring(session: Session, source: Source, items: Iterable[Item], now: datetime) -> list[Article]:
    """Store the items that are not known yet and return them; those with a page ask for it, others for their verdict.

    An item is known by its link, else its number, else its text. Of several tickets with one number that say different
    things each is stored.
    """
    found: dict[str, tuple[Item, NewArticle]] = {}
    for item in items:
        article = _article(item, _link(source, item), now)
        if not item.has_page and article.link in found and found[article.link][0] != item:
            article = _article(item, _own_link(source, item), now)
        found.setdefault(article.link, (item, article))
    with_page = [article for item, article in found.values() if _has_page(item, article)]
    without = [article for item, article in found.values() if not _has_page(item, article)]
    return add_articles(session, source, with_page, now) + add_articles(session, source, without, now, with_page=False)


def _has_page(item: Item, article: NewArticle) -> bool:
    return item.has_page and "#" not in article.link


def _article(item: Item, link: str, now: datetime) -> NewArticle:
    """Return what is stored of an item; a place that its text does not name is added to the text."""
    published = item.published
    text = f"{item.text}\n地点：{item.place}".strip() if item.place and item.place not in item.text else item.text
    return NewArticle(
        link=link,
        title=item.title,
        text=text,
        author=(item.author or "")[:200] or None,
        published_at=min(published.at, now) if published else None,
        date_only=published is not None and published.precision == "day",
        channel=item.channel,
        origin=(item.origin or "")[:200] or None,
    )


def _link(source: Source, item: Item) -> str:
    """Return what an item is known by: its link, or its source's address with its number or a mark of its text."""
    try:
        link = canonical(item.link) if item.link else ""
    except ValueError:
        link = ""
    number = "".join((item.number or "").split())
    return link[:_LONGEST] or f"{source.url[:_BASE]}#{number[:200] or _mark(item.title, item.text)}"


def _own_link(source: Source, item: Item) -> str:
    """Return what one of several items with the same number is known by: everything it says."""
    return f"{source.url[:_BASE]}#{_mark(item.number, item.title, item.text, item.published)}"


def _mark(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]
