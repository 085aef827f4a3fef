"""The ladder: who is told when, and when to look next. Pure; the ladder itself is data (`ladder.toml`)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

POSTS = {
    "duty_officer": "值班员",
    "duty_leader": "带班领导",
    "office_director": "办公室主任",
    "deputy_chief": "分管领导",
    "chief": "主要领导",
    "liaison": "联络员",
}
"""Posts in the order in which they are told; the liaison is that of the lead unit."""

UNCONFIRMED_POSTS = ("duty_officer", "duty_leader", "office_director")
UNCONFIRMED_FOR = timedelta(minutes=60)
MERGED = frozenset({"opened", "hourly"})
"""Rungs that several duties of a matter tell in one message per person."""

_AT = re.compile(r"half|due|(start|due)([+-][0-9]{1,6})m")


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a ladder. `least` is the shortest limit it applies to, `every` its repetition, both in minutes."""

    rung: str
    title: str
    at: str
    posts: tuple[str, ...]
    least: int = 0
    every: int = 0

    @property
    def place(self) -> tuple[str, int]:
        """Where the rung lies: `start`, `half` or `due`, and minutes after it. ValueError where `at` is no place."""
        found = _AT.fullmatch(self.at)
        if found is None:
            raise ValueError(f"at 看不懂：{self.at[:30]}，应写成 start+30m、half、due-60m、due 或 due+60m")
        return (found[1], int(found[2])) if found[1] else (self.at, 0)

    def when(self, start: datetime, due: datetime, opened: datetime) -> datetime:
        """Return the instant of this rung for a limit from `start` to `due` of a matter opened at `opened`."""
        base, minutes = self.place
        if base == "half":
            return start + (due - start) / 2
        return (opened if base == "start" else due) + timedelta(minutes=minutes)


Ladders = Mapping[str, tuple[Rung, ...]]
"""Ladders by name: lead, suspected, duty; sign and report for what the duty room owes."""


@dataclass(frozen=True, slots=True)
class Look:
    """A rung with the time at which somebody is told."""

    rung: Rung
    at: datetime


def packaged_text() -> str:
    """Return the packaged ladders as they are written, TOML."""
    return files("domain").joinpath("ladder.toml").read_text(encoding="utf8")


@cache
def ladders() -> dict[str, tuple[Rung, ...]]:
    """Return the packaged ladders by name; what an office uses is asked of `store.ladders`."""
    table = tomllib.loads(packaged_text())
    return {name: tuple(Rung(**{**row, "posts": tuple(row["posts"])}) for row in rows) for name, rows in table.items()}


def named(rungs: Iterable[Rung], name: str) -> Rung | None:
    """Return the rung of this name, None where there is none."""
    return next((rung for rung in rungs if rung.rung == name), None)


def looks(rungs: Iterable[Rung], start: datetime, due: datetime, opened: datetime) -> list[Look]:
    """Return when to tell each rung of a duty that runs from `start` to `due` and was opened at `opened`, in order.

    Rungs that lay before the opening are left out, so that a late opening is told once and not five times; the rung
    of the opening itself is always there. A limit that was over at the opening through our own delay is missed at
    once. For one that was over before we could know (发现时已逾期) the caller passes the handling limit counted from
    detection instead.
    """
    length = (due - start) / timedelta(minutes=1)
    end = max(due, opened)
    found = [Look(rung, rung.when(start, end, opened)) for rung in rungs if length >= rung.least]
    return sorted((look for look in found if look.at >= opened), key=lambda look: look.at)


def may_be_told(posts: Iterable[str], *, confirmed: bool, age: timedelta) -> list[str]:
    """Return the posts that may be told now.

    Before confirmation only 值班员, 带班领导 and 办公室主任, after 60 minutes the chiefs too; the unit's liaison never.
    """
    if confirmed:
        return list(posts)
    allowed = UNCONFIRMED_POSTS if age < UNCONFIRMED_FOR else [post for post in POSTS if post != "liaison"]
    return [post for post in posts if post in allowed]


def may_tell(rung: str, *, confirmed: bool, quiet: bool) -> bool:
    """Return whether a rung is told at all: 已交办 of an unconfirmed matter is not, of a quiet one nothing is."""
    return confirmed or not (quiet or rung == "opened")


def highest(passed: Iterable[tuple[int, datetime, bool]]) -> int:
    """Return the id of the rung to tell of a backlog of (id, time, repeats): the latest; the others are superseded.

    A rung that repeats never stands in for one that comes once: 逾期未办 would not reach the leaders of 已逾期.
    """
    found = list(passed)
    once = [rung for rung in found if not rung[2]]
    return max(once or found, key=lambda rung: (rung[1], rung[0]))[0]


def next_turn(due: datetime, every: timedelta, now: datetime) -> datetime:
    """Return when a repeating rung that was due at `due` comes again: its first time after `now`."""
    return due + every * (max((now - due) // every, 0) + 1)


LATE = timedelta(seconds=60)


def is_late(due: datetime, now: datetime) -> bool:
    """Return whether telling now is more than a minute late: the message is then marked 迟发 with its lateness."""
    return now - due > LATE
