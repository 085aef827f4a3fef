"""A round of visits asked for by a person: how far it is, and what it brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from store.db import reading
from store.tables.articles import Article
from store.tables.sources import Fetch, Source

SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Left:
    """How many sources and pages are still due or being visited."""

    sources: int
    pages: int


def progress(started: datetime) -> Left:
    """Return what is left of a round asked for at `started`: sources and pages not visited since.

    Pages put off to a later try do not count.
    """
    seen = select(Fetch.id).where(Fetch.at >= started)
    own = seen.where(Fetch.source_id == Source.id, Fetch.article_id.is_(None))
    sources = select(func.count()).where(Source.enabled, ~own.exists())
    pages = select(func.count()).where(
        Article.page_at < started + SOON, ~seen.where(Fetch.article_id == Article.id).exists()
    )
    with reading() as session:
        return Left(session.scalar(sources) or 0, session.scalar(pages) or 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round of visits to sources brought; `failures` are (name, reason)."""

    visits: int
    new: int
    unchanged: int
    failures: list[tuple[str, str]]


def outcome(started: datetime) -> Outcome:
    """Return what the visits to sources since `started` brought."""
    with reading() as session:
        asked = select(Fetch, Source.name).join(Source).where(Fetch.at >= started, Fetch.article_id.is_(None))
        rows = session.execute(asked).all()
    return Outcome(
        visits=len(rows),
        new=sum(fetch.new for fetch, _ in rows),
        unchanged=sum(fetch.status == 304 for fetch, _ in rows),
        failures=[(name, fetch.error) for fetch, name in rows if fetch.error],
    )
