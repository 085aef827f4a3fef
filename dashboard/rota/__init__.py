"""值班: the month's shifts, who is on now and next, gaps, substitution, and the import of the office's Excel."""

from datetime import date

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.rota import view
from dashboard.who import DUTY, READERS
from domain.workdays import BEIJING
from store import rota as store
from store.db import reading, transaction
from store.sheets import LARGEST
from store.tables.people import Person, Shift

rota = Blueprint("rota", __name__, url_prefix="/rota")
KEEPERS = ("office",)
FORM_ROOM = 64 * 1024


@rota.url_value_preprocessor
def _room_for_the_file(endpoint: str | None, _: object) -> None:
    """Let a form with an Excel file be larger than others; asked before anything reads the form."""
    if endpoint == "rota.preview":
        request.max_content_length = LARGEST + FORM_ROOM


@rota.get("")
@allow(*READERS)
def month() -> tuple[str, int]:
    """Show one month; the present one where none is asked for."""
    return _month()


@rota.post("/preview")
@allow(*KEEPERS)
def preview() -> tuple[str, int]:
    """Show what an uploaded file says, before anything is changed."""
    try:
        data = _uploaded()
        with reading() as session:
            table = store.read(session, data, now())
            days = view.planned(session, table.planned)
            return show(session, "rota/preview.html", table=table, days=days, plan=view.as_text(table.planned))
    except ValueError as error:
        return _month(str(error))


@rota.post("/import")
@allow(*KEEPERS)
def take() -> Response | tuple[str, int]:
    """Let the month be what the preview showed."""
    try:
        planned = view.from_text(request.form.get("plan", ""))
        with transaction() as session:
            written = store.replace_month(session, planned, f"person-{who().id}", now())
    except ValueError as error:
        return _month(str(error))
    flash(f"已导入 {written} 个班次。")
    return redirect(f"/rota?month={planned[0].day:%Y-%m}")


@rota.post("/start")
@allow(*KEEPERS)
def set_start() -> Response | tuple[str, int]:
    """Set when shifts begin."""
    try:
        with transaction() as session:
            store.set_begins(session, request.form.get("start", ""), f"person-{who().id}", now())
    except ValueError as error:
        return _month(str(error))
    flash("交接班时间已修改，以后导入的班次起用。")
    return redirect("/rota")


@rota.get("/shifts/<int:shift_id>")
@allow(*DUTY)
def shift(shift_id: int) -> tuple[str, int]:
    """Show one shift with the people who can stand in, one button each."""
    return _shift(shift_id)


@rota.post("/shifts/<int:shift_id>/substitute")
@allow(*DUTY)
def substitute(shift_id: int) -> Response | tuple[str, int]:
    """Let somebody stand in."""
    try:
        with transaction() as session:
            row = found(session.get(Shift, shift_id))
            person = session.get(Person, number("person"))
            if person is None:
                raise ValueError("请选择替班的人")
            store.substitute(session, row, person, f"person-{who().id}", now())
            words, day = f"已换为{person.name}。", row.start_at.astimezone(BEIJING)
    except ValueError as error:
        return _shift(shift_id, str(error))
    flash(words)
    return redirect(f"/rota?month={day:%Y-%m}")


def _uploaded() -> bytes:
    """Return the bytes of the file, at most one more than a sheet may have. ValueError where none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise ValueError("请选择一个 .xlsx 文件")
    with file.stream:
        data: bytes = file.read(LARGEST + 1)
    return data


def _asked() -> date:
    """Return the first day of the month asked for."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return now().astimezone(BEIJING).date().replace(day=1)


def _month(words: str = "") -> tuple[str, int]:
    with reading() as session:
        asked = min(max(_asked(), date(2000, 1, 1)), date(2099, 12, 1))
        return show(session, "rota/month.html", 422 if words else 200, words=words, **_facts(session, asked))


def _facts(session: Session, asked: date) -> dict[str, object]:
    present, following = store.turns(session, now())
    return {
        "month": asked,
        "days": view.month(session, asked, now()),
        "before": view.shifted(asked, -1),
        "after": view.shifted(asked, 1),
        "present": present,
        "following": following,
        "gaps": store.coming_gaps(session, now()),
        "begins": store.begins(session),
        "fills": view.fills(session),
    }


def _shift(shift_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(session.get(Shift, shift_id))
        near, others = view.candidates(session, row)
        original = session.get(Person, row.stands_in_for) if row.stands_in_for else None
        facts = {"shift": row, "original": original, "near": near, "others": others, "over": row.end_at <= now()}
        return show(session, "rota/shift.html", 422 if words else 200, words=words, **facts)
