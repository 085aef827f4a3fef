"""The one scheduling primitive: a row that wants something done carries the time at which it wants it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, exists, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.db import reading, transaction

PARK_AFTER = 8
"""Attempts after which a row is parked and shown instead of tried again."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row held for one worker until `held_until`; `attempts` counts this one."""

    id: int
    held_until: datetime
    attempts: int


def take(
    session: Session,
    when: InstrumentedAttribute[Any],
    now: datetime,
    hold: timedelta,
    limit: int = 200,
    only: ColumnElement[bool] | None = None,
) -> list[Taken]:
    """Return the rows due at `now`, oldest first, and hold them until `now + hold`. `only` narrows the choice.

    Two takers never get the same row: PostgreSQL skips locked rows, SQLite writes under BEGIN IMMEDIATE.
    A row whose worker died comes back after `hold`.
    """
    row = when.class_
    due = select(row.id, row.attempts).where(when <= now)
    if only is not None:
        due = due.where(only)
    due = due.order_by(when, row.id).limit(limit).with_for_update(skip_locked=True, key_share=True)
    found = session.execute(due).all()
    ids = [id_ for id_, _ in found]
    if ids:
        held = {when.key: now + hold, "attempts": row.attempts + 1}
        session.execute(update(row).where(row.id.in_(ids)).values(held).execution_options(synchronize_session=False))
    return [Taken(id_, now + hold, attempts + 1) for id_, attempts in found]


def any_due(when: InstrumentedAttribute[Any], now: datetime, only: ColumnElement[bool] | None = None) -> bool:
    """Return whether any row is due at `now`. Writes nothing: mostly there are none, and each write keeps others up."""
    with reading() as session:
        return bool(session.scalar(select(exists().where(when <= now, true() if only is None else only))))


def take_due(
    when: InstrumentedAttribute[Any],
    now: datetime,
    hold: timedelta,
    limit: int = 200,
    only: ColumnElement[bool] | None = None,
) -> list[Taken]:
    """Return what `take` gives, in a transaction of its own, and begin none where nothing is due."""
    if not any_due(when, now, only):
        return []
    with transaction() as session:
        return take(session, when, now, hold, limit, only)


def finish(session: Session, when: InstrumentedAttribute[Any], taken: Taken, **values: Any) -> bool:
    """Write the outcome of one taken row; False if it was taken again meanwhile or somebody asked for it anew.

    The row still has to carry `held_until`: a worker that slept through its hold, or a wake-up written while it
    worked, wins over a late result. Without a new time in `values` the row is done and asks for nothing more.
    """
    row = when.class_
    outcome = {when.key: None, "attempts": 0, **values}
    written = session.execute(
        update(row)
        .where(row.id == taken.id, when == taken.held_until)
        .values(outcome)
        .execution_options(synchronize_session="fetch")
    )
    return isinstance(written, CursorResult) and written.rowcount == 1
