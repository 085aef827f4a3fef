"""An edited ladder and a duty that runs: which of its rungs move, end or come new. Pure; what was told stays told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.escalation import Look, Rung, looks, named, next_turn
from domain.ladder_rules import SUSPECTED_BY, in_time

OPENINGS = ("proposed", "opened")
"""Names of rungs of the opening: they lie at the instant at which a duty's rungs were written."""
SETTLED = ("told", "superseded")


@dataclass(frozen=True, slots=True)
class Standing:
    """A rung of a duty as it stands: pending, told, superseded (another spoke for it) or cancelled."""

    id: int
    rung: str
    turn: int
    due_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Running:
    """A duty that runs: its ladder and its limit. `opened` is when its rungs were written."""

    ladder: str
    start: datetime
    end: datetime
    opened: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a duty's rungs: ids that end, ids with their new time, (rung, turn, time) that come new."""

    cancel: frozenset[int] = frozenset()
    move: Mapping[int, datetime] = field(default_factory=dict)
    add: tuple[tuple[str, int, datetime], ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.cancel or self.move or self.add)


def opened_at(standing: Sequence[Standing], start: datetime) -> datetime:
    """Return when the rungs of a duty were written: its rung of the opening says it, without one it was the start."""
    return next((row.due_at for row in standing if row.turn == 0 and row.rung in OPENINGS), start)


def follow(
    running: Running, standing: Sequence[Standing], old: Sequence[Rung], new: Sequence[Rung], now: datetime
) -> Change:
    """Return how the rungs of a running duty follow its edited ladder, from `old` to `new`.

    A pending rung goes to its new time; where that has passed it keeps the time it had, so that nothing is told in a
    burst. One that vanished ends. A new one comes only where it is still ahead. Of a suspected emergency whoever the
    new ladder would have told by now is told at once, and nobody later than its rules allow.
    """
    found = {look.rung.rung: look for look in looks(new, running.start, running.end, running.opened)}
    urgent = running.ladder == "suspected"
    pending = [row for row in standing if row.state == "pending"]
    cancel = frozenset(row.id for row in pending if row.rung not in found)
    kept = {row.id: _time(row, found[row.rung], now, urgent=urgent) for row in pending if row.id not in cancel}
    move = {row.id: kept[row.id] for row in pending if row.id in kept and kept[row.id] != row.due_at}
    add = tuple(_new(standing, found, now))
    if urgent:
        coming = [(row.rung, kept[row.id]) for row in pending if row.id in kept]
        add += tuple(_owed(running.opened, standing, (old, new), [*coming, *((name, at) for name, _, at in add)], now))
    return Change(cancel, move, add)


def _time(row: Standing, look: Look, now: datetime, *, urgent: bool) -> datetime:
    """Return when a pending rung is told under the edited ladder."""
    if look.at >= now:
        return look.at
    return min(row.due_at, now) if urgent else row.due_at


def _new(standing: Sequence[Standing], found: Mapping[str, Look], now: datetime) -> Iterator[tuple[str, int, datetime]]:
    """Yield the rungs a duty has not yet and that are still ahead, of one that repeats its next turn."""
    pending = {row.rung for row in standing if row.state == "pending"}
    told = {row.rung for row in standing if row.state in SETTLED}
    for name, look in found.items():
        every = timedelta(minutes=look.rung.every)
        comes_again = every and look.at < now
        at = next_turn(look.at, every, now) if comes_again else look.at
        if name not in pending and at >= now and (name not in told or comes_again):
            yield name, _turn(standing, name), at


def _owed(
    opened: datetime,
    standing: Sequence[Standing],
    ladders: tuple[Sequence[Rung], Sequence[Rung]],
    coming: list[tuple[str, datetime]],
    now: datetime,
) -> Iterator[tuple[str, int, datetime]]:
    """Yield what tells those who would otherwise hear of a suspected emergency too late, or not at all.

    That is so where the rung that named a post vanished, and the one that names it now lies behind or was told.
    """
    old, new = ladders
    told = [named(old, row.rung) for row in standing if row.state in SETTLED]
    for post in SUSPECTED_BY:
        rung = in_time(new, post)
        if rung is None or any(one is not None and post in one.posts for one in told):
            continue
        by = max(opened + timedelta(minutes=rung.place[1]), now)
        if not any(at <= by and _names(new, name, post) for name, at in coming):
            coming.append((rung.rung, by))
            yield rung.rung, _turn(standing, rung.rung), by


def _names(rungs: Sequence[Rung], name: str, post: str) -> bool:
    rung = named(rungs, name)
    return rung is not None and post in rung.posts


def _turn(standing: Sequence[Standing], name: str) -> int:
    return max((row.turn + 1 for row in standing if row.rung == name), default=0)
