"""舆情事项: the ledger, and one matter with its timeline, clocks and next steps."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.cases.steps import steps
from dashboard.pages import found, instant, just_passed, now, number, page_number, show, who
from dashboard.who import DUTY, EVERYONE
from domain.case import CaseState, Grade
from domain.regulations import rule
from store import cases as store
from store import matters, notices, people
from store.db import reading, transaction
from store.leads import open_leads
from store.tables.cases import Case, Deadline
from store.tables.people import Person

cases = Blueprint("cases", __name__, url_prefix="/cases")
PAGE = 30
KINDS = {
    "confirm": "立项",
    "article": "信息",
    "stage": "节点",
    "notice": "通知",
    "ack": "签收",
    "release": "发布",
    "report": "反馈",
    "lead": "线索",
}
FORMS = {"release": "发布", "conference": "新闻发布会", "reply": "答复"}


@cases.get("")
@allow(*EVERYONE)
def listing() -> tuple[str, int]:
    """Show the ledger: open matters, closed ones, or all; a section sees its own."""
    state, page = request.args.get("state", "open"), page_number()
    closed = {"open": False, "closed": True}.get(state)
    unit_id = None if who().reads_all else (who().unit_id or 0)
    with reading() as session:
        rows = matters.cases_listed(session, closed=closed, unit_id=unit_id, limit=PAGE + 1, offset=(page - 1) * PAGE)
        return show(
            session,
            "cases/list.html",
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
            page=page,
            state=state,
            judged=matters.leads_judged(session, 20) if state == "leads" and who().reads_all else [],
            waiting=open_leads(session) if state == "leads" and who().reads_all else [],
        )


@cases.get("/<int:case_id>")
@allow(*EVERYONE)
def page(case_id: int) -> tuple[str, int]:
    """Show one matter."""
    return _page(case_id)


@cases.post("/<int:case_id>/release")
@allow(*DUTY)
def record(case_id: int) -> Response | tuple[str, int]:
    """Record what was done outside, at its actual time; the clock it meets stops there."""
    return _change(case_id, "record", _record)


@cases.post("/<int:case_id>/grade")
@allow(*DUTY)
def grade(case_id: int) -> Response | tuple[str, int]:
    """Write down the grade and who gave it."""
    return _change(case_id, "grade", _grade)


@cases.post("/<int:case_id>/close")
@allow(*DUTY)
def close(case_id: int) -> Response | tuple[str, int]:
    """Close a matter with nothing left to do."""
    return _change(case_id, "close", _close)


def _change(case_id: int, form: str, change: Callable[[Session, Case, Person], str]) -> Response | tuple[str, int]:
    """Make a change and show the matter again; what was entered is kept where it cannot be made."""
    try:
        with transaction() as session:
            words = change(session, found(session.get(Case, case_id)), session.get_one(Person, who().id))
    except ValueError as error:
        return _page(case_id, form, str(error))
    flash(words)
    return redirect(f"/cases/{case_id}")


def _record(session: Session, case: Case, person: Person) -> str:
    form = request.form
    kind = form.get("kind", "")
    if kind not in FORMS:
        raise ValueError("请选择登记的是发布、发布会还是答复")
    at = just_passed(instant("at", "实际时间"))
    if at is None:
        raise ValueError("请填写实际时间")
    deadline = next((d for d in case.deadlines if d.id == number("deadline")), None)
    act = store.Act(
        kind=kind,
        at=at,
        channel=form.get("channel", "")[:100],
        publisher=form.get("publisher", "")[:100],
        link=form.get("link", "").strip()[:2000] or None,
        note=form.get("note", "").strip() or None,
    )
    release = store.record_release(session, case, act, person, now(), _matching(deadline, kind))
    stopped = "，对应时限已停" if release.deadline_id else "；没有对应的在办时限"
    return f"已登记{FORMS[kind]}{stopped}。"


def _matching(deadline: Deadline | None, kind: str) -> Deadline | None:
    """Return the chosen duty if it is open and asks for this kind of act; the store finds another one otherwise."""
    fits = deadline is not None and deadline.state == "open" and rule(deadline.rule).met_by == kind
    return deadline if fits else None


def _grade(session: Session, case: Case, person: Person) -> str:
    chosen = request.form.get("grade", "")
    if chosen not in list(Grade):
        raise ValueError("请选择级别")
    store.grade(session, case, Grade(chosen), request.form.get("by", "")[:500], person, now())
    return "已登记定级。"


def _close(session: Session, case: Case, person: Person) -> str:
    store.close(session, case, person, now())
    return "已办结。"


def _page(case_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        case = found(session.get(Case, case_id))
        if not who().reads_all and case.unit_id != who().unit_id:
            abort(404)
        kind = request.args.get("kind", "")
        entries = store.timeline(session, case)
        deadlines = matters.deadlines_of(session, case.lead_id)
        told = notices.of_lead(session, case.lead_id)
        chosen = request.values.get("deadline", type=int)
        return show(
            session,
            "cases/page.html",
            422 if words else 200,
            case=case,
            entries=[entry for entry in entries if not kind or entry.kind == kind],
            present={entry.kind for entry in entries},
            kind=kind,
            kinds=KINDS,
            deadlines=deadlines,
            steps=steps(case, deadlines, told, now()),
            notices=told,
            liaisons=people.holders(session, "liaison", case.unit_id),
            chosen=chosen,
            chosen_kind=_kind(deadlines, chosen),
            forms=list(FORMS.items()),
            grades=[(grade.value, grade) for grade in Grade],
            sent=request.form,
            failed=failed,
            words=words,
            open=case.state != CaseState.CLOSED,
        )


def _kind(deadlines: list[Deadline], chosen: int | None) -> str:
    """Return which act the chosen duty, else the next open one, asks for."""
    open_ = [deadline for deadline in deadlines if deadline.state == "open"]
    first = next((deadline for deadline in open_ if deadline.id == chosen), open_[0] if open_ else None)
    return rule(first.rule).met_by if first else "release"
