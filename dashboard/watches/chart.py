"""Hits per day as bars, and the sentence they say. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TALL = 100
WIDE = 10
"""Width of a day in the drawing; its bar is a little narrower."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar begins, how high it is, and what is said of it."""

    x: int
    height: float
    day: str
    count: int

    @property
    def words(self) -> str:
        """The day and its count: `11月20日：3条`."""
        return f"{day_words(self.day)}：{self.count}条"


@dataclass(frozen=True, slots=True)
class Days:
    """The drawing of some days; `top` is the count at its upper edge."""

    bars: tuple[Bar, ...]
    top: int
    total: int

    @property
    def wide(self) -> int:
        """Width of the whole drawing."""
        return len(self.bars) * WIDE

    @property
    def sentence(self) -> str:
        """What the bars say: how many, and the day with most."""
        if not self.total:
            return f"近 {len(self.bars)} 天没有命中"
        most = max(self.bars, key=lambda bar: (bar.count, bar.day))
        peak = f"，最多的是 {day_words(most.day)}（{most.count} 条）" if self.total > 1 else ""
        return f"近 {len(self.bars)} 天命中 {self.total} 条{peak}"


def days(counts: Sequence[Sequence[str | int]]) -> Days:
    """Return the drawing of (day as 2026-11-20, count), the oldest first."""
    known = [(str(day), int(count)) for day, count in counts]
    top = max((count for _, count in known), default=0)
    bars = [
        Bar(place * WIDE, round(count / top * TALL, 1) if top else 0, day, count)
        for place, (day, count) in enumerate(known)
    ]
    return Days(tuple(bars), top, sum(count for _, count in known))


def day_words(day: str) -> str:
    """Return a day as `11月20日`."""
    on = date.fromisoformat(day)
    return f"{on.month}月{on.day}日"
