"""CSV and its relatives: any charset, comma, tab, semicolon or bar, quotes in pairs or not."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from crawler.sheets.grid import Cell, Grid, filled

_SEPARATORS = (",", "\t", ";", "|", "，")
_LOOKED_AT = 30
_LONGEST_FIELD = 1_000_000
_END = "\ue00d"
_AS_TEXT = re.compile(r'="(.*)"', re.S)


def grid_of(text: str) -> Grid:
    """Return the only sheet of a separated text. LookupError where it is too long or cannot be read."""
    head = "".join(islice(io.StringIO(text), _LOOKED_AT))
    separator = max(_SEPARATORS, key=lambda one: _fits(head, one))
    notes = []
    quoted = not _unpaired(text, separator)
    if not quoted:
        notes.append("文件里的引号没有成对，已按没有引号读取，请核对内容里有逗号的行")
    return Grid("", filled(_rows(text, separator, quoted)), notes=notes)


def _fits(head: str, separator: str) -> tuple[int, int]:
    """Return how well a separator cuts the first rows: how many have the commonest number of cells, and that number."""
    widths = [len(row) for row in _rows(head, separator, quoted=True) if len(row) > 1]
    if not widths:
        return 0, 0
    commonest = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(commonest), commonest


def _unpaired(text: str, separator: str) -> bool:
    """Return whether a quote is left open, so that everything after it would be one cell."""
    last: list[Cell] = []
    for row in _rows(f"{text}\n{_END}", separator, quoted=True):
        last = row
    return last != [_END]


def _rows(text: str, separator: str, quoted: bool) -> Iterator[list[Cell]]:
    csv.field_size_limit(_LONGEST_FIELD)
    lines = io.StringIO(text, newline="")
    if quoted:
        rows = csv.reader(lines, delimiter=separator)
    else:
        rows = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    try:
        for row in rows:
            yield [_cell(cell) for cell in row]
    except csv.Error:
        raise LookupError("表格里有一格超过 100 万字，或引号不成对，读不下去") from None


def _cell(text: str) -> str:
    """Return a cell without what keeps Excel from taking a number for one: ="0012" and a tab at its end."""
    found = _AS_TEXT.fullmatch(text.strip())
    return found[1].replace('""', '"') if found else text
