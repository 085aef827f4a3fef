"""Where topics stood on a hot list: the list gives no dates, so its ranks at each time are its history."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.db import insert_into
from store.tables.articles import Article, Rank


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
