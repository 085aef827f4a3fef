"""敏感时期 that are proposed for a year, and how one is written. Pure; the office decides which it takes over."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from domain.workdays import DAY

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


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def span_words(start: date, end: date) -> str:
    """Return first and last day as people write them: 9月28日至10月8日."""
    return f"{start.month}月{start.day}日至{end.month}月{end.day}日"
