"""意见征集: consultations with their periods, how many suggestions came in, what was decided of the groups."""

from datetime import date

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.who import DUTY, EVERYONE
from domain.consultation import Decision, Fields
from domain.workdays import beijing_day
from store import announcements, people, suggestion_groups
from store import consultations as store
from store.db import reading, transaction
from store.tables.opinion import Consultation
from store.tables.watches import Watch

consultations = Blueprint("consultations", __name__, url_prefix="/consultations")
DECISIONS = [(str(one), one.label) for one in Decision]
MOST_GROUPS = 200
"""Groups shown on one page; beyond that they have to be merged."""


@consultations.get("")
@allow(*EVERYONE)
def listing() -> tuple[str, int]:
    """Show the consultations, the one that ends last first; a section sees its own."""
    return _listing()


@consultations.post("/concentrated")
@allow("office")
def concentrated() -> Response | tuple[str, int]:
    """Set from how many suggestions on a group is 相对集中."""
    try:
        with transaction() as session:
            store.set_most(session, number("most"), f"person-{who().id}", now())
    except ValueError as error:
        return _listing(str(error))
    flash("已保存。以后的决定和公布按新的条数核对。")
    return redirect("/consultations")


@consultations.get("/new")
@allow(*DUTY)
def new() -> tuple[str, int]:
    """Show an empty form."""
    return _form(None)


@consultations.post("/new")
@allow(*DUTY)
def add() -> Response | tuple[str, int]:
    """Register a consultation."""
    try:
        with transaction() as session:
            made = store.save(session, None, _fields(session), who().id, now())
            address = f"/consultations/{made.id}"
    except ValueError as error:
        return _form(None, str(error))
    flash("已登记。把收到的意见粘贴或上传进来，系统会归类。")
    return redirect(address)


@consultations.get("/<int:consultation_id>/edit")
@allow(*DUTY)
def edit(consultation_id: int) -> tuple[str, int]:
    """Show the form of a consultation."""
    return _form(consultation_id)


@consultations.post("/<int:consultation_id>/edit")
@allow(*DUTY)
def change(consultation_id: int) -> Response | tuple[str, int]:
    """Change a consultation."""
    try:
        with transaction() as session:
            row = found(session.get(Consultation, consultation_id))
            store.save(session, row, _fields(session), who().id, now())
    except ValueError as error:
        return _form(consultation_id, str(error))
    flash("已修改。")
    return redirect(f"/consultations/{consultation_id}")


@consultations.get("/<int:consultation_id>")
@allow(*EVERYONE)
def page(consultation_id: int) -> tuple[str, int]:
    """Show one consultation with its groups, the largest first."""
    return consultation_page(consultation_id)


def consultation_page(consultation_id: int, words: str = "", failed: int = 0) -> tuple[str, int]:
    """Return the page of a consultation; `words` say what went wrong, in the form of group `failed` if it is one's."""
    with reading() as session:
        row = visible(session, consultation_id)
        groups = suggestion_groups.listed(session, consultation_id)
        due = announcements.due(session, row)
        return show(
            session,
            "consultations/page.html",
            422 if words else 200,
            row=row,
            groups=groups[:MOST_GROUPS],
            more=max(len(groups) - MOST_GROUPS, 0),
            tally=store.tallies(session).get(row.id, store.Tally()),
            most=store.most(session),
            due=due,
            published=announcements.of_consultation(session, row.id),
            open_ids={group.row.id for group in announcements.open_groups(session, row.id)},
            last=undoable(session, row.id),
            decisions=DECISIONS,
            today=beijing_day(now()),
            words=words,
            failed=failed,
            sent=request.form,
        )


def visible(session: Session, consultation_id: int) -> Consultation:
    """Return a consultation that the person who asks may see. 404 for any other."""
    row = found(session.get(Consultation, consultation_id))
    return found(row if who().sees_unit(row.unit_id) else None)


def undoable(session: Session, consultation_id: int) -> tuple[int, str] | None:
    """Return the number of the latest change of groups and how it is called; None where there is nothing to undo."""
    entry = suggestion_groups.last_move(session, consultation_id)
    return (entry.seq, f"调整了 {len(entry.facts['moves'])} 条意见的分类") if entry else None


def _fields(session: Session) -> Fields:
    """Return what the form says. ValueError in the user's words."""
    form, watch = request.form, session.get(Watch, number("watch"))
    return Fields(
        title=form.get("title", ""),
        start_on=_day("start", "开始日期"),
        end_on=_day("end", "截止日期"),
        unit_id=next((unit.id for unit in people.units(session) if unit.id == number("unit")), 0),
        link=form.get("link", ""),
        contact=form.get("contact", ""),
        watch_id=watch.id if watch else None,
    )


def _day(name: str, words: str) -> date:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"请填写{words}" if not text else f"{words}看不懂：{text[:20]}") from None


def _form(consultation_id: int | None, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(session.get(Consultation, consultation_id)) if consultation_id is not None else None
        watches = session.scalars(select(Watch).where(Watch.active).order_by(Watch.name))
        return show(
            session,
            "consultations/form.html",
            422 if words else 200,
            row=row,
            units=[(unit.id, unit.name) for unit in people.units(session)],
            watches=[(watch.id, watch.name) for watch in watches],
            today=beijing_day(now()),
            sent=request.form,
            words=words,
        )


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        rows = [row for row in store.listed(session) if who().sees_unit(row.unit_id)]
        return show(
            session,
            "consultations/list.html",
            422 if words else 200,
            rows=rows,
            tallies=store.tallies(session),
            nothing=store.Tally(),
            published=announcements.last(session),
            dues={row.id: due for row in rows if (due := announcements.due(session, row))},
            most=store.most(session),
            today=beijing_day(now()),
            words=words,
        )
