"""Every limit of the regulations: reads `regulations.toml` and says when a duty falls due."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files

from domain.workdays import BEIJING, DAY, Calendar, add_workdays, beijing_day, end_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit. `limit`, `extension`, `complex` count `unit`s.

    `met_by` is release, conference, reply, judgement, report (upward, by telephone) or signature. `periodic` duties
    come in every period of their `unit`, `times` times; `off` marks one the office does not follow.
    """

    code: str
    title: str
    duty: str
    trigger: str
    unit: str
    met_by: str
    source: str
    limit: int | None = None
    extension: int | None = None
    complex: int | None = None
    ours: bool = False
    periodic: bool = False
    times: int = 1
    off: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty falls due (aware), and whether a year without a calendar table had to be crossed."""

    at: datetime
    provisional: bool


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by code."""
    text = files("domain").joinpath("regulations.toml").read_text(encoding="utf8")
    return {code: Rule(code=code, **row) for code, row in tomllib.loads(text).items()}


def rule(code: str) -> Rule:
    """Return the rule with this code. ValueError names the code if there is none."""
    try:
        return rules()[code]
    except KeyError:
        raise ValueError(f"没有时限规则 {code}") from None


def due_at(
    asked: Rule,
    start: datetime,
    calendar: Calendar,
    *,
    limit: datetime | None = None,
    extended: bool = False,
    complex_: bool = False,
) -> Due:
    """Return when `asked` falls due for a duty that began at `start`.

    Clock-hour rules count elapsed hours, holidays included; working-day rules do not count the day of receipt and end
    with the day, Asia/Shanghai. Done at the very instant is in time. `limit` is the item's own limit where the ticket
    or document carries one. `Due.provisional` is true where the calendar has no table for a year it had to cross; the
    date is then the earliest plausible. Source: `asked.source`. Raises ValueError if `start` is naive, if the rule
    takes its limit from the item and none is given, or if it knows no extension.
    """
    if start.tzinfo is None:
        raise ValueError("开始时间缺少时区")
    if limit is not None:
        return _given(start, limit)
    if asked.unit == "given":
        raise ValueError(f"{asked.code}（{asked.title}）的时限写在办件单或交办文件上，请给出 limit")
    if asked.unit in ("hours", "minutes"):
        # In UTC, because adding to a time of a zone with summer time would count hours of its wall clock.
        elapsed = timedelta(**{asked.unit: _count(asked, extended, complex_)})
        return Due(start.astimezone(UTC) + elapsed, provisional=False)
    return _by_days(asked, beijing_day(start), calendar, extended, complex_)


def _given(start: datetime, limit: datetime) -> Due:
    if limit.tzinfo is None:
        raise ValueError("limit 缺少时区")
    if limit < start:
        raise ValueError("limit 早于开始时间")
    return Due(limit, provisional=False)


def _by_days(asked: Rule, day: date, calendar: Calendar, extended: bool, complex_: bool) -> Due:
    if asked.unit == "workdays":
        last, provisional = add_workdays(day, _count(asked, extended, complex_), calendar)
        return Due(end_of(last), provisional)
    if asked.unit == "days":
        return Due(end_of(day + timedelta(days=_count(asked, extended, complex_))), provisional=False)
    return Due(end_of(_period_end(asked.unit, day)), provisional=False)


def _count(asked: Rule, extended: bool, complex_: bool) -> int:
    """Return the number of units the rule allows. ValueError where it knows no extension or complex case."""
    if asked.limit is None:
        raise ValueError(f"{asked.code}（{asked.title}）没有固定时限")
    if extended and asked.extension is None:
        raise ValueError(f"{asked.code}（{asked.title}）没有延长的规定")
    if complex_ and asked.complex is None:
        raise ValueError(f"{asked.code}（{asked.title}）没有复杂情形的规定")
    base = asked.complex if complex_ and asked.complex is not None else asked.limit
    return base + (asked.extension or 0 if extended else 0)


def _period_end(unit: str, day: date) -> date:
    """Return the last day of the week, month or year of `day`, or the 31 January that follows it."""
    if unit == "week":
        return day + timedelta(days=6 - day.weekday())
    if unit == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
    if unit == "year":
        return date(day.year, 12, 31)
    return date(day.year + (day > date(day.year, 1, 31)), 1, 31)


def in_beijing(at: datetime) -> str:
    """Return an instant as ISO 8601 in +08:00, whole seconds."""
    return at.astimezone(BEIJING).isoformat(timespec="seconds")
