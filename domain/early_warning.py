"""早期预警: when a topic is louder than usual, told soon and seldom wrongly; and when it is told again. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from domain.baseline import Baseline
from domain.case import Level
from domain.heat_table import WarningNumbers as Numbers

LOOK_BACK = timedelta(hours=24)
ORDER = list(reversed(Level))
"""Levels, the lowest first."""


def pace(times: Iterable[datetime], now: datetime, half_life: float) -> float:
    """Return how many articles an hour a topic has just now: each counts half after `half_life` minutes."""
    half = timedelta(minutes=half_life)
    counter = sum(2.0 ** -((now - at) / half) for at in times if at <= now)
    return float(counter * log(2) / (half / timedelta(hours=1)))


def usual_of_event(baseline: Baseline, numbers: Numbers) -> Callable[[datetime, datetime], float]:
    """Return what says how many articles a topic usually has between two instants: a share of its subject's."""
    return lambda since, until: _at_least(baseline.expected(since, until) * numbers.share, since, until, numbers)


def usual_of_subject(baseline: Baseline, numbers: Numbers) -> Callable[[datetime, datetime], float]:
    """Return what says how many articles a whole subject, or unit, usually has between two instants."""
    return lambda since, until: _at_least(baseline.expected(since, until), since, until, numbers)


def _at_least(mean: float, since: datetime, until: datetime, numbers: Numbers) -> float:
    return max(mean, numbers.floor * ((until - since) / timedelta(hours=1)))


def cusum(slots: Iterable[tuple[float, float]], ratio: float) -> float:
    """Return the cumulative sum of (articles seen, articles usual) slot by slot, never below 0.

    It is the log-likelihood ratio of `ratio` times the usual against the usual (Page's test for a Poisson process):
    nothing detects a lasting rise to that rate sooner at the same rate of false alarms.
    """
    value, gain = 0.0, log(ratio)
    for seen, usual in slots:
        value = max(0.0, value + seen * gain - usual * (ratio - 1))
    return value


def slots(
    times: Sequence[datetime], since: datetime, now: datetime, usual: Callable[[datetime, datetime], float], slot: float
) -> list[tuple[float, float]]:
    """Return (seen, usual) for each `slot` minutes from `since` to `now`, cut at whole slots of the clock."""
    length = timedelta(minutes=slot)
    begins = datetime.fromtimestamp(since.timestamp() // length.total_seconds() * length.total_seconds(), since.tzinfo)
    counts: dict[int, int] = {}
    for at in times:
        if since < at <= now:
            place = int((at - begins) / length)
            counts[place] = counts.get(place, 0) + 1
    made, place = [], 0
    while (start := begins + place * length) < now:
        made.append((float(counts.get(place, 0)), usual(max(start, since), min(start + length, now))))
        place += 1
    return made


def excess(
    times: Sequence[datetime],
    now: datetime,
    usual: Callable[[datetime, datetime], float],
    numbers: Numbers,
    warned_at: datetime | None = None,
) -> float:
    """Return the cumulative sum of the last 24 hours; after a warning it begins anew.

    The same articles give the same value whenever and however often it is asked for.
    """
    since = max(now - LOOK_BACK, warned_at) if warned_at else now - LOOK_BACK
    return cusum(slots(times, since, now, usual, numbers.slot), numbers.ratio)


@dataclass(frozen=True, slots=True)
class Told:
    """An earlier warning of the same topic: when, the level it proposed, whether for the present lead or case."""

    at: datetime
    level: Level
    of_matter: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to warn now, and to which level the matter rises; None where its level stays."""

    warn: bool
    raise_to: Level | None = None


def higher(one: Level, other: Level) -> bool:
    """Return whether one level is higher than the other."""
    return ORDER.index(one) > ORDER.index(other)


def decide(
    alarm: bool, proposed: Level, present: Level | None, told: Sequence[Told], now: datetime, cool: timedelta
) -> Decision:
    """Return whether to warn. `present` is the level of the open lead or case, None without one.

    A level is only ever raised, and each level is proposed once a matter: where a person lowered it again, that
    stands. A rise breaks the cool-down; else there is no second warning before `cool` is over.
    """
    said = [one.level for one in told if one.of_matter or present is None]
    fresh = higher(proposed, max(said, key=ORDER.index, default=Level.BLUE))
    if present is not None and fresh and higher(proposed, present):
        return Decision(True, proposed)
    last = max((one.at for one in told), default=None)
    cooled = last is None or now - last >= cool
    return Decision(alarm and (cooled or (fresh and present is None)))
