"""The page of one matter, and how every form on it makes its change."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.cases.steps import steps
from dashboard.pages import found, instant, just_passed, now, show, who
from dashboard.seals.gate import hidden
from dashboard.upward.facts import upward_of
from domain.case import CaseState, Grade, Level
from domain.handling import APPROVALS, CONFERENCES
from domain.outlets import KINDS as KINDS_OF_OUTLETS
from store import (
    acts,
    assignments,
    cases,
    matters,
    notices,
    outlets,
    people,
    pictures,
    regrading,
    returns,
    spread,
    warnings,
)
from store.db import reading, transaction
from store.limits import rule_for
from store.originals import count_of_case
from store.tables.cases import Case, Deadline
from store.tables.notices import Notice
from store.tables.people import Person

KINDS = {
    "confirm": "立项",
    "assign": "交办",
    "bounce": "退办",
    "change": "变更",
    "article": "信息",
    "stage": "节点",
    "notice": "通知",
    "ack": "签收",
    "report": "反馈",
    "approval": "请示",
    "transfer": "转交",
    "upward": "报送",
    "release": "发布",
    "warning": "预警",
    "lead": "线索",
}
FORMS = {"release": "发布", "conference": "新闻发布会", "reply": "答复", "copy": "网站同步"}
LEADERS = ("duty_leader", "office_director", "deputy_chief", "chief")
GROUPS = {"signature": "approval"}
"""The group of forms in which a duty is met that no release meets."""


def change(case_id: int, form: str, make: Callable[[Session, Case, Person], str]) -> Response | tuple[str, int]:
    """Make a change and show the matter again; what was entered is kept where it cannot be made."""
    try:
        with transaction() as session:
            case = visible(session, case_id)
            words = make(session, case, session.get_one(Person, who().id))
    except ValueError as error:
        return case_page(case_id, form, str(error))
    flash(words)
    return redirect(f"/cases/{case_id}")


def visible(session: Session, case_id: int) -> Case:
    """Return a matter the person may see: a section's own, also where it only helps. 404 for any other."""
    case = found(session.get(Case, case_id))
    if not who().reads_all and not assignments.helps(session, case, who().unit_id):
        abort(404)
    return case


def entered_at(name: str, words: str) -> Any:
    """Return the instant a form gives for an act, now where it gives none. ValueError where it cannot be read."""
    return just_passed(instant(name, words)) or now()


def case_page(case_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    """Return the page of one matter; `failed` names the form whose `words` say what is wrong."""
    with reading() as session:
        case = visible(session, case_id)
        deadlines = matters.deadlines_of(session, case.lead_id)
        told = notices.of_lead(session, case.lead_id)
        chosen = request.values.get("deadline", type=int)
        chosen_kind = request.args.get("record") or _kind(deadlines, chosen)
        return show(
            session,
            "seals/case.html" if hidden(session, case.seal_id) else "cases/page.html",
            422 if words else 200,
            case=case,
            deadlines=deadlines,
            notices=told,
            mine=_to_acknowledge(told),
            chosen=chosen,
            chosen_kind=chosen_kind if chosen_kind in FORMS else "release",
            sent=request.form,
            failed=failed,
            words=words,
            expanded=failed or request.args.get("open", "") or (GROUPS.get(chosen_kind, "") if chosen else ""),
            open=case.state != CaseState.CLOSED,
            originals=count_of_case(session, case),
            pictures=pictures.of_case(session, case) if who().reads_all else [],
            warned=warnings.of_lead(session, case.lead_id) if who().reads_all else [],
            effects=spread.effects(session, case) if who().reads_all else [],
            **_recording(session, case),
            **_timeline(session, case),
            **_handling(session, case, deadlines, told),
        )


def _recording(session: Session, case: Case) -> dict[str, Any]:
    """Return what the form of a release offers: outlets, and the copy on the website where one is owed."""
    owed = outlets.owed_copies(session, case)
    return {
        "outlets": outlets.listed(session),
        "outlet_kinds": KINDS_OF_OUTLETS,
        "forms": [(kind, words) for kind, words in FORMS.items() if kind != "copy" or owed],
    }


def _timeline(session: Session, case: Case) -> dict[str, Any]:
    kind = request.args.get("kind", "")
    entries = [one for one in cases.timeline(session, case) if who().reads_all or one.kind != "upward"]
    return {
        "entries": [entry for entry in entries if not kind or entry.kind == kind],
        "present": {entry.kind for entry in entries},
        "kind": kind,
        "kinds": KINDS,
    }


def _handling(session: Session, case: Case, deadlines: list[Deadline], told: list[Notice]) -> dict[str, Any]:
    """Return what the groups of forms need: units, leaders, what waits, what may be chosen."""
    bounces = returns.waiting(session, case)
    calls = upward_of(session, case.lead)["upward"]
    press = acts.press_office_asked(session, case)
    others = select(Case).where(Case.state != str(CaseState.CLOSED), Case.id != case.id).order_by(Case.id.desc())
    return {
        "steps": steps(
            case,
            deadlines,
            told,
            now(),
            press=press,
            bounces=bounces,
            called=calls and calls["done"],
            copies=outlets.owed_copies(session, case),
            registers=who().role == "office",
        ),
        "upward": calls,
        "bounces": bounces,
        "assigned": assignments.current(session, case),
        "approvals": acts.approvals(session, case),
        "transfers": acts.transfers(session, case),
        "merged_into": assignments.going_on(session, case) if case.merged_into else None,
        "units": people.units(session),
        "leaders": _leaders(session),
        "liaisons": people.holders(session, "liaison", case.unit_id),
        "others": list(session.scalars(others.limit(100))) if who().decides else [],
        "approval_ways": [(way, way) for way in APPROVALS],
        "conferences": [(form, form) for form in CONFERENCES],
        "levels": [(level.value, level.label) for level in Level],
        "grades": [grade.value for grade in Grade],
        "no_emergency": regrading.NO_EMERGENCY,
    }


def _leaders(session: Session) -> list[Person]:
    """Return who may approve, once each, in the order in which they are called."""
    held = {person.id: person for post in LEADERS for person in people.holders(session, post)}
    asked = select(Person).where(Person.role == "leader", Person.active).order_by(Person.id)
    return list((held | {person.id: person for person in session.scalars(asked)}).values())


def _to_acknowledge(told: list[Notice]) -> Notice | None:
    """Return the latest notice that waits for the person who looks; None where they acknowledged one before."""
    asked = [one for one in told if one.asks_ack and one.person_id == who().id]
    return asked[0] if asked and all(one.ack_at is None for one in asked) else None


def _kind(deadlines: list[Deadline], chosen: int | None) -> str:
    """Return which act the chosen duty, else the next open one, asks for."""
    open_ = [deadline for deadline in deadlines if deadline.state == "open"]
    first = next((deadline for deadline in open_ if deadline.id == chosen), open_[0] if open_ else None)
    return rule_for(first).met_by if first else "release"
