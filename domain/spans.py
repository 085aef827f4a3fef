"""Months and quarters: their days, the one before, and how people write them. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.workdays import BEIJING, DAY


@dataclass(frozen=True, slots=True)
class Span:
    """A month (2026-11) or a quarter (2026-Q4): its name, its first day and the first day after it."""

    name: str
    start: date
    after: date

    @property
    def label(self) -> str:
        """As people write it: 2026年11月, 2026年第4季度."""
        year, part = self.name.split("-")
        return f"{year}年第{part[1:]}季度" if part.startswith("Q") else f"{year}年{int(part)}月"

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Its beginning and its end, which is no part of it."""
        return datetime.combine(self.start, time(), BEIJING), datetime.combine(self.after, time(), BEIJING)

    @property
    def before(self) -> "Span":
        """The month or quarter before."""
        day = self.start - DAY
        return quarter_of(day) if "Q" in self.name else month_of(day)


def month_of(day: date) -> Span:
    """Return the month of a day."""
    start = day.replace(day=1)
    return Span(f"{day:%Y-%m}", start, _months_after(start, 1))


def quarter_of(day: date) -> Span:
    """Return the quarter of a day."""
    number = (day.month - 1) // 3 + 1
    start = date(day.year, 3 * number - 2, 1)
    return Span(f"{day.year}-Q{number}", start, _months_after(start, 3))


def span_named(name: str) -> Span:
    """Return the month or quarter of this name. ValueError for anything else."""
    if found := re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", name):
        return month_of(date(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(r"(20\d\d)-Q([1-4])", name):
        return quarter_of(date(int(found[1]), 3 * int(found[2]), 1))
    raise ValueError(f"没有这样的周期：{name[:20]}")


def _months_after(start: date, months: int) -> date:
    total = start.year * 12 + start.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
