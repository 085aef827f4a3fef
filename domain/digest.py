"""Which period a digest covers, and in which order it lists cases."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.case import Level
from domain.workdays import BEIJING, DAY

CUT = time(7, 30)
SEND = time(7, 50)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time, aware; the end is not part of it."""

    start: datetime
    end: datetime


def period_of(day: date) -> Period:
    """Return what the digest of a Beijing day covers: from 7:30 of the day before to 7:30 of the day."""
    end = datetime.combine(day, CUT, BEIJING)
    return Period(end - DAY, end)


def send_at(day: date) -> datetime:
    """Return when the digest of a Beijing day goes out: 7:50."""
    return datetime.combine(day, SEND, BEIJING)


def digest_day(now: datetime) -> date:
    """Return the day of the newest digest that should have gone out by `now`."""
    day = now.astimezone(BEIJING).date()
    return day if now >= send_at(day) else day - DAY


def sort_key(*, overdue: bool, level: Level | None, left: timedelta) -> tuple[bool, int, timedelta]:
    """Return the key by which cases are listed: overdue first, then by level, then by remaining time."""
    order = list(Level)
    return (not overdue, order.index(level) if level else len(order), left)
