"""What the visits to a source brought, hour by hour, and what is normal for it."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
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


def normal_now(session: Session, now: datetime) -> dict[int, Normal]:
    """Return what is normal at this hour of the day, by source, for those watched for a week or longer."""
    hour = now.astimezone(BEIJING).hour
    asked = select(Yield.source_id, Yield.new).where(
        Yield.of_day == hour, Yield.hour >= now - LOOK_BACK, Yield.hour < now - HOUR
    )
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for source_id, new in session.execute(asked):
        seen[source_id].append(new)
    found = {source_id: normal(counts) for source_id, counts in seen.items()}
    return {source_id: one for source_id, one in found.items() if one is not None}


def hours(session: Session, source_id: int, since: datetime) -> list[Yield]:
    """Return the hours of one source since a time, the oldest first."""
    asked = select(Yield).where(Yield.source_id == source_id, Yield.hour >= since).order_by(Yield.hour)
    return list(session.scalars(asked))


def forget(session: Session, now: datetime) -> None:
    """Delete the hours too old to say what is normal."""
    session.execute(delete(Yield).where(Yield.hour < now - KEPT))
