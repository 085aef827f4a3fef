"""值班表: shifts of a day, and what an office's monthly table says. Pure; cells in, shifts out.

Two persons a shift, 值班员 and 带班领导, from 8:30 to 8:30 of the next day unless the office has another time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.workdays import BEIJING

DUTY_POSTS = ("duty_officer", "duty_leader")
DEFAULT_START = time(8, 30)
HEADER_WITHIN = 15
"""The header is looked for in so many rows from the top: titles and notes stand above it."""
_DAY_NAMES = ("日期", "值班日期", "时间", "值班时间", "年月日")
_OFFICER_NAMES = ("值班员", "值班人员", "值班人", "值班同志", "值班")
_LEADER_NAMES = ("带班领导", "带班", "带班人", "值班领导", "带班局领导")
_ENDS = ("合计", "备注", "说明", "注")
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)
"""Excel's numbers of the days from 2000 to 2099."""
_TELEPHONE = re.compile(r"[（(]?\d[\d -]{5,}\d[)）]?")
_FULL = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_SHORT = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")


@dataclass(frozen=True, slots=True)
class Planned:
    """One person's shift as a table says it: the Beijing day it begins, the post, the person's number."""

    day: date
    post: str
    person: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that was not understood: its address as Excel writes it, and why, in words."""

    cell: str
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a monthly table says. `days` are those it names, `unknown` the names that nobody has."""

    planned: tuple[Planned, ...]
    faults: tuple[Fault, ...]
    unknown: tuple[str, ...]

    @property
    def days(self) -> list[date]:
        """The days with a shift, in order."""
        return sorted({one.day for one in self.planned})


def shift_of(day: date, start: time = DEFAULT_START) -> tuple[datetime, datetime]:
    """Return when the shift of a Beijing day begins and ends; the end is not part of it."""
    begins = datetime.combine(day, start, BEIJING)
    return begins, begins + timedelta(days=1)


def read_table(rows: Sequence[Sequence[object]], names: Mapping[str, Sequence[int]], today: date) -> Table:
    """Return what a table of cells says. `names` gives the numbers of the people who have a name.

    The header is found by its words, in any order of columns. Days may be dates, Excel's numbers or text, without a
    year in the one nearest to `today`. Nothing is guessed: a name that nobody or more than one person has, a day twice
    or not readable is named as a fault and left out. ValueError where there is no header.
    """
    at, columns = _header(rows)
    planned: list[Planned] = []
    faults: list[Fault] = []
    unknown: dict[str, None] = {}
    seen: set[date] = set()
    for number, row in enumerate(rows[at + 1 :], at + 2):
        day_cell = _cell(row, columns["day"])
        text = plain(day_cell)
        if not any(plain(_cell(row, column)) for column in columns.values()) or text.startswith(_ENDS):
            continue
        day = day_from(day_cell, today)
        if day is None or day in seen:
            words = f"{day.month}月{day.day}日在表里出现了两次，只用第一次" if day else _day_words(text)
            faults.append(Fault(_address(columns["day"], number), words))
            continue
        seen.add(day)
        for post in DUTY_POSTS:
            if post not in columns:
                continue
            found, wrong = _people(_cell(row, columns[post]), names)
            planned += [Planned(day, post, person) for person in found]
            unknown |= {name: None for name, words in wrong if name and not names.get(name)}
            faults += [Fault(_address(columns[post], number), words) for _, words in wrong]
    return Table(tuple(planned), tuple(faults), tuple(unknown))


def plain(cell: object) -> str:
    """Return the text of a cell without white space around it; nothing for an empty one."""
    return "" if cell is None else str(cell).replace("\u3000", " ").strip()


def day_from(cell: object, today: date) -> date | None:
    """Return the day a cell means: a date, Excel's number of a day, or text; None where it cannot be read."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _EXCEL_EPOCH + timedelta(days=int(cell)) if _SERIALS[0] <= cell < _SERIALS[-1] + 1 else None
    return _day_from_text(plain(cell), today)


def _day_from_text(text: str, today: date) -> date | None:
    if text.isascii() and text.isdigit() and int(text) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(text))
    full, short = _FULL.match(text), _SHORT.match(text)
    found, rest = (full or short), text[(full or short).end() :] if full or short else ""  # type: ignore[union-attr]
    if found is None or re.match(r"\s*[-—~至到、]", rest):
        return None
    if full:
        return _date(int(full[1]), int(full[2]), int(full[3]))
    near = [_date(today.year + off, int(found[1]), int(found[2])) for off in (-1, 0, 1)]
    return min((day for day in near if day), key=lambda day: abs(day - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _header(rows: Sequence[Sequence[object]]) -> tuple[int, dict[str, int]]:
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        words = ["".join(plain(cell).split()) for cell in row]
        columns = {
            key: words.index(next(name for name in names if name in words))
            for key, names in (("day", _DAY_NAMES), ("duty_officer", _OFFICER_NAMES), ("duty_leader", _LEADER_NAMES))
            if any(name in words for name in names)
        }
        if "day" in columns and len(columns) > 1:
            return at, columns
    raise ValueError("没有找到表头：表里应有一行写着“日期”和“值班员”（可另有“带班领导”“电话”），顺序不限")


def _people(cell: object, names: Mapping[str, Sequence[int]]) -> tuple[list[int], list[tuple[str, str]]]:
    """Return the numbers of the people in a cell, and (name, why not) of those that are not clear."""
    text = plain(cell)
    whole = "".join(text.split())
    pieces = (
        [whole] if len(names.get(whole, ())) == 1 else [_squeezed(one) for one in re.split(r"[、,，;；/\n]+", text)]
    )
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return [], [("", "没有写人，这一班是空缺")]
    wrong = [(piece, _name_words(piece, len(names.get(piece, ())))) for piece in pieces]
    found = [names[piece][0] for piece in pieces if len(names.get(piece, ())) == 1]
    return list(dict.fromkeys(found)), [(piece, words) for piece, words in wrong if words]


def _squeezed(text: str) -> str:
    """Return a name without the spaces and the telephone number people write into it."""
    return "".join(_TELEPHONE.sub("", text).split())


def _name_words(name: str, known: int) -> str:
    if known == 1:
        return ""
    if known:
        return f"有 {known} 个人叫“{name}”，请在人员里区分姓名"
    return f"人员里没有“{name}”"


def _day_words(text: str) -> str:
    if not text:
        return "没有日期；合并的单元格请拆开，每天一行"
    return f"日期看不懂：{text[:20]}；请写成 2026-11-03 或 11月3日，每天一行"


def _cell(row: Sequence[object], column: int) -> object:
    return row[column] if column < len(row) else None


def _address(column: int, row: int) -> str:
    """Return the address of a cell as Excel writes it; `column` counts from 0, `row` from 1."""
    letters = ""
    left = column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"
