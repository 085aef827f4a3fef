"""试查: what a query would have hit in the last 30 days, asked by a row, answered by a worker, polled by the screen."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.tables.articles import Article
from store.tables.watches import WatchTrial

DAYS = 30
ALL = ""
"""Asks for the hits of all 专题 in one pass, after many were made at once."""
KEPT = timedelta(days=2)
"""What was only shown is forgotten then."""


def ask(
    session: Session,
    query: str,
    now: datetime,
    *,
    general: bool = False,
    watch_id: int | None = None,
    person_id: int | None = None,
) -> WatchTrial:
    """Write what is asked, to be answered at once. With `watch_id` the hits found are written as those of the 专题.

    What the same person asked before and nobody answered yet is withdrawn: only the latest is wanted.
    """
    gone = WatchTrial.at < now - KEPT
    if person_id is not None and watch_id is None:
        gone |= (WatchTrial.person_id == person_id) & WatchTrial.ask_at.is_not(None) & WatchTrial.watch_id.is_(None)
    session.execute(delete(WatchTrial).where(gone))
    row = WatchTrial(query=query, general=general, watch_id=watch_id, person_id=person_id, at=now, ask_at=now)
    session.add(row)
    session.flush()
    return row


def of(session: Session, trial_id: int, person_id: int) -> WatchTrial | None:
    """Return what a person asked, None where it is somebody else's."""
    row = session.get(WatchTrial, trial_id)
    return row if row is not None and row.person_id == person_id else None


def running(session: Session, watch_id: int) -> WatchTrial | None:
    """Return the look-up of a 专题's earlier hits that is not answered yet."""
    asked = select(WatchTrial).where(WatchTrial.watch_id == watch_id, WatchTrial.ask_at.is_not(None))
    return session.scalars(asked.order_by(WatchTrial.id.desc()).limit(1)).first()


def since(now: datetime, days: int = DAYS) -> datetime:
    """Return from when on articles are read: `days` days back."""
    return now - timedelta(days=days)


def total(session: Session, start: datetime) -> int:
    """Return how many articles came in since then."""
    return session.scalar(select(func.count()).where(Article.first_seen_at >= start)) or 0


def shown(row: WatchTrial) -> dict[str, Any]:
    """Return how far an answer is: `state` waits, done or failed."""
    state = "failed" if row.error else "done" if row.answered_at else "waits"
    return {"state": state, "read": row.read, "total": row.total, "error": row.error}
