"""交接班: one button makes the sheet; both sign on screen, by the link of a notice, or on paper."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.who import DUTY, READERS
from domain.handover import parts_of
from store import handover as store
from store.db import reading, transaction
from store.handover_notices import SIGNED_IN, asking, given_how
from store.people import on_duty
from store.rota import turns
from store.tables.people import Handover, Person

handovers = Blueprint("handovers", __name__, url_prefix="/handovers")


@handovers.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show the sheets of past shifts."""
    with reading() as session:
        return show(session, "handovers/list.html", rows=store.listed(session), asked=store.reminder(session, now()))


@handovers.post("")
@allow(*DUTY)
def make() -> Response:
    """Make the sheet of what is open now."""
    with transaction() as session:
        sheet_id = store.make(session, session.get_one(Person, who().id), now()).id
    return redirect(f"/handovers/{sheet_id}")


@handovers.get("/<int:sheet_id>")
@allow(*READERS)
def page(sheet_id: int) -> tuple[str, int]:
    """Show one sheet, ready to print."""
    return _page(sheet_id)


@handovers.post("/<int:sheet_id>/give")
@allow(*DUTY)
def give(sheet_id: int) -> Response | tuple[str, int]:
    """Sign as who hands over."""

    def change(session: Session, sheet: Handover, me: Person) -> str:
        store.give(session, sheet, me, request.form.get("words", "")[:2000], now())
        return "交班已签字，请接班人签字。"

    return _change(sheet_id, change)


@handovers.post("/<int:sheet_id>/take")
@allow(*DUTY)
def take(sheet_id: int) -> Response | tuple[str, int]:
    """Sign as who takes over."""

    def change(session: Session, sheet: Handover, me: Person) -> str:
        store.take(session, sheet, me, SIGNED_IN, me, now())
        return "接班已签字。"

    return _change(sheet_id, change)


@handovers.post("/<int:sheet_id>/paper")
@allow(*DUTY)
def paper(sheet_id: int) -> Response | tuple[str, int]:
    """Record that the taker signed the printed sheet."""

    def change(session: Session, sheet: Handover, me: Person) -> str:
        taker = _taker(session)
        store.take(session, sheet, taker, store.ON_PAPER, me, now())
        return f"已记录 {taker.name} 纸质签字。"

    return _change(sheet_id, change)


@handovers.post("/<int:sheet_id>/taker")
@allow(*DUTY)
def name_taker(sheet_id: int) -> Response | tuple[str, int]:
    """Send the sheet to whoever takes over, to be signed."""

    def change(session: Session, sheet: Handover, me: Person) -> str:
        taker = _taker(session)
        store.name_taker(session, sheet, taker, me, now())
        return f"正在发给 {taker.name} 签字。"

    return _change(sheet_id, change)


def _taker(session: Session) -> Person:
    taker = session.get(Person, number("taker"))
    if taker is None or not taker.active:
        raise ValueError("请选择接班人")
    return taker


def _change(sheet_id: int, change: Callable[[Session, Handover, Person], str]) -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            words = change(session, found(session.get(Handover, sheet_id)), session.get_one(Person, who().id))
    except ValueError as error:
        return _page(sheet_id, str(error))
    flash(words)
    return redirect(f"/handovers/{sheet_id}")


def _page(sheet_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(session.get(Handover, sheet_id))
        _, following = turns(session, now())
        takers = [shift.person for shift in following] + on_duty(session, "duty_officer", now())
        takers += [row.taker] if row.taker else []
        people = list({person.id: person for person in takers if person.id != row.giver_id}.values())
        facts = {"row": row, "sheet": parts_of(row.content), "given_how": given_how(session, row)}
        facts["asked"] = asking(session, row)
        return show(session, "handovers/page.html", 422 if words else 200, people=people, words=words, **facts)
