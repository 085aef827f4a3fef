"""Beijing days and working days, make-up days included; provisional where a year has no table, never an exception."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept UTC+8 without summer time since 1991."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Known years, weekdays without work and weekend days with work, all Beijing days."""

    years: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Return whether `day` is worked; Monday–Friday in a year without a table."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def knows(self, day: date) -> bool:
        """Return whether the year of `day` has a published table."""
        return day.year in self.years


def calendar_from(table: Mapping[str, Mapping[str, Any]]) -> Calendar:
    """Return the Calendar of a parsed table `{year: {off: [MM-DD], work: [MM-DD]}}`. ValueError on a wrong day.

    A year's table may also name days of its neighbours, as YYYY-MM-DD: the notice for one year moves the last days of
    the year before. The notice of the later year wins; it does not make a neighbour without a table a known one.
    """
    worked: dict[date, bool] = {}
    for year, row in sorted(table.items(), key=lambda pair: int(pair[0])):
        worked = {day: works for day, works in worked.items() if day.year != int(year)} | _days_of(year, row)
    off = frozenset(day for day, works in worked.items() if not works)
    return Calendar(frozenset(int(year) for year in table), off, frozenset(worked) - off)


def _days_of(year: str, row: Mapping[str, Any]) -> dict[date, bool]:
    """Return whether each day named in a year's table is worked."""
    pairs = [(day, key == "work") for key in ("off", "work") for day in row.get(key, ())]
    return {date.fromisoformat(day if len(day) > 5 else f"{year}-{day}"): works for day, works in pairs}


@cache
def packaged_table() -> dict[str, dict[str, list[str]]]:
    """Return the table shipped with the service, as `calendar_from` takes it (2004–2026)."""
    return tomllib.loads(files("domain").joinpath("holidays.toml").read_text(encoding="utf8"))


@cache
def packaged_calendar() -> Calendar:
    """Return the calendar shipped with the service (2004–2026)."""
    return calendar_from(packaged_table())


def beijing_day(at: datetime) -> date:
    """Return the Beijing day of an aware instant. ValueError if it is naive."""
    if at.tzinfo is None:
        raise ValueError("时间缺少时区")
    return at.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """Return the last second of a Beijing day, aware."""
    return datetime.combine(day, time(23, 59, 59), BEIJING)


def count_workdays(start: date, end: date, calendar: Calendar) -> int:
    """Return how many working days lie after `start`, up to and with `end`."""
    return sum(calendar.is_workday(start + DAY * n) for n in range(1, (end - start).days + 1))


def add_workdays(start: date, count: int, calendar: Calendar) -> tuple[date, bool]:
    """Return the `count`-th working day after `start` (not counted) and whether a year without a table was crossed."""
    day, left, provisional = start, count, False
    while left > 0:
        day += DAY
        provisional |= not calendar.knows(day)
        left -= calendar.is_workday(day)
    return day, provisional
