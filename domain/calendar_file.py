"""A file with a year's published days off, in our TOML shape or the common JSON one: text in, checked tables out."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

YEARS = range(2000, 2100)
FIXED = ("01-01", "05-01", "10-01", "10-02", "10-03")
"""Days off in every year by 全国年节及纪念日放假办法: a table that lacks one of them on a weekday is not complete."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's days that differ from Monday–Friday: MM-DD, or YYYY-MM-DD for a day of a neighbouring year."""

    year: int
    off: tuple[str, ...]
    work: tuple[str, ...]
    source: str | None


def read_years(text: str) -> list[YearTable]:
    """Return the years a calendar file has tables for, in order.

    Reads TOML `[2027] off = ["01-01"] work = ["01-02"] source = "…"` and JSON `{"year", "papers", "days": [{"name",
    "date", "isOffDay"}]}`. A file without any day, with an incomplete year or with a day that is none is refused:
    ValueError, in the user's words. Source of the fixed days: 全国年节及纪念日放假办法.
    """
    text = text.removeprefix("\ufeff")
    return [_from_json(_parsed(text))] if text.lstrip().startswith("{") else _from_toml(text)


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"这个文件不是完整的 JSON：{error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("days"), list):
        raise ValueError("JSON 里应有 year、papers、days 三项，days 是日期的列表")
    return found


def _from_json(found: Mapping[str, Any]) -> YearTable:
    year = _year(found.get("year"))
    if not found["days"]:
        raise ValueError(f"{year}年的文件里一天也没有，只是占位：国务院办公厅的放假通知公布后再导入")
    days: dict[date, bool] = {}
    for row in found["days"]:
        day, off = _json_day(row)
        if days.setdefault(day, off) != off:
            raise ValueError(f"{day} 既写成放假又写成上班")
    papers = found.get("papers")
    source = "；".join(str(one) for one in papers) if isinstance(papers, list) else ""
    return _table(year, days, source or None)


def _json_day(row: Any) -> tuple[date, bool]:
    if not isinstance(row, dict) or not isinstance(row.get("isOffDay"), bool):
        raise ValueError(f"days 里有一项看不懂：{str(row)[:80]}；应有 date 和 isOffDay（true 或 false）")
    return _day(str(row.get("date"))), row["isOffDay"]


def _from_toml(text: str) -> list[YearTable]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"这个文件既不是 JSON 也不是 TOML：{error}") from None
    if not found:
        raise ValueError('文件里没有年份：应写成 [2027] off = ["01-01"] work = []')
    return [_toml_year(_year(name), row) for name, row in sorted(found.items())]


def _toml_year(year: int, row: Any) -> YearTable:
    if not isinstance(row, dict) or not all(isinstance(row.get(key, []), list) for key in ("off", "work")):
        raise ValueError(f"{year}年应写成 off 和 work 两个日期列表")
    if not row.get("off"):
        raise ValueError(f"{year}年的表里没有放假的日子，不能导入")
    days: dict[date, bool] = {}
    for key in ("off", "work"):
        for text in row.get(key, []):
            day = _day(text if len(str(text)) > 5 else f"{year}-{text}")
            if days.setdefault(day, key == "off") != (key == "off"):
                raise ValueError(f"{day} 既写成放假又写成上班")
    return _table(year, days, str(row["source"]) if row.get("source") else None)


def _year(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or value not in YEARS:
        raise ValueError(f"年份看不懂：{str(value)[:20]}")
    return value


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"没有这一天：{str(text)[:20]}") from None


def _table(year: int, days: Mapping[date, bool], source: str | None) -> YearTable:
    """Return the checked table; of its own year only what differs from Monday–Friday is kept."""
    far = [day for day in days if abs(day.year - year) > 1]
    if far:
        raise ValueError(f"{year}年的表里有别的年份的日子：{min(far)}")
    missing = [text for text in FIXED if _worked(date.fromisoformat(f"{year}-{text}"), days)]
    if missing:
        raise ValueError(f"{year}年的表不完整：{missing[0]} 是法定节假日，却没有列为放假")
    kept = {day: off for day, off in days.items() if day.year != year or off == (day.weekday() < 5)}
    off, work = ([_written(day, year) for day in sorted(kept) if kept[day] is one] for one in (True, False))
    return YearTable(year, tuple(off), tuple(work), source)


def _worked(day: date, days: Mapping[date, bool]) -> bool:
    return not days.get(day, day.weekday() >= 5)


def _written(day: date, year: int) -> str:
    return day.isoformat()[5:] if day.year == year else day.isoformat()
