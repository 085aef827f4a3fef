"""定级与等级、起算时间、并案: what a person changes in a matter, each with the reason."""

from datetime import datetime

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.cases.page import change
from dashboard.pages import instant, just_passed, now, number
from dashboard.who import DUTY
from domain.case import Grade, Level, number_text
from store import merging, regrading
from store.tables.cases import Case
from store.tables.people import Person

regrade = Blueprint("regrade", __name__, url_prefix="/cases")


@regrade.post("/<int:case_id>/level")
@allow(*DUTY)
def level(case_id: int) -> Response | tuple[str, int]:
    """Change the level."""

    def make(session: Session, case: Case, person: Person) -> str:
        chosen = request.form.get("level", "")
        if chosen not in list(Level):
            raise ValueError("请选择舆情等级")
        regrading.change_level(session, case, Level(chosen), _why(), person, now())
        return f"已调整为{Level(chosen).label}。"

    return change(case_id, "level", make)


@regrade.post("/<int:case_id>/grade")
@allow(*DUTY)
def grade(case_id: int) -> Response | tuple[str, int]:
    """Write down the grade and who gave it; the clocks follow."""

    def make(session: Session, case: Case, person: Person) -> str:
        chosen = request.form.get("grade", "")
        if chosen not in (*Grade, regrading.NO_EMERGENCY):
            raise ValueError("请选择级别")
        given = None if chosen == regrading.NO_EMERGENCY else Grade(chosen)
        regrading.grade(session, case, given, request.form.get("by", "")[:500], person, now())
        return "已登记定级，时限已按级别调整。"

    return change(case_id, "grade", make)


@regrade.post("/<int:case_id>/start")
@allow(*DUTY)
def start(case_id: int) -> Response | tuple[str, int]:
    """Correct what T0 rests on."""

    def make(session: Session, case: Case, person: Person) -> str:
        regrading.correct_start(
            session,
            case,
            person,
            now(),
            occurred_at=_known("occurred_at", case.lead.occurred_at, "事发时间"),
            first_posted_at=_known("first_posted_at", case.lead.first_posted_at, "首发时间"),
            why=_why(),
        )
        return "已更正起算时间，在办时限已重新计算。"

    return change(case_id, "start", make)


@regrade.post("/<int:case_id>/merge")
@allow(*DUTY)
def merge(case_id: int) -> Response | tuple[str, int]:
    """Let another matter go on for this one."""

    def make(session: Session, case: Case, person: Person) -> str:
        into = session.get(Case, number("into"))
        if into is None:
            raise ValueError("请选择并入哪一项")
        merging.merge(session, case, into, _why(), person, now())
        return f"已并入{number_text(into.year, into.number)}，以较早的时限为准。"

    return change(case_id, "merge", make)


def _known(name: str, kept: datetime | None, words: str) -> datetime | None:
    """Return the instant of a field; the seconds a field cannot show are kept where nobody changed it."""
    at = just_passed(instant(name, words))
    same = at is not None and kept is not None and at == kept.replace(second=0, microsecond=0)
    return kept if same else at


def _why() -> str:
    return request.form.get("why", "")[:1000]
