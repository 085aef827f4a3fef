"""Duties that come again every week, month or year: their periods, and when somebody is reminded. Pure."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from domain.regulations import Rule, due_at, rules
from domain.workdays import BEIJING, DAY, Calendar, beijing_day, end_of

HOUR = time(9, 0)
"""Reminders come when the office opens, Beijing time."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One rung: `days` from the last day of the period, and the posts that are told."""

    rung: str
    title: str
    days: int
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """One period of one duty: 2026-11, 2026-W48, 2026, or 2026-1/2 where it is due twice; first and last day."""

    name: str
    start: date
    end: date

    @property
    def due_at(self) -> datetime:
        """The last second of the last day."""
        return end_of(self.end)


@cache
def reminders() -> tuple[Reminder, ...]:
    """Return the packaged ladder of periodic duties, in time order."""
    table = tomllib.loads(files("domain").joinpath("periodic.toml").read_text(encoding="utf8"))
    return tuple(Reminder(**{**row, "posts": tuple(row["posts"])}) for row in table["reminder"])


def periodic_codes() -> list[str]:
    """Return the codes of all duties that come again every period, in the order of the regulations."""
    return [code for code, rule in rules().items() if rule.periodic]


def periods(rule: Rule, day: date, calendar: Calendar) -> list[Period]:
    """Return the periods of a periodic rule that run on a Beijing day: one, or as many as it is due `times`.

    A period in which nobody works asks for nothing, and neither does a rule the office does not follow (`off`); the
    yearly report runs in January, on the year before. Source: `rule.source`.
    """
    if rule.off or not rule.periodic or (rule.unit == "january" and day.month > 1):
        return []
    start = _first_day(rule.unit, day)
    end = beijing_day(due_at(rule, datetime.combine(day, HOUR, BEIJING), calendar).at)
    if not any(calendar.is_workday(start + DAY * n) for n in range((end - start).days + 1)):
        return []
    name = _name(rule.unit, day)
    names = [name] if rule.times == 1 else [f"{name}-{n}/{rule.times}" for n in range(1, rule.times + 1)]
    return [Period(one, start, end) for one in names]


def _first_day(unit: str, day: date) -> date:
    if unit == "week":
        return day - DAY * day.weekday()
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _name(unit: str, day: date) -> str:
    if unit == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if unit == "month":
        return f"{day:%Y-%m}"
    return str(day.year - (unit == "january"))


def period_words(name: str) -> str:
    """Return a period as people write it: 2026年11月, 2026年第48周, 2026年, 2026年第1次，共2次."""
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", name):
        return f"{found[1]}年第{int(found[2])}周"
    if found := re.fullmatch(r"(\d{4})-(\d\d)", name):
        return f"{found[1]}年{int(found[2])}月"
    if found := re.fullmatch(r"(\d{4})-(\d)/(\d)", name):
        return f"{found[1]}年第{found[2]}次，共{found[3]}次"
    return f"{name}年"


def looks(period: Period, calendar: Calendar) -> list[tuple[Reminder, datetime]]:
    """Return when each rung of a period is told, in order; of two that meet on one day only the later one.

    A rung that would have to come before the period began is left out.
    """
    found: dict[date, Reminder] = {}
    for rung in reminders():
        day = _worked(period.end + DAY * rung.days, calendar, -DAY if rung.days <= 0 else DAY)
        if day >= period.start:
            found[day] = rung
    return [(rung, datetime.combine(day, HOUR, BEIJING)) for day, rung in sorted(found.items(), key=lambda p: p[0])]


def _worked(day: date, calendar: Calendar, step: timedelta) -> date:
    while not calendar.is_workday(day):
        day += step
    return day


def latest(found: Iterable[tuple[Reminder, datetime]], now: datetime) -> Reminder | None:
    """Return the rung to tell at `now`, the latest whose time has come: an outage leaves the earlier ones out."""
    return next((rung for rung, at in reversed(list(found)) if at <= now), None)


def following(found: Iterable[tuple[Reminder, datetime]], now: datetime) -> datetime | None:
    """Return when to look next after `now`, None where every rung has had its time."""
    return next((at for _, at in found if at > now), None)
