"""A machine whose clock jumps: wall time is held against a time that only goes forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store import journal
from store.office import set_fact

MOST = timedelta(seconds=30)
"""A difference that is no jump yet: time services correct in smaller steps."""
FACT = "clock_jump"


@dataclass(frozen=True, slots=True)
class Reading:
    """Wall time (aware) and, in seconds, a time that nobody can set."""

    wall: datetime
    steady: float


def jump(before: Reading, after: Reading) -> timedelta | None:
    """Return by how much the wall clock jumped between two readings, None within 30 s.

    Positive after it was set forward, and after the machine slept: both mean that telling came late.
    """
    found = (after.wall - before.wall) - timedelta(seconds=after.steady - before.steady)
    return found if abs(found) > MOST else None


def note(session: Session, now: datetime, found: timedelta) -> None:
    """Keep the latest jump for the auditor, and in the journal."""
    seconds = round(found.total_seconds())
    set_fact(session, FACT, {"at": now.isoformat(), "seconds": seconds})
    journal.record(session, "system", "clock_jump", "clock", now, seconds=seconds)
