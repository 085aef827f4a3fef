"""What a source brought, stored: new items once, ranks and counts of known ones brought up to date."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.identity import identity
from crawler.items import Item
from store import ranks
from store.articles import NewArticle, add_articles, refresh_counts
from store.simple import simplified
from store.tables.articles import Article
from store.tables.sources import Source

_BASE = 1700


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of the items of one visit: how many there were, and the new articles."""

    found: int
    new: list[Article]


def bring(session: Session, source: Source, items: Iterable[Item], now: datetime) -> Brought:
    """Store the items of a source and return what was new."""
    items = list(items)
    by_link = _by_link(items, source.url)
    new = add_articles(session, source, [_article(link, item, now) for link, item in by_link.items()], now)
    if counted := {link: item.counts for link, item in by_link.items() if item.counts}:
        refresh_counts(session, source, counted)
    ranked = {link: (item.rank, item.heat) for link, item in by_link.items() if item.rank is not None}
    if ranked:
        made = min(max((item.as_of for item in by_link.values() if item.as_of), default=now), now)
        ranks.record(session, source.id, ranked, made)
    return Brought(len(items), new)


def _by_link(items: Iterable[Item], source_url: str) -> dict[str, Item]:
    """Return the items by what they are known by; of several tickets with one number each that says something else."""
    found: dict[str, Item] = {}
    for item in items:
        link = identity(item, source_url)
        if not item.has_page and found.get(link, item) != item:
            link = f"{source_url[:_BASE]}#{_mark(item.number, item.title, item.text, item.published)}"
        found.setdefault(link, item)
    return found


def _mark(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def _article(link: str, item: Item, now: datetime) -> NewArticle:
    published = item.published
    named = not item.place or item.place in item.text
    text = item.text if named else f"{item.text}\n地点：{item.place}".strip()
    return NewArticle(
        link=link,
        title=item.title,
        text=text,
        author=_short(item.author, 200),
        published_at=min(published.at, now) if published else None,
        date_only=published is not None and published.precision == "day",
        has_page=item.has_page and "#" not in link,
        origin=_short(item.origin, 200),
        channel=item.channel,
        number=_short(item.number, 120),
        limit_at=item.limit_at,
        place_said=_short(item.place, 100),
        counts=item.counts or None,
        simple=simplified(item.title, text),
    )


def _short(text: str | None, most: int) -> str | None:
    return (text or "")[:most] or None
