"""敏感时期 that are proposed for a year, and how one is written. Pure; the office decides which it takes over."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from domain.gaps import USUAL_PERSONS
from domain.workdays import DAY

PERSONS = USUAL_PERSONS + 1
"""People a shift in a season, where the office sets no other number. Ours."""
JUDGE_MINUTES = 15
"""Minutes to judge a lead that is proposed in a season, where the office sets no other number. Ours."""
MOST_PERSONS = 20
LONGEST_BRIEF = 10
BEFORE, AFTER = 2, 7
"""Days watched before and after the day of 春节; ours."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed season: first and last day, and a word on where the dates come from."""

    name: str
    start: date
    end: date
    words: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("domain").joinpath("seasons.toml").read_text(encoding="utf8"))


def proposals(year: int) -> list[Proposal]:
    """Return the seasons proposed for a year, in time order; 春节 only where its date is known (2026–2035)."""
    found = [
        Proposal(row["name"], _day(year, row["start"]), _day(year, row["end"]), row["words"])
        for row in _table()["season"]
    ]
    if lunar := _table()["spring_festival"].get(str(year)):
        day = _day(year, lunar)
        found.append(Proposal("春节", day - DAY * BEFORE, day + DAY * AFTER, "以放假通知为准"))
    return sorted(found, key=lambda one: one.start)


@dataclass(frozen=True, slots=True)
class Raised:
    """What holds on a day in seasons: their names, people a shift, minutes to judge a lead (None: as usual)."""

    names: tuple[str, ...]
    persons: int
    minutes: int | None

    @property
    def why(self) -> str:
        """The reason in words: 敏感时期：国庆."""
        return f"敏感时期：{'、'.join(self.names)}"

    @property
    def level(self) -> str:
        """What is raised, in words."""
        judged = f"，线索{self.minutes}分钟内研判" if self.minutes is not None else ""
        return f"每班{self.persons}人{judged}"

    @property
    def brief(self) -> str:
        """Name and level as short as the bar at the top wants it; of several seasons the first is named."""
        name = self.names[0] if len(self.names[0]) <= LONGEST_BRIEF else f"{self.names[0][: LONGEST_BRIEF - 1]}…"
        more = f"等{len(self.names)}个" if len(self.names) > 1 else ""
        return f"敏感时期：{name}{more}，{self.level}"


def raised(seasons: Sequence[tuple[str, int, int]], usual: int | None) -> Raised | None:
    """Return what seasons of (name, persons, judge_minutes) raise together, None without any.

    The most people and the least time count, and never more time than the `usual` minutes of the rule in force.
    """
    if not seasons:
        return None
    least = min(minutes for _, _, minutes in seasons)
    shorter = least if usual is None or least < usual else None
    return Raised(tuple(name for name, _, _ in seasons), max(persons for _, persons, _ in seasons), shorter)


def check_raised(persons: int, judge_minutes: int, usual: int | None) -> None:
    """Raise ValueError, in the user's words, for numbers that would not raise anything or cannot be kept."""
    if not USUAL_PERSONS <= persons <= MOST_PERSONS:
        raise ValueError(f"每班人数应为{USUAL_PERSONS}到{MOST_PERSONS}；平时是{USUAL_PERSONS}人")
    if judge_minutes < 1 or (usual is not None and judge_minutes > usual):
        raise ValueError(f"研判时限应为1到{usual or 60}分钟，不能比平时长")


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def span_words(start: date, end: date) -> str:
    """Return first and last day as people write them: 9月28日至10月8日."""
    return f"{start.month}月{start.day}日至{end.month}月{end.day}日"
