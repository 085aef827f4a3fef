"""Are there more complaints than usual? 24 hours against the same hours of the weeks before, at a stated rate."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

LENGTH = timedelta(hours=24)
WEEK = timedelta(days=7)
EVERYWHERE = ""
"""As place: wherever it happened."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of surge.toml, all ours."""

    false_alarms_a_day: float
    looks_a_day: int
    weeks: int
    least_weeks: int
    least: int
    times: float
    cool_days: int
    ours: bool


class Series(NamedTuple):
    """What is counted: `kind` is topic or watch, `subject` the name of the topic or the number of the 专题."""

    kind: str
    subject: str
    place: str = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Surge:
    """A series with more complaints in 24 hours than usual; `chance` of as many if nothing had changed."""

    series: Series
    count: int
    before: int
    weeks: int
    chance: float

    @property
    def expected(self) -> float:
        """The mean of the same 24 hours in the weeks before."""
        return self.before / self.weeks


@cache
def rule() -> Rule:
    """Return the packaged rule."""
    return Rule(**_table()["surge"])


@cache
def duty_words() -> tuple[str, ...]:
    """Return the words by which the unit that drafts warnings is known among the duties of all units."""
    return tuple(_table()["unit"]["duty_words"].split())


@cache
def hotline() -> str:
    """Return the number that consumers are told to call."""
    return str(_table()["unit"]["hotline"])


def _table() -> dict[str, Any]:
    return tomllib.loads(files("domain").joinpath("surge.toml").read_text(encoding="utf8"))


def windows(now: datetime, weeks: int) -> list[tuple[datetime, datetime]]:
    """Return the 24 hours up to `now`, then the same hours of the weeks before: (start, end), the end left out."""
    return [(now - LENGTH - WEEK * week, now - WEEK * week) for week in range(weeks + 1)]


def weeks_of(first: datetime, now: datetime, rule: Rule) -> int:
    """Return with how many weeks can be compared where the office watches since `first`; 0 where they are too few."""
    whole = (now - LENGTH - first) // WEEK
    return min(whole, rule.weeks) if whole >= rule.least_weeks else 0


def chance(count: int, before: int, weeks: int) -> float:
    """Return the chance of `count` or more, given `before` in `weeks` other windows of the same rate; 1 if not unusual.

    Two Poisson counts given their sum are binomial, whatever their common rate: the chance is exact, the rate need not
    be known and its estimate brings no error of its own.
    """
    total, part = count + before, 1 / (weeks + 1)
    if count <= total * part:
        return 1.0
    odds = part / (1 - part)
    logs = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(before + 1)
    term = math.exp(logs + count * math.log(part) + before * math.log(1 - part))
    found = 0.0
    for many in range(count, total + 1):
        found += term
        term *= (total - many) / (many + 1) * odds
        if term < found * 1e-12:
            break
    return min(found, 1.0)


def one_in(chance: float) -> str:
    """Return a small chance in words: 约6万分之一, 不到1亿分之一."""
    many = 1 / chance if chance > 0 else float("inf")
    if many >= 100_000_000:
        return "不到1亿分之一"
    return f"约{many / 10_000:.0f}万分之一" if many >= 10_000 else f"约{many:.0f}分之一"


def bar(series: int, rule: Rule) -> float:
    """Return the chance below which one of so many series is a surge at one of the day's looks.

    The sum over all series and looks is the stated rate, so it holds however they hang together (Bonferroni).
    """
    return rule.false_alarms_a_day / (rule.looks_a_day * max(series, 1))


def surges(counts: Mapping[Series, Sequence[int]], rule: Rule) -> list[Surge]:
    """Return what surges, the unlikeliest first; `counts` gives of each series the present window, then those before.

    Of one subject only the whole where it surges, else the place with the least chance: one matter, one draft.
    """
    asked = {series: found for series, found in counts.items() if sum(found)}
    limit = bar(len(asked), rule)
    found = [_surge(series, many) for series, many in asked.items()]
    unusual = [
        one
        for one in found
        if one.count >= rule.least and one.count >= rule.times * one.expected and one.chance <= limit
    ]
    best: dict[tuple[str, str], Surge] = {}
    for one in sorted(unusual, key=lambda one: (one.series.place != EVERYWHERE, one.chance, one.series)):
        best.setdefault((one.series.kind, one.series.subject), one)
    return sorted(best.values(), key=lambda one: (one.chance, one.series))


def _surge(series: Series, counts: Sequence[int]) -> Surge:
    count, *before = counts
    return Surge(series, count, sum(before), len(before), chance(count, sum(before), len(before)))
