"""What is usual for a topic at an hour of the week, Beijing time. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.workdays import BEIJING

HOUR = timedelta(hours=1)
WEEK = 168
"""Hours of a week."""
NEIGHBOURS = ((-1, 0.5), (0, 1.0), (1, 0.5))
"""How much the hour before and the hour after tell of an hour."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The usual number of articles an hour, by hour of the week; `days` of history, `thin` where that is too little."""

    rates: tuple[float, ...]
    days: float
    thin: bool

    def at(self, at: datetime) -> float:
        """Return the usual number of articles an hour at this moment."""
        return self.rates[hour_of_week(at)]

    def expected(self, since: datetime, until: datetime) -> float:
        """Return the usual number of articles between two instants; 0 where they are not in order."""
        sum_, at = 0.0, since
        while at < until:
            end = min(until, _hour(at) + HOUR)
            sum_ += self.at(at) * ((end - at) / HOUR)
            at = end
        return sum_


def hour_of_week(at: datetime) -> int:
    """Return the hour of the week in Beijing, 0 for Monday 0:00 to 1:00. China has no summer time."""
    local = at.astimezone(BEIJING)
    return local.weekday() * 24 + local.hour


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def baseline(
    counts: Iterable[tuple[datetime, int]], first: datetime | None, until: datetime, numbers: Mapping[str, float]
) -> Baseline:
    """Return what is usual by the counts of past hours (the hour's beginning, UTC).

    `first` is when collecting began: hours since then without a count had none. Hours from `until` on do not count.
    Each hour of the week leans on the same hour of all days, and that on the overall mean, the more the fewer weeks
    there are. `numbers` are those of [baseline] in heat.toml.
    """
    end = _hour(until)
    start = max(_hour(first), end - timedelta(weeks=numbers["weeks"])) if first else end
    hours = max(int((end - start) / HOUR), 0)
    sums, seen = [0.0] * WEEK, [0] * WEEK
    for hour in range(hours):
        seen[(hour_of_week(start) + hour) % WEEK] += 1
    for at, number in counts:
        if start <= at < end:
            sums[hour_of_week(at)] += number
    days = hours / 24
    return Baseline(_smoothed(sums, seen, numbers["smooth"]), days, days < numbers["least_days"])


def _smoothed(sums: list[float], seen: list[int], weight: float) -> tuple[float, ...]:
    mean = sum(sums) / sum(seen) if sum(seen) else 0.0
    of_day = [(sum(sums[hour::24]) + weight * mean) / (sum(seen[hour::24]) + weight) for hour in range(24)]
    rates = []
    for hour in range(WEEK):
        sum_ = sum(share * sums[(hour + step) % WEEK] for step, share in NEIGHBOURS)
        times = sum(share * seen[(hour + step) % WEEK] for step, share in NEIGHBOURS)
        rates.append((sum_ + weight * of_day[hour % 24]) / (times + weight))
    return tuple(rates)
