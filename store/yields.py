"""What the visits to a source brought, hour by hour, and what is normal for it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from domain.silence import LOOK_BACK, Normal, drop, normal, thin
from domain.workdays import BEIJING
from store.db import insert_into
from store.tables.sources import Yield

HOUR = timedelta(hours=1)
KEPT = LOOK_BACK + timedelta(days=7)


def count(session: Session, source_id: int, at: datetime, found: int, new: int) -> str | None:
    """Add one visit to its hour; return in words that the source brings far less than it used to, None if not."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    row = insert_into(session, Yield).values(
        source_id=source_id, hour=hour, of_day=hour.astimezone(BEIJING).hour, visits=1, found=found, new=new
    )
    added = {"visits": Yield.visits + 1, "found": Yield.found + found, "new": Yield.new + new}
    session.execute(row.on_conflict_do_update(index_elements=["source_id", "hour"], set_=added))
    asked = select(Yield.hour, Yield.visits, Yield.found, Yield.new)
    asked = asked.where(Yield.source_id == source_id, Yield.hour >= at - LOOK_BACK)
    rows = [Hour(*values) for values in session.execute(asked.order_by(Yield.hour))]
    averages = [one.found / one.visits for one in rows if one.hour != hour and one.visits]
    return thin(averages, found) or drop(*_days(rows, at))


class Hour(NamedTuple):
    """One hour of a source."""

    hour: datetime
    visits: int
    found: int
    new: int


def _days(rows: list[Hour], at: datetime) -> tuple[list[int], int]:
    """Return the new items of each day before the last 24 hours, the newest first, and of the last 24 hours."""
    days: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        days[(at - row.hour) // timedelta(days=1)] += row.new
    return [days[age] for age in sorted(days) if age > 0], days[0]


def normal_now(session: Session, now: datetime, source_ids: Collection[int] | None = None) -> dict[int, Normal]:
    """Return what is normal at this hour of the day, by source, for those watched for a week or longer.

    `source_ids` asks for some sources alone.
    """
    hour = now.astimezone(BEIJING).hour
    asked = select(Yield.source_id, Yield.new).where(
        Yield.of_day == hour, Yield.hour >= now - LOOK_BACK, Yield.hour < now - HOUR
    )
    if source_ids is not None:
        asked = asked.where(Yield.source_id.in_(source_ids))
    return _normals(session, asked)


def normal_by_hour(session: Session, source_id: int, now: datetime) -> dict[int, Normal]:
    """Return what is normal for one source, by hour of the day (0 to 23, Beijing), where that can be said."""
    asked = select(Yield.of_day, Yield.new).where(
        Yield.source_id == source_id, Yield.hour >= now - LOOK_BACK, Yield.hour < now - HOUR
    )
    return _normals(session, asked)


def _normals(session: Session, asked: Select[int, int]) -> dict[int, Normal]:
    """Return what is normal by the first column of a question, whose second one is the counts."""
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for key, new in session.execute(asked):
        seen[key].append(new)
    found = {key: normal(counts) for key, counts in seen.items()}
    return {key: one for key, one in found.items() if one is not None}


def last_day(session: Session, source_id: int, now: datetime) -> tuple[int, Normal | None]:
    """Return the new items of the last 24 hours, and what is normal in 24 hours where that can be said."""
    asked = select(Yield.hour, Yield.visits, Yield.found, Yield.new)
    asked = asked.where(Yield.source_id == source_id, Yield.hour >= now - LOOK_BACK, Yield.hour <= now)
    before, today = _days([Hour(*values) for values in session.execute(asked)], now)
    return today, normal(before)


def hours(session: Session, source_id: int, since: datetime) -> list[Yield]:
    """Return the hours of one source since a time, the oldest first."""
    asked = select(Yield).where(Yield.source_id == source_id, Yield.hour >= since).order_by(Yield.hour)
    return list(session.scalars(asked))


def forget(session: Session, now: datetime) -> None:
    """Delete the hours too old to say what is normal."""
    session.execute(delete(Yield).where(Yield.hour < now - KEPT))
