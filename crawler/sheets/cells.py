"""What one cell says: as words, as a number of a ticket, as a count, as an instant."""

import re
from datetime import UTC, date, datetime, time, timedelta

from crawler.charset import clean
from crawler.dates import BEIJING, Moment, read_moment
from crawler.plain import plain_text
from crawler.sheets.grid import Cell

MOST_DIGITS = 10**15
"""Excel keeps 15 digits of a number; the rest of a longer one is lost."""
_SERIALS = range(25569, 73051)
"""Excel's numbers of the days from 1970 to 2099, counted from 1900."""
_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"])
_ESCAPED = re.compile(r"_x(0000|0007|0009|000A|000B|000D|001F)_", re.I)
_MARKUP = re.compile(r"</?(?:p|br|div|span|a|b|table|td|img|font|strong|ul|li)\b[^<>]*>", re.I)
_SPACES = re.compile(r"[^\S\n]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{1,2}", re.I)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|亿)?(?:次|人|条|个|\+)?")
_SECOND = timedelta(seconds=1)


def words(cell: Cell) -> str:
    """Return a cell as plain text, a paragraph a line; nothing for an empty one and for Excel's errors."""
    text = _written(cell)
    if text in _ERRORS:
        return ""
    if "_x0" in text:
        text = _ESCAPED.sub(lambda found: "\n" if found[1].upper() == "000A" else " ", text)
    if ("<" in text and _MARKUP.search(text)) or "&nbsp;" in text:
        text = plain_text(text)
    lines = (_SPACES.sub(" ", line).strip() for line in clean(text).splitlines())
    return "\n".join(line for line in lines if line)


def line(cell: Cell) -> str:
    """Return a cell as plain text on one line."""
    return " ".join(words(cell).split())


def number(cell: Cell) -> str | None:
    """Return the number of a ticket, None where there is none. ValueError, in words, where Excel has spoilt it."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= MOST_DIGITS:
        raise ValueError("编号存成了数字且超过 15 位，Excel 已丢掉末尾几位，请把该列设为文本后重新导出")
    text = line(cell).lstrip("'‘’")
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(f"编号被写成了科学计数（{text}），已经失真，请把该列设为文本后重新导出")
    return text[:200] or None


def count(cell: Cell) -> int | None:
    """Return a count (1,234 or 1.2万), None where a cell holds none."""
    found = _COUNT.fullmatch(line(cell))
    if not found:
        return None
    times = {"万": 10_000, "亿": 100_000_000}.get(found[2], 1)
    return min(round(float(found[1].replace(",", "")) * times), 2**53)


def moment(cell: Cell, now: datetime, day_zero: date) -> Moment | None:
    """Return when a cell says: a date, Excel's number of days since `day_zero`, or words. None where it says nothing.

    Excel has no time zone: Beijing's is meant. A date without a time of day is exact to the day.
    """
    if isinstance(cell, datetime):
        return _exact(cell)
    if isinstance(cell, date):
        return _exact(datetime.combine(cell, time()))
    text = line(cell)
    if isinstance(cell, int | float) or _SERIAL.fullmatch(text):
        found = _from_serial(text, day_zero)
        if found is not None:
            return found
    return read_moment(text, now) if text else None


def _from_serial(text: str, day_zero: date) -> Moment | None:
    try:
        days = float(text)
    except ValueError:
        return None
    if not _SERIALS[0] - 1462 <= days <= _SERIALS[-1]:
        return None
    return _exact(datetime.combine(day_zero, time()) + timedelta(days=days))


def _exact(wall: datetime) -> Moment:
    """Return Beijing wall time as a moment, to the nearest second: days as floats are a little off."""
    near = (wall + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=wall.tzinfo or BEIJING)
    midnight = (near.hour, near.minute, near.second) == (0, 0, 0)
    return Moment(near.astimezone(UTC), "day" if midnight else "second")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < MOST_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.strftime("%Y-%m-%d") if midnight else (cell + _SECOND / 2).strftime("%Y-%m-%d %H:%M:%S")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
