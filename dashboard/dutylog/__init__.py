"""值班日志: the calls, instructions and notes of a day; a call becomes a lead with one click."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, instant, just_passed, now, number, show, who
from dashboard.seals.gate import hidden_leads
from dashboard.who import DUTY, READERS
from domain.workdays import BEIJING, DAY
from store import dutylog as store
from store.db import reading, transaction
from store.tables.people import DutyEntry, Person

dutylog = Blueprint("dutylog", __name__, url_prefix="/dutylog")
LATE = timedelta(minutes=10)
"""An entry written down so much later says so."""


@dutylog.get("")
@allow(*READERS)
def page() -> tuple[str, int]:
    """Show one day's entries, today's where none is asked for."""
    return _page()


@dutylog.post("")
@allow(*DUTY)
def write() -> Response | tuple[str, int]:
    """Write one entry; with `lead` also open a lead of it."""
    try:
        with transaction() as session:
            me = session.get_one(Person, who().id)
            entry = store.write(session, me, _said(session), now())
            lead = store.open_lead(session, entry, me, now()) if request.form.get("lead") else None
            address = f"/leads/{lead.id}?open=confirm" if lead else f"/dutylog?day={_day_of(entry).isoformat()}"
    except ValueError as error:
        return _page(str(error))
    flash("已记入值班日志，并登记为待研判线索。" if lead else "已记入值班日志。")
    return redirect(address)


@dutylog.post("/<int:entry_id>/action")
@allow(*DUTY)
def act(entry_id: int) -> Response | tuple[str, int]:
    """Write down what was done about an entry."""
    try:
        with transaction() as session:
            entry = found(session.get(DutyEntry, entry_id))
            store.act(session, entry, request.form.get("action", "")[:2000], _me(session), now())
    except ValueError as error:
        return _page(str(error))
    flash("已记录处理情况。")
    return redirect(f"/dutylog?day={_day_of(entry).isoformat()}")


@dutylog.post("/<int:entry_id>/lead")
@allow(*DUTY)
def lead(entry_id: int) -> Response:
    """Open a lead of an entry."""
    with transaction() as session:
        made = store.open_lead(session, found(session.get(DutyEntry, entry_id)), _me(session), now())
        lead_id = made.id
    flash("已登记为待研判线索，请接着研判。")
    return redirect(f"/leads/{lead_id}?open=confirm")


def _me(session: Session) -> Person:
    return session.get_one(Person, who().id)


def _day_of(entry: DutyEntry) -> date:
    return entry.at.astimezone(BEIJING).date()


def _said(session: Session) -> store.Said:
    form = request.form
    at = just_passed(instant("at", "时间"))
    return store.Said(
        kind=form.get("kind", ""),
        at=at or now(),
        words=form.get("words", "")[:4000],
        caller=form.get("caller", "").strip()[:200] or None,
        telephone=form.get("telephone", "").strip()[:50] or None,
        action=form.get("action", "").strip()[:2000] or None,
        answered_by=session.get(Person, number("answered_by")),
    )


def _asked() -> date:
    try:
        return min(max(date.fromisoformat(request.args.get("day", "")), date(2000, 1, 1)), date(2099, 12, 31))
    except ValueError:
        return now().astimezone(BEIJING).date()


def _page(words: str = "") -> tuple[str, int]:
    day = _asked()
    start = datetime.combine(day, time(), BEIJING)
    with reading() as session:
        rows = store.listed(session, start, start + DAY)
        return show(
            session,
            "dutylog/page.html",
            422 if words else 200,
            day=day,
            before=day - timedelta(days=1),
            after=day + timedelta(days=1),
            rows=rows,
            shut=hidden_leads(session, [entry.lead_id for entry in rows]),
            open_calls=store.open_calls(session, now()),
            answerers=store.answerers(session),
            kinds=list(store.KINDS.items()),
            names=store.KINDS,
            sent=request.form,
            late=LATE,
            words=words,
        )
