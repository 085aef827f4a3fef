"""交办与退办: handing over, units that help, the unit a matter is about, requests to be relieved."""

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.cases.page import change, entered_at
from dashboard.pages import found, now, number, who
from dashboard.who import DUTY
from store import assignments, returns
from store.tables.cases import Case
from store.tables.handling import Assignment, Bounce
from store.tables.people import Person, Unit

assign = Blueprint("assign", __name__, url_prefix="/cases")
GROUP = "assign"
WORKERS = ("duty", "office", "section")


@assign.post("/<int:case_id>/reassign")
@allow(*DUTY)
def reassign(case_id: int) -> Response | tuple[str, int]:
    """Hand the matter to another lead unit."""

    def make(session: Session, case: Case, person: Person) -> str:
        unit = _unit(session)
        assignments.reassign(session, case, unit, _why(), person, now())
        return f"已转办{unit.name}，时限照常计算。"

    return change(case_id, GROUP, make)


@assign.post("/<int:case_id>/co")
@allow(*DUTY)
def add_co(case_id: int) -> Response | tuple[str, int]:
    """Let a unit help."""

    def make(session: Session, case: Case, person: Person) -> str:
        unit = _unit(session)
        assignments.add_co(session, case, unit, _why(), person, now())
        return f"已请{unit.name}协办。"

    return change(case_id, GROUP, make)


@assign.post("/<int:case_id>/co/<int:assignment_id>/end")
@allow(*DUTY)
def remove_co(case_id: int, assignment_id: int) -> Response | tuple[str, int]:
    """Relieve a unit that helped."""

    def make(session: Session, case: Case, person: Person) -> str:
        row = found(session.get(Assignment, assignment_id))
        _of(case, row.case_id)
        assignments.remove_co(session, row, _why(), person, now())
        return f"{row.unit.name}不再协办。"

    return change(case_id, GROUP, make)


@assign.post("/<int:case_id>/about")
@allow(*DUTY)
def about(case_id: int) -> Response | tuple[str, int]:
    """Write which unit the matter is about."""

    def make(session: Session, case: Case, person: Person) -> str:
        unit = session.get(Unit, number("unit"))
        assignments.mark_about(session, case, unit, _why(), person, now())
        return "已登记涉及单位。"

    return change(case_id, GROUP, make)


@assign.post("/<int:case_id>/bounce")
@allow(*WORKERS)
def bounce(case_id: int) -> Response | tuple[str, int]:
    """Record that a unit asks to be relieved; a section asks for itself."""

    def make(session: Session, case: Case, person: Person) -> str:
        asked = returns.Asked(
            unit=_unit(session, "asker") if who().reads_all else found(session.get(Unit, who().unit_id or 0)),
            at=entered_at("at", "申请时间"),
            how=request.form.get("how", "电话")[:40] if who().reads_all else "系统填报",
            reason=_why(),
            suggested=session.get(Unit, number("suggested")),
        )
        returns.ask(session, case, asked, person, now())
        return "已登记退办申请，等办公室决定；时限照常计算。"

    return change(case_id, "bounce", make)


@assign.post("/<int:case_id>/bounce/<int:bounce_id>")
@allow("office")
def decide(case_id: int, bounce_id: int) -> Response | tuple[str, int]:
    """Grant or refuse a request to be relieved."""

    def make(session: Session, case: Case, person: Person) -> str:
        row = found(session.get(Bounce, bounce_id))
        _of(case, row.case_id)
        if request.form.get("answer") == "yes":
            returns.accept(session, row, _why(), person, now(), session.get(Unit, number("unit")))
            return "已同意退办。"
        returns.refuse(session, row, _why(), person, now())
        return "已记录不同意退办，会通知该单位。"

    return change(case_id, GROUP, make)


def _of(case: Case, case_id: int) -> None:
    if case.id != case_id:
        abort(404)


def _unit(session: Session, name: str = "unit") -> Unit:
    unit = session.get(Unit, number(name))
    if unit is None:
        raise ValueError("请选择单位")
    return unit


def _why() -> str:
    return request.form.get("why", "")[:1000]
