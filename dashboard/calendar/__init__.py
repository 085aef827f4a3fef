"""工作日历: the years with their days off, what is provisional, and a file looked at before it is loaded."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.journal.words import actor_name
from dashboard.pages import now, show, who
from dashboard.who import SETTERS
from domain.calendar_file import YearTable, read_years
from domain.workdays import beijing_day, packaged_table
from store import calendar as store
from store.db import reading, transaction

calendar = Blueprint("calendar", __name__, url_prefix="/settings/calendar")
KEEPERS = ("office",)
LARGEST = 64 * 1024
"""Bytes of a calendar file; a year takes four thousand."""
RECENT = 3
"""So many years before the present one are listed at once, the others on request."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year's table: how it came here, weekdays off and weekend days worked."""

    year: int
    off: tuple[date, ...]
    work: tuple[date, ...]
    source: str
    loaded_at: datetime | None = None
    by: str = ""


@calendar.get("")
@allow(*SETTERS)
def listing() -> tuple[str, int]:
    """Show the years."""
    return _listing()


@calendar.post("/preview")
@allow(*KEEPERS)
def preview() -> tuple[str, int]:
    """Show what an uploaded file would change, before anything is changed."""
    try:
        text, name = _uploaded()
        tables = read_years(text)
    except ValueError as error:
        return _listing(f"{error}；日历没有改动")
    with reading() as session:
        foreseen = store.foresee(session, tables)
        return show(session, "calendar/preview.html", text=text, name=name, tables=tables, foreseen=foreseen)


@calendar.post("")
@allow(*KEEPERS)
def load() -> Response | tuple[str, int]:
    """Load what the preview showed."""
    try:
        tables = read_years(request.form.get("text", ""))
        source = f"文件 {request.form.get('name', '')[:80]}".strip()
        with transaction() as session:
            done = store.load(session, tables, source, f"person-{who().id}", now())
    except ValueError as error:
        return _listing(f"{error}；日历没有改动")
    flash(f"已导入{_named(tables)}：提前 {done.earlier} 项在办时限，去掉 {done.settled} 项的“暂定”，没有推后的。")
    return redirect("/settings/calendar")


def _named(tables: list[YearTable]) -> str:
    return "、".join(f"{table.year}年" for table in tables)


def _uploaded() -> tuple[str, str]:
    """Return text and name of the uploaded file. ValueError in the user's words."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise ValueError("请选择一个放假安排文件")
    with file.stream:
        data: bytes = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("文件超过 64 KB，不像一份放假安排")
    try:
        return data.decode("utf-8-sig"), file.filename
    except UnicodeDecodeError:
        raise ValueError(f"{file.filename[:80]} 不是 UTF-8 文本") from None


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        years, this = _years(session), beijing_day(now()).year
        return show(
            session,
            "calendar/list.html",
            422 if words else 200,
            recent=[year for year in years if year.year >= this - RECENT],
            older=[year for year in years if year.year < this - RECENT],
            missing=[year for year in (this, this + 1) if year not in {one.year for one in years}],
            provisional=store.provisional(session),
            chosen=next((one for one in years if str(one.year) == request.args.get("year")), None),
            this=this,
            words=words,
        )


def _years(session: Session) -> list[Year]:
    """Return every year there is a table for, the latest first; a loaded one stands above the packaged."""
    packaged = {
        int(year): Year(
            int(year), _days(year, row.get("off", ())), _days(year, row.get("work", ())), "国务院办公厅通知，随系统提供"
        )
        for year, row in packaged_table().items()
    }
    loaded = {
        row.year: Year(
            row.year,
            _days(row.year, row.off),
            _days(row.year, row.work),
            row.source,
            row.loaded_at,
            actor_name(session, row.loaded_by),
        )
        for row in store.years(session)
    }
    return sorted((packaged | loaded).values(), key=lambda one: one.year, reverse=True)


def _days(year: int | str, said: list[str] | tuple[str, ...]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day if len(day) > 5 else f"{year}-{day}") for day in said)
