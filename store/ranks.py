"""Where topics stood on a hot list: the list gives no dates, so its ranks at each time are its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from store.db import insert_into
from store.tables.articles import Article, Rank
from store.tables.sources import Source

STILL = timedelta(minutes=15)
"""A place noted no longer ago than this, or two visits of its source, still counts as the present one."""


def record(session: Session, source_id: int, places: Mapping[str, tuple[int, int | None]], at: datetime) -> int:
    """Note rank and heat of the articles of a source, by link, in the list made `at`; return how many were new.

    The same list given out again from a cache adds nothing.
    """
    asked = select(Article.id, Article.link).where(Article.source_id == source_id, Article.link.in_(places))
    rows = [
        {"article_id": id_, "at": at, "rank": places[link][0], "heat": places[link][1]}
        for id_, link in session.execute(asked.order_by(Article.id))
    ]
    if not rows:
        return 0
    new = insert_into(session, Rank).on_conflict_do_nothing(index_elements=["article_id", "at"])
    return len(session.scalars(new.returning(Rank.id), rows).all())


def history(session: Session, article_ids: Iterable[int], limit: int = 200) -> list[Rank]:
    """Return the ranks of articles, the newest first."""
    asked = select(Rank).where(Rank.article_id.in_(list(article_ids))).order_by(Rank.at.desc(), Rank.id.desc())
    return list(session.scalars(asked.limit(limit)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a topic fared on its list: its best place, its latest one and when that was, and when it was first seen."""

    best: int
    latest: int
    latest_at: datetime
    first_at: datetime
    present: bool
    """Whether the latest place is that of now: a topic that fell off the list has none."""


def standings(session: Session, article_ids: Iterable[int], now: datetime) -> dict[int, Standing]:
    """Return how articles fared on hot lists, by article; those never on one are left out."""
    ids = list(article_ids)
    all_ = select(Rank.article_id, func.min(Rank.rank).label("best"), func.min(Rank.at).label("first"))
    all_ = all_.add_columns(func.max(Rank.at).label("last")).where(Rank.article_id.in_(ids)).group_by(Rank.article_id)
    each = all_.subquery()
    asked = (
        select(each.c.article_id, each.c.best, each.c.first, Rank.rank, Rank.at, Source.interval)
        .join(Rank, and_(Rank.article_id == each.c.article_id, Rank.at == each.c.last))
        .join(Article, Article.id == each.c.article_id)
        .join(Source, Source.id == Article.source_id)
    )
    return {
        id_: Standing(best, latest, at, first, now - at <= max(STILL, timedelta(seconds=2 * interval)))
        for id_, best, first, latest, at, interval in session.execute(asked)
    }
