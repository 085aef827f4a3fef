"""周期性工作: what is due every week, month and year, and what was done of it."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, show, who
from dashboard.who import READERS
from domain.regulations import Rule
from domain.workdays import beijing_day
from store import periodic as store
from store.db import reading, transaction
from store.limits import rule_of
from store.tables.office import PeriodicDuty
from store.tables.people import Person

periodic = Blueprint("periodic", __name__, url_prefix="/periodic")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One duty of one period as it is shown, with its rule, first day and who recorded it."""

    duty: PeriodicDuty
    rule: Rule
    start: date
    recorder: Person | None


@periodic.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show what is due and what was recorded."""
    return _listing()


@periodic.post("/<int:duty_id>")
@allow("office")
def record(duty_id: int) -> Response | tuple[str, int]:
    """Record that a duty was done, with what was done and when."""
    try:
        with transaction() as session:
            duty = found(session.get(PeriodicDuty, duty_id))
            store.record(session, duty, _day(), _words(), session.get_one(Person, who().id), now())
    except ValueError as error:
        return _listing(duty_id, str(error))
    flash("已登记完成，不再提醒。")
    return redirect("/periodic")


def _day() -> date:
    """Return the day the form gives. ValueError in the user's words."""
    text = request.form.get("on", "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("请填写实际日期" if not text else f"实际日期看不懂：{text[:20]}") from None


def _words() -> str:
    """Return what was done, and the link or file number on a line of its own."""
    words, link = (request.form.get(name, "").strip()[:LONGEST] for name in ("words", "link"))
    if not words:
        raise ValueError("请写明做了什么")
    return f"{words}\n{link}" if link else words


def _listing(failed: int = 0, words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "periodic/list.html",
            422 if words else 200,
            waiting=[_row(session, duty) for duty in store.waiting(session)],
            done=[_row(session, duty) for duty in store.done(session)],
            today=beijing_day(now()),
            records=who().role == "office",
            failed=failed,
            words=words,
            sent=request.form,
        )


def _row(session: Session, duty: PeriodicDuty) -> Row:
    recorder = session.get(Person, duty.recorded_by) if duty.recorded_by else None
    return Row(duty, rule_of(session, duty.rule), store.period_of(session, duty).start, recorder)
