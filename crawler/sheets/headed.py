"""Where the header of a sheet is, under titles and merged cells, and what its columns are called."""

from collections.abc import Collection
from dataclasses import dataclass

from crawler.sheets import columns
from crawler.sheets.cells import line
from crawler.sheets.grid import Cell, Grid, Row

HEADER_WITHIN = 30
"""The header is looked for in so many rows that hold anything: titles and notes stand above it."""
_LONGEST_HEADER = 40


@dataclass(frozen=True)
class Headed:
    """A sheet with its header. `places` are the columns with a name, by that name; `rows` what stands below."""

    name: str
    places: dict[str, int]
    rows: list[Row]


def headed(grid: Grid, wanted: Collection[str] = ()) -> Headed | None:
    """Return a sheet with its header, None where none of its first rows is one.

    A header names at least two columns that exports have, the title or the text among them, or the columns `wanted`.
    """
    best, found = 0, None
    names = {columns.plain(name) for name in wanted}
    for at, row in enumerate(grid.rows[:HEADER_WITHIN]):
        for words, below in ((_words(row), at + 1), (_joined(grid.rows, at), at + 2)):
            value = _value(words, names)
            if value > best:
                best, found = value, (words, below)
    if found is None:
        return None
    words, below = found
    places = _places(words, grid.rows[below:])
    return Headed(grid.name, places, [row for row in grid.rows[below:] if _words(row) != words])


def _words(row: Row) -> list[str]:
    return [line(cell) for cell in row.cells]


def _joined(rows: list[Row], at: int) -> list[str]:
    """Return the words of a header of two rows: what the lower one leaves empty is merged with the upper."""
    if at + 1 >= len(rows) or rows[at + 1].number != rows[at].number + 1:
        return []
    upper, lower = _words(rows[at]), _words(rows[at + 1])
    width = max(len(upper), len(lower))
    pairs = zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True)
    return [below or above for above, below in pairs]


def _value(words: list[str], wanted: Collection[str]) -> int:
    """Return how many words of a row are headers; 0 for one that is no header."""
    named = [word for word in words if word and len(word) <= _LONGEST_HEADER]
    asked = {columns.plain(word) for word in named} & set(wanted)
    fields = {columns.field_of(word) for word in named}
    if asked and len(asked) == len(wanted):
        return 1000 + len(named)
    known = sum(columns.known(word) for word in named)
    return known if known > 1 and fields & {"title", "text"} else 0


def _places(words: list[str], rows: list[Row]) -> dict[str, int]:
    """Return the columns by name; one without a name that holds something is called by its letter, e.g. C列."""
    width = max((len(row.cells) for row in rows), default=0)
    places: dict[str, int] = {}
    for at in range(max(width, len(words))):
        name = words[at] if at < len(words) else ""
        if not name and not any(line(cell_of(row, at)) for row in rows):
            continue
        name = name[:_LONGEST_HEADER] or f"{letters(at)}列"
        places[name if name not in places else f"{name}（{letters(at)}列）"] = at
    return places


def cell_of(row: Row, at: int) -> Cell:
    """Return a cell of a row, None behind its end."""
    return row.cells[at] if at < len(row.cells) else None


def letters(at: int) -> str:
    """Return the letters of a column as Excel shows them; `at` counts from 0."""
    found, left = "", at + 1
    while left:
        left, digit = divmod(left - 1, 26)
        found = chr(65 + digit) + found
    return found
