"""One sheet of a file as rows of cells, and the limits every kind of file keeps to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | datetime | date | time | timedelta | None

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
LAST_ROW = 1_048_576
"""Empty rows count here: a sheet has no more."""
MOST_COLUMNS = 256
"""As many as an old Excel sheet has; what stands farther right is not read."""
SINCE_1900, SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class Row:
    """A row that holds anything: its number as Excel shows it, its cells up to the last that holds something."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """A sheet. `day_zero` is the day from which its numbers of days count; `notes` say what reading it met."""

    name: str
    rows: list[Row]
    day_zero: date = SINCE_1900
    notes: list[str] = field(default_factory=list)


def filled(rows: Iterable[Iterable[Cell]], before: int = 0) -> list[Row]:
    """Return the rows that hold anything. LookupError where they, with `before` rows of other sheets, are too many."""
    found: list[Row] = []
    cells = 0
    for number, row in enumerate(rows, 1):
        kept = _trimmed(list(row)[:MOST_COLUMNS])
        if number > LAST_ROW:
            raise LookupError("表格的空行太多，不像正常的表格，已拒绝读取")
        if not kept:
            continue
        found.append(Row(number, kept))
        cells += len(kept)
        if before + len(found) > MOST_ROWS + 1 or cells > MOST_CELLS:
            raise LookupError(f"表格超过 {MOST_ROWS:,} 行或 {MOST_CELLS // 10_000} 万个单元格，请分几次导出")
    return found


def _trimmed(cells: list[Cell]) -> list[Cell]:
    while cells and (cells[-1] is None or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    return cells
