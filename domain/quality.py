"""监测质量: which source was first with a matter, which came late or missed it, and what cried wolf by night. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.workdays import BEIJING, DAY

LATE = timedelta(minutes=30)
"""A source that has a matter so long after the first one is late; the figure is ours."""
NIGHT_FROM, NIGHT_TO = time(22), time(7)
MOST_A_NIGHT = 1
"""False alarms a night that are bearable: those that cry wolf are switched off."""
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True)
class Week:
    """A week in Beijing: its Monday, and where it begins and ends (the end is not part of it)."""

    monday: date

    @property
    def start(self) -> datetime:
        """Monday, 0:00."""
        return datetime.combine(self.monday, time(), BEIJING)

    @property
    def end(self) -> datetime:
        """The next Monday, 0:00."""
        return self.start + 7 * DAY

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + 6 * DAY

    @property
    def name(self) -> str:
        """As it is written in addresses: 2026-W47."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    def beside(self, weeks: int) -> "Week":
        """Return the week so many weeks later, or before where it is negative."""
        return Week(self.monday + 7 * weeks * DAY)


def week_of(at: datetime) -> Week:
    """Return the week of an instant."""
    day = at.astimezone(BEIJING).date()
    return Week(day - DAY * day.weekday())


def week_named(text: str) -> Week:
    """Return the week written as 2026-W47. ValueError, in words, for anything else."""
    found = _WEEK.fullmatch(text.strip())
    try:
        if found is None or not 2000 <= int(found[1]) <= 2099:
            raise ValueError
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        raise ValueError("周看不懂，请写成 2026-W47 的样子") from None


@dataclass(frozen=True, slots=True)
class Watched:
    """A source that is measured: its channel, and since when it is watched."""

    id: int
    channel: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """A confirmed matter: when each source had its first article of it, and the channels it went through.

    `by_hand` is when a person entered it, None where nobody did.
    """

    lead_id: int
    channels: frozenset[str]
    seen: Mapping[int, datetime]
    by_hand: datetime | None = None


@dataclass(slots=True)
class Tally:
    """What one source, vendor or 专题 did in a week; leads by id, so that every number leads to its rows.

    `late` are leads with how long after the first; `nights` are notices sent by night, with the lead of each.
    """

    articles: int = 0
    first: list[int] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    late: list[tuple[int, timedelta]] = field(default_factory=list)
    false: list[int] = field(default_factory=list)
    nights: list[tuple[int, int]] = field(default_factory=list)
    nights_false: list[int] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say but how many articles it brought."""
        return not (self.first or self.missed or self.late or self.false or self.nights)

    @property
    def usual_delay(self) -> timedelta | None:
        """The median of the delays, None without any."""
        delays = sorted(delay for _, delay in self.late)
        return delays[len(delays) // 2] if delays else None


def firsts(matter: Matter) -> frozenset[int]:
    """Return the sources that had the matter first; several where they had it at the same instant."""
    if not matter.seen:
        return frozenset()
    earliest = min(matter.seen.values())
    if matter.by_hand is not None and matter.by_hand < earliest:
        return frozenset()
    return frozenset(id_ for id_, at in matter.seen.items() if at == earliest)


def begun(matter: Matter) -> datetime | None:
    """Return when it was first known, by a source or a person."""
    known = [*matter.seen.values(), *([matter.by_hand] if matter.by_hand else [])]
    return min(known, default=None)


def delays(matter: Matter) -> dict[int, timedelta]:
    """Return how long after the first the others had it, those that were late by LATE or more."""
    at = begun(matter)
    if at is None:
        return {}
    return {id_: seen - at for id_, seen in matter.seen.items() if seen - at >= LATE}


def missed(matter: Matter, watched: Iterable[Watched]) -> list[int]:
    """Return the sources that never had it though they cover a channel it went through and were watched by then."""
    at = begun(matter)
    return [
        one.id
        for one in watched
        if one.channel in matter.channels and one.id not in matter.seen and (at is None or one.since <= at)
    ]


def tallied(watched: Iterable[Watched], matters: Iterable[Matter], tallies: Mapping[int, Tally]) -> None:
    """Count the matters of a week for the sources, in `tallies`; sources that are not measured miss nothing."""
    rows = list(watched)
    for matter in matters:
        for id_ in firsts(matter):
            tallies[id_].first.append(matter.lead_id)
        for id_, delay in delays(matter).items():
            tallies[id_].late.append((matter.lead_id, delay))
        for id_ in missed(matter, rows):
            tallies[id_].missed.append(matter.lead_id)


def is_first_by_hand(matter: Matter) -> bool:
    """Return whether a person knew of it before any source: the watching missed it."""
    return matter.by_hand is not None and not firsts(matter)


def night_of(at: datetime) -> date | None:
    """Return the day on which the night of an instant began (22:00 to 7:00, Beijing), None by day."""
    local = at.astimezone(BEIJING)
    if local.time() >= NIGHT_FROM:
        return local.date()
    return local.date() - DAY if local.time() < NIGHT_TO else None


def worst_night(alarms: Iterable[tuple[int, datetime]]) -> int:
    """Return how many different false leads called somebody in the worst night; `alarms` are leads and times."""
    nights: dict[date, set[int]] = {}
    for lead_id, at in alarms:
        night = night_of(at)
        if night is not None:
            nights.setdefault(night, set()).add(lead_id)
    return max(map(len, nights.values()), default=0)
