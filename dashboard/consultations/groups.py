"""One group of suggestions: moved, merged, split, worded, decided; the latest change of groups taken back."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.consultations import consultation_page, undoable, visible
from dashboard.pages import found, now, number, page_number, show, who
from dashboard.who import DUTY, EVERYONE
from domain.consultation import Decision
from store import suggestion_groups as store
from store.db import reading, transaction
from store.tables.opinion import Consultation, SuggestionGroup
from store.tables.people import Person

suggestion_group = Blueprint("suggestion_group", __name__, url_prefix="/consultations")
PAGE = 100
NEW = "new"


@suggestion_group.get("/groups/<int:group_id>")
@allow(*EVERYONE)
def page(group_id: int) -> tuple[str, int]:
    """Show all suggestions of a group."""
    return _page(group_id)


@suggestion_group.post("/groups/<int:group_id>/move")
@allow(*DUTY)
def move(group_id: int) -> Response | tuple[str, int]:
    """Move the chosen suggestions to another group, or into a new one (split)."""
    ids = [int(text) for text in request.form.getlist("one") if text.isascii() and text.isdigit() and len(text) < 10]
    try:
        with transaction() as session:
            _, row = _group(session, group_id)
            to = None if request.form.get("to") == NEW else found(session.get(SuggestionGroup, number("to")))
            moved = store.move(session, row, ids, to, _me(), now())
            flash(f"已移到“{moved.title[:30]}”，可以在征集页撤销。")
            address = f"/consultations/{row.id}#g{moved.id}"
    except ValueError as error:
        return _page(group_id, str(error))
    return redirect(address)


@suggestion_group.post("/groups/<int:group_id>/merge")
@allow(*DUTY)
def merge(group_id: int) -> Response | tuple[str, int]:
    """Put all suggestions of a group into another."""
    try:
        with transaction() as session:
            group, row = _group(session, group_id)
            into = found(session.get(SuggestionGroup, number("to")))
            store.merge(session, row, group, into, _me(), now())
            address = f"/consultations/{row.id}#g{into.id}"
    except ValueError as error:
        return _page(group_id, str(error))
    flash("已合并，可以撤销。")
    return redirect(address)


@suggestion_group.post("/groups/<int:group_id>/name")
@allow(*DUTY)
def name(group_id: int) -> Response | tuple[str, int]:
    """Word what a group asks for."""
    try:
        with transaction() as session:
            group, row = _group(session, group_id)
            store.name(session, group, request.form.get("title", ""), _me(), now())
            address = f"/consultations/{row.id}#g{group_id}"
    except ValueError as error:
        return _page(group_id, str(error))
    flash("已保存。")
    return redirect(address)


@suggestion_group.post("/groups/<int:group_id>/decide")
@allow(*DUTY)
def decide(group_id: int) -> Response | tuple[str, int]:
    """Write what becomes of a group."""
    words = row_id = None
    with reading() as session:
        row_id = _group(session, group_id)[1].id
    try:
        decision = Decision(request.form.get("decision", ""))
    except ValueError:
        words = "请选择采纳、部分采纳或不予采纳"
    if words is None:
        try:
            with transaction() as session:
                group, _ = _group(session, group_id)
                person = session.get_one(Person, who().id)
                store.decide(session, group, decision, request.form.get("reason", ""), person, now())
        except ValueError as error:
            words = str(error)
    if words is not None:
        return consultation_page(row_id, words, group_id)
    flash("已保存决定。各类都决定以后，到“采纳情况”公布。")
    return redirect(f"/consultations/{row_id}#g{group_id}")


@suggestion_group.post("/<int:consultation_id>/undo")
@allow(*DUTY)
def undo(consultation_id: int) -> Response | tuple[str, int]:
    """Take back the latest change of groups."""
    try:
        with transaction() as session:
            row = found(session.get(Consultation, consultation_id))
            count = store.undo(session, row, number("entry"), _me(), now())
    except ValueError as error:
        return consultation_page(consultation_id, str(error))
    flash(f"已撤销，{count} 条意见回到原来的类。")
    return redirect(f"/consultations/{consultation_id}")


def _group(session: Session, group_id: int) -> tuple[SuggestionGroup, Consultation]:
    group = found(session.get(SuggestionGroup, group_id))
    return group, group.consultation


def _me() -> str:
    return f"person-{who().id}"


def _page(group_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        consultation = visible(session, _group(session, group_id)[1].id)
        groups = store.listed(session, consultation.id)
        mine = found(next((group for group in groups if group.row.id == group_id), None))
        number = page_number()
        return show(
            session,
            "consultations/group.html",
            422 if words else 200,
            row=consultation,
            group=mine,
            shown=mine.suggestions[(number - 1) * PAGE : number * PAGE],
            number=number,
            size=PAGE,
            others=[
                (group.row.id, f"{group.row.title[:40]}（{group.count}条）") for group in groups if group is not mine
            ],
            last=undoable(session, consultation.id),
            sent=request.form,
            words=words,
        )
