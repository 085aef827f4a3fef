"""Exports of hotlines, message boards and superiors' lists (CSV, Excel): bytes in, one item a row, nothing lost."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from crawler.dates import Moment
from crawler.items import Item
from crawler.links import absolute
from crawler.sheets import cells, columns
from crawler.sheets.grid import Grid, Row
from crawler.sheets.headed import Headed, cell_of, headed
from crawler.sheets.opened import grids_of
from crawler.sheets.sheet import Problem, Sheet
from domain.workdays import beijing_day, end_of

LABEL = "表格（工单、留言导出）"
PASSIVE = True
PREFERENCE = 60

_COUNTS = ("reads", "comments", "likes", "shares")
_LONGEST_TITLE = 60
_SHOWN = 20
MOST_TEXT = 20_000_000
"""Characters of all rows together; in an .xlsx many rows can show one and the same long text."""


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return the items of an export at an address. `options`: {"mapping": header → field}.

    Raises LookupError, in Chinese, if this is no table, or has lost the columns that are needed.
    """
    mapping = (options or {}).get("mapping")
    return read(body, url, now, mapping if isinstance(mapping, Mapping) else None, declared).items


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether an answer is an export that can be read; a page with a table is not one."""
    if body.lstrip()[:1] in (b"<", b"{", b"["):
        return False
    try:
        return bool(read(body, url, now).items)
    except LookupError:
        return False


def read(
    body: bytes, filename: str, now: datetime, mapping: Mapping[str, str] | None = None, declared: str | None = None
) -> Sheet:
    """Return what an export says; `mapping` (header → field, `-` for none) goes before what the headers propose.

    Every row becomes an item, or a problem with its number and the reason in Chinese. A complainant's name and
    telephone are not taken over, unless a column is mapped to `contact`: it then stands at the end of the text.
    `limit_at` given by a day alone is the end of that Beijing day. Raises LookupError, in Chinese, for a file that is
    no table, is too large, has a password or macros, or in which no header is found.
    """
    grids = grids_of(body, declared)
    wanted = [name for name, field in (mapping or {}).items() if field not in columns.LEFT_OUT]
    found = [(grid, headed(grid, wanted)) for grid in grids]
    if not any(sheet for _, sheet in found):
        raise LookupError(_without_header(filename, grids[0]))
    columns.mapped([header for _, sheet in found if sheet for header in sheet.places], mapping)
    several = len(grids) > 1
    read_sheets = [_read(grid, sheet, now, mapping or {}, several) for grid, sheet in found if sheet]
    notes = [note for grid in grids for note in grid.notes]
    notes += [f"工作表“{grid.name}”没有表头，没有导入" for grid, sheet in found if sheet is None]
    return Sheet(
        items=[item for sheet in read_sheets for item in sheet.items],
        mapping={header: field for sheet in read_sheets for header, field in sheet.mapping.items()},
        columns=list(dict.fromkeys(header for sheet in read_sheets for header in sheet.columns)),
        problems=[problem for sheet in read_sheets for problem in sheet.problems],
        rows=sum(sheet.rows for sheet in read_sheets),
        notes=notes,
    )


def _without_header(filename: str, grid: Grid) -> str:
    first = "、".join(filter(None, map(cells.line, grid.rows[0].cells)))[:80]
    name = filename.rpartition("/")[2][:80]
    return (
        f"{name + '：' if name else ''}没有找到表头：应有一行写着标题或内容，以及编号、时间等列名；"
        f"第一行是“{first}”。列名不常见时请指明哪一列是什么"
    )


def _read(grid: Grid, sheet: Headed, now: datetime, said: Mapping[str, str], several: bool) -> Sheet:
    """Return what one sheet says."""
    headers = list(sheet.places)
    mapping = columns.mapped(headers, columns.of_these(headers, said))
    by_field: dict[str, list[int]] = {}
    for header, field in mapping.items():
        by_field.setdefault(field, []).append(sheet.places[header])
    items: list[Item] = []
    problems: list[Problem] = []
    room = MOST_TEXT
    for row in sheet.rows:
        item, wrong = _item(row, by_field, now, grid.day_zero)
        if item is not None:
            items.append(item)
            room -= len(item.title) + len(item.text)
        if room < 0:
            raise LookupError(f"表格内容超过 {MOST_TEXT // 10_000} 万字，请分几次导出")
        problems += [Problem(row.number, words, item is not None, sheet.name if several else "") for words in wrong]
    return Sheet(items, mapping, headers, problems, len(sheet.rows), [])


def _item(row: Row, by_field: Mapping[str, list[int]], now: datetime, day_zero: date) -> tuple[Item | None, list[str]]:
    """Return a row as an item, and in words what of it was not understood; no item where it says nothing."""
    texts = {
        field: list(filter(None, (cells.words(cell_of(row, at)) for at in places)))
        for field, places in by_field.items()
    }
    title, text = "".join(" ".join(texts.get("title", ())).splitlines()), "\n".join(texts.get("text", ()))
    if not title and not text:
        return None, [_nothing(row)]
    wrong: list[str] = []
    published = _moment(row, by_field, "published", "时间", now, day_zero, wrong)
    limit = _moment(row, by_field, "limit_at", "时限", now, day_zero, wrong)
    item = Item(
        title=title or text.splitlines()[0][:_LONGEST_TITLE],
        link=_link(texts, wrong),
        published=published,
        author=None,
        text=text + (f"\n联系方式：{'、'.join(texts['contact'])}" if texts.get("contact") else ""),
        has_page=False,
        number=_number(row, by_field, wrong),
        limit_at=_limit(limit),
        origin=" ".join(texts.get("origin", ()))[:200] or None,
        place=_place(texts.get("place", ())),
        counts=_counts(row, by_field),
    )
    return item, wrong


def _nothing(row: Row) -> str:
    said = "、".join(filter(None, map(cells.line, row.cells)))
    return f"没有标题和内容，只有：{said[: _SHOWN * 2]}"


def _moment(
    row: Row,
    by_field: Mapping[str, list[int]],
    field: str,
    label: str,
    now: datetime,
    day_zero: date,
    wrong: list[str],
) -> Moment | None:
    """Return when a column says; what cannot be read is named in `wrong`."""
    if field not in by_field:
        return None
    cell = cell_of(row, by_field[field][0])
    found = cells.moment(cell, now, day_zero)
    if found is None and (said := "" if cell is None else str(cell).strip()):
        wrong.append(f"{label}“{said[:_SHOWN]}”读不懂，留空")
    return found


def _limit(moment: Moment | None) -> datetime | None:
    if moment is None:
        return None
    return end_of(beijing_day(moment.at)).astimezone(UTC) if moment.precision == "day" else moment.at


def _number(row: Row, by_field: Mapping[str, list[int]], wrong: list[str]) -> str | None:
    if "number" not in by_field:
        return None
    try:
        return cells.number(cell_of(row, by_field["number"][0]))
    except ValueError as error:
        wrong.append(str(error))
        return None


def _link(texts: Mapping[str, list[str]], wrong: list[str]) -> str:
    said = next(iter(texts.get("link", ())), "")
    try:
        return absolute(said) if said else ""
    except ValueError as error:
        wrong.append(f"链接“{said[:_SHOWN]}”不能用：{error}")
        return ""


def _place(parts: Iterator[str] | list[str] | tuple[()]) -> str | None:
    """Return the place, what several columns say put together, each part once."""
    whole = ""
    for part in parts:
        said = " ".join(part.split())
        whole = said if whole and whole in said else whole if said in whole else whole + said
    return whole[:200] or None


def _counts(row: Row, by_field: Mapping[str, list[int]]) -> dict[str, int]:
    found = {field: cells.count(cell_of(row, by_field[field][0])) for field in _COUNTS if field in by_field}
    return {field: value for field, value in found.items() if value is not None}
