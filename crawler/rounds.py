"""A round of visits asked for by a person: how far it is, and what it brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from store.db import reading
from store.sources import PASSIVE
from store.tables.articles import Article
from store.tables.sources import Fetch, Source

SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Left:
    """How many sources and pages are still due or being visited."""

    sources: int
    pages: int


def progress(started: datetime, source_id: int | None = None) -> Left:
    """Return what is left of a round asked for at `started`, of all sources or of one: what was not visited since.

    Pages put off to a later try do not count, nor do sources nothing is fetched for.
    """
    seen = select(Fetch.id).where(Fetch.at >= started)
    own = seen.where(Fetch.source_id == Source.id, Fetch.article_id.is_(None))
    sources = select(func.count()).where(Source.enabled, Source.kind.not_in(PASSIVE), ~own.exists())
    pages = select(func.count()).where(
        Article.page_at < started + SOON, ~seen.where(Fetch.article_id == Article.id).exists()
    )
    if source_id is not None:
        sources, pages = sources.where(Source.id == source_id), pages.where(Article.source_id == source_id)
    with reading() as session:
        return Left(session.scalar(sources) or 0, session.scalar(pages) or 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round of visits to sources brought; `failures` are (name, reason)."""

    visits: int
    new: int
    unchanged: int
    failures: list[tuple[str, str]]


def outcome(started: datetime, source_id: int | None = None) -> Outcome:
    """Return what the visits since `started` to all sources, or to one, brought."""
    asked = select(Fetch, Source.name).join(Source).where(Fetch.at >= started, Fetch.article_id.is_(None))
    if source_id is not None:
        asked = asked.where(Fetch.source_id == source_id)
    with reading() as session:
        rows = session.execute(asked).all()
    return Outcome(
        visits=len(rows),
        new=sum(fetch.new for fetch, _ in rows),
        unchanged=sum(fetch.status == 304 for fetch, _ in rows),
        failures=[(name, fetch.error) for fetch, name in rows if fetch.error],
    )
