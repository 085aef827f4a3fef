"""The visits to one source: all, those that failed, those that brought something."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from store.tables.sources import Fetch

ONLY: dict[str, ColumnElement[bool] | None] = {"": None, "failed": Fetch.error.is_not(None), "new": Fetch.new > 0}
"""Which visits can be asked for alone."""


def listed(session: Session, source_id: int, only: str, limit: int, offset: int) -> list[Fetch]:
    """Return visits to a source, pages included, the newest first."""
    asked = select(Fetch).where(*_which(source_id, only)).order_by(Fetch.at.desc(), Fetch.id.desc())
    return list(session.scalars(asked.limit(limit).offset(offset)))


def count(session: Session, source_id: int, only: str) -> int:
    """Return how many visits there are."""
    return session.scalar(select(func.count()).select_from(Fetch).where(*_which(source_id, only))) or 0


def _which(source_id: int, only: str) -> list[ColumnElement[bool]]:
    narrowed = ONLY[only]
    return [Fetch.source_id == source_id, *([] if narrowed is None else [narrowed])]
