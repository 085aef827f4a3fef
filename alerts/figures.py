"""A measured share beside its target, as `make evaluate` prints it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured share: how many of how many, the least share wanted, and which were wrong."""

    what: str
    right: int
    of: int
    target: float
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        share = self.right / self.of if self.of else 0.0
        met = "达到" if self.of and share >= self.target else "没有达到"
        names = f"\n    不对的：{'、'.join(self.wrong)}" if self.wrong else ""
        return f"{self.what}：{self.right}/{self.of} = {share:.1%}，目标 {self.target:.0%}，{met}{names}"


def figure(
    what: str, rows: Sequence[Row], target: float, right: Callable[[Row], bool], name: Callable[[Row], str]
) -> Figure:
    """Return the share of `rows` that are `right`; the others are named."""
    wrong = tuple(name(row) for row in rows if not right(row))
    return Figure(what, len(rows) - len(wrong), len(rows), target, wrong)
