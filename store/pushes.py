"""What vendors push, stored: one article for each of their ids, however often they send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.push import Pushed
from store import sources, yields
from store.articles import NewArticle, add_articles, refresh_counts
from store.simple import simplified
from store.source_secrets import is_key
from store.tables.articles import Article
from store.tables.sources import Fetch, Source

KIND = "push"


@dataclass(frozen=True, slots=True)
class Taken:
    """How many items were new and how many were known already."""

    new: int
    known: int


def source_of(session: Session, source_id: int, key: str) -> Source | None:
    """Return the push source of an id if `key` is its key and it is enabled, else None."""
    source = session.get(Source, source_id)
    if source is None or source.kind != KIND or not is_key(source, key) or not source.enabled:
        return None
    return source


def take_in(session: Session, source: Source, items: Sequence[Pushed], now: datetime, size: int) -> Taken:
    """Store the items not known yet by their id, bring the counts of the others up to date, note the visit."""
    by_number = {item.number: item for item in items}
    asked = select(Article.number, Article.link).where(Article.source_id == source.id, Article.number.in_(by_number))
    known = {number: link for number, link in session.execute(asked) if number}
    fresh = [_article(source, item) for number, item in sorted(by_number.items()) if number not in known]
    new = len(add_articles(session, source, fresh, now))
    counted = {link: by_number[number].counts for number, link in known.items() if by_number[number].counts}
    refresh_counts(session, source, counted)
    sources.note_ok(source, now, new, yields.count(session, source.id, now, len(by_number), new))
    said = {"at": now, "took_ms": 0, "url": source.url, "status": 200, "bytes": size}
    session.add(Fetch(source_id=source.id, found=len(by_number), new=new, **said))
    session.flush()
    return Taken(new, len(by_number) - new)


def _article(source: Source, item: Pushed) -> NewArticle:
    """Return what is stored of an item. Its own text is judged; only where it brings none its page is fetched."""
    return NewArticle(
        link=item.url or f"{source.url}#{item.number}",
        title=item.title,
        text=item.text,
        author=item.author,
        published_at=item.published_at.astimezone(UTC) if item.published_at else None,
        has_page=item.url is not None and not item.text,
        origin=item.origin,
        channel=item.channel,
        number=item.number,
        limit_at=item.limit_at.astimezone(UTC) if item.limit_at else None,
        place_said=item.place,
        counts=item.counts or None,
        simple=simplified(item.title, item.text),
    )
