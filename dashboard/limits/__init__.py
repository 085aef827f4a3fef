"""时限 of one matter: adding a duty that applies as well, extending one whose rule knows an extension."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, instant, just_passed, now, show, who
from dashboard.seals.gate import refuse
from dashboard.who import DUTY
from store import deadlines, matters
from store.added import add_duty, addable
from store.db import reading, transaction
from store.limits import rule_for
from store.tables.cases import Case
from store.tables.people import Person

limits = Blueprint("limits", __name__, url_prefix="/cases/<int:case_id>/limits")


@limits.get("")
@allow(*DUTY)
def page(case_id: int) -> tuple[str, int]:
    """Show the limits of a matter with what can be done about them."""
    return _page(case_id)


@limits.post("")
@allow(*DUTY)
def add(case_id: int) -> Response | tuple[str, int]:
    """Add a duty to a matter."""
    return _change(case_id, 0, _add)


@limits.post("/<int:deadline_id>")
@allow(*DUTY)
def extend(case_id: int, deadline_id: int) -> Response | tuple[str, int]:
    """Extend a duty, with the reason."""
    return _change(case_id, deadline_id, lambda session, case: _extend(session, case, deadline_id))


def _change(case_id: int, failed: int, change: Callable[[Session, Case], str]) -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            words = change(session, found(session.get(Case, case_id)))
    except ValueError as error:
        return _page(case_id, failed, str(error))
    flash(words)
    return redirect(f"/cases/{case_id}/limits")


def _add(session: Session, case: Case) -> str:
    start = just_passed(instant("start", "起算时间"))
    if start is None:
        raise ValueError("请填写起算时间")
    limit, person = instant("limit", "文件上的时限"), session.get_one(Person, who().id)
    made = add_duty(session, case, request.form.get("rule", ""), start, person, now(), limit=limit)
    return f"已加上{rule_for(made).title}，承办单位会收到通知。"


def _extend(session: Session, case: Case, deadline_id: int) -> str:
    deadline = found(next((one for one in case.deadlines if one.id == deadline_id), None))
    complex_ = request.form.get("kind") == "complex"
    why = request.form.get("why", "")[:500]
    deadlines.extend(session, deadline, now(), who().id, why, complex_=complex_)
    return f"已延长{rule_for(deadline).title}，原到期时间留在操作日志里。"


def _page(case_id: int, failed: int = -1, words: str = "") -> tuple[str, int]:
    with reading() as session:
        case = found(session.get(Case, case_id))
        refuse(session, case.seal_id)
        return show(
            session,
            "limits/page.html",
            422 if words else 200,
            case=case,
            deadlines=matters.deadlines_of(session, case.lead_id),
            rules=addable(session),
            open=case.closed_at is None,
            sent=request.form,
            failed=failed,
            words=words,
        )
