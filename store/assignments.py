"""Assignments of a case: which unit leads (牵头), which help (协办), handing over (转办). They stop no clock."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.case import CaseState
from store import deadlines, journal
from store.db import hold
from store.people import holders
from store.tables.cases import Case
from store.tables.handling import Assignment, Bounce, Change
from store.tables.notices import Notice
from store.tables.people import Person, Unit

LEAD, CO = "lead", "co"


def current(session: Session, case: Case) -> list[Assignment]:
    """Return the assignments in force, the lead unit first."""
    asked = select(Assignment).where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
    return list(session.scalars(asked.order_by(Assignment.part.desc(), Assignment.id)))


def helps(session: Session, case: Case, unit_id: int | None) -> bool:
    """Return whether a unit leads the case or helps with it."""
    return case.unit_id == unit_id or any(one.unit_id == unit_id for one in current(session, case))


def going_on(session: Session, case: Case | None) -> Case | None:
    """Return the case that goes on for a merged one (并案), else the case itself."""
    while case is not None and case.merged_into is not None:
        case = session.get(Case, case.merged_into)
    return case


def hold_open(session: Session, case: Case) -> None:
    """Hold a case for a change. ValueError where it is closed."""
    hold(session, case.lead, case)
    if case.state == CaseState.CLOSED:
        raise ValueError("事项已办结，不能再改")


def refuse_about(unit: Unit, about: Unit | None) -> None:
    """Raise ValueError where a matter about a unit would be led by it."""
    if about is not None and about.id == unit.id:
        raise ValueError(f"本事项涉及{unit.name}，不能由它牵头，请选择其他单位")


def assign_lead(
    session: Session, case: Case, unit: Unit, person: Person, now: datetime, why: str | None = None
) -> Assignment:
    """Write which unit leads from now on; its duties tell it."""
    made = Assignment(case_id=case.id, unit_id=unit.id, part=LEAD, at=now, by=person.id, why=why)
    session.add(made)
    session.flush()
    _note(session, "assign", made, person, now)
    return made


def reassign(session: Session, case: Case, unit: Unit, why: str, person: Person, now: datetime) -> None:
    """Hand a case to another lead unit (转办): it is told of every open duty, the old one that it is relieved.

    Clocks run on. A request of the old unit to be relieved is thereby granted. ValueError without a reason, for the
    unit that leads already, or the one the matter is about.
    """
    hold_open(session, case)
    if not why.strip():
        raise ValueError("请写明转办理由")
    if unit.id == case.unit_id:
        raise ValueError(f"{unit.name}已经是牵头单位")
    refuse_about(unit, case.about_unit)
    old = _leading(session, case)
    end(session, old, why.strip(), person, now)
    for other in [one for one in current(session, case) if one.unit_id == unit.id]:
        end(session, other, "改为牵头", person, now, tell=False)
    _grant(session, case, old.unit_id, person, now)
    case.unit_id = unit.id
    session.flush()
    session.refresh(case, ["unit"])
    assign_lead(session, case, unit, person, now, why.strip())
    _unsay(session, case, old.unit_id, unit.id)
    for deadline in case.deadlines:
        if deadline.state == "open" and deadline.ladder == "duty":
            deadlines.tell_again(session, deadline, now)


def add_co(session: Session, case: Case, unit: Unit, why: str, person: Person, now: datetime) -> Assignment:
    """Let a unit help (协办): it is told to report to the lead unit. ValueError where it leads or helps already."""
    hold_open(session, case)
    if helps(session, case, unit.id):
        raise ValueError(f"{unit.name}已经在办理本事项")
    made = Assignment(case_id=case.id, unit_id=unit.id, part=CO, at=now, by=person.id, why=why.strip() or None)
    made.tell_at = now
    session.add(made)
    session.flush()
    _note(session, "assign", made, person, now)
    return made


def remove_co(session: Session, assignment: Assignment, why: str, person: Person, now: datetime) -> None:
    """Relieve a unit that helped; it is told. ValueError where it leads or does not help, or without a reason."""
    hold_open(session, assignment.case)
    hold(session, assignment)
    if assignment.part != CO or assignment.ended_at is not None:
        raise ValueError("这个单位现在不是协办单位，请刷新")
    if not why.strip():
        raise ValueError("请写明理由")
    end(session, assignment, why.strip(), person, now)
    _grant(session, assignment.case, assignment.unit_id, person, now)


def mark_about(session: Session, case: Case, unit: Unit | None, why: str, person: Person, now: datetime) -> None:
    """Write which unit the matter is about (None: none). ValueError where it leads, or without a reason."""
    hold_open(session, case)
    if not why.strip():
        raise ValueError("请写明理由")
    if unit is not None and unit.id == case.unit_id:
        raise ValueError(f"{unit.name}正在牵头，请先转办其他单位")
    words = f"{case.about_unit.name if case.about_unit else '无'} → {unit.name if unit else '无'}"
    case.about_unit_id = unit.id if unit else None
    session.flush()
    session.refresh(case, ["about_unit"])
    note_change(session, case, "about", words, why, person, now)


def note_change(
    session: Session,
    case: Case,
    kind: str,
    words: str,
    why: str,
    person: Person,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Write what a person changed in a case, from what to what and why; the journal gets the kind alone."""
    session.add(
        Change(case_id=case.id, kind=kind, words=words, why=why.strip(), at=at or now, recorded_at=now, by=person.id)
    )
    journal.record(session, f"person-{person.id}", f"change_{kind}", f"case-{case.id}", now)


def end(
    session: Session, assignment: Assignment, why: str, person: Person, now: datetime, *, tell: bool = True
) -> None:
    """End an assignment; with `tell` its unit is told that it is relieved."""
    assignment.ended_at, assignment.ended_why = now, why
    assignment.tell_at = now if tell else None
    session.flush()
    _note(session, "relieve", assignment, person, now)


def _leading(session: Session, case: Case) -> Assignment:
    """Return the assignment of the lead unit; a case older than assignments gets the one it should have had."""
    found = next((one for one in current(session, case) if one.part == LEAD), None)
    if found is None:
        found = Assignment(case_id=case.id, unit_id=case.unit_id, part=LEAD, at=case.opened_at, by=case.opened_by)
        session.add(found)
        session.flush()
    return found


def _grant(session: Session, case: Case, unit_id: int, person: Person, now: datetime) -> None:
    """Close the open request of a unit that is relieved now."""
    asked = select(Bounce).where(Bounce.case_id == case.id, Bounce.unit_id == unit_id, Bounce.decided_at.is_(None))
    for bounce in session.scalars(asked):
        bounce.decided_at, bounce.decided_by, bounce.accepted, bounce.tell_at = now, person.id, True, None
        journal.record(session, f"person-{person.id}", "decide_bounce", f"bounce-{bounce.id}", now, accepted=True)


def _unsay(session: Session, case: Case, old_id: int, new_id: int) -> None:
    """Cancel what was not sent yet to the old unit's liaisons: they are not asked for it any more."""
    still = {person.id for person in holders(session, "liaison", new_id)}
    gone = [person.id for person in holders(session, "liaison", old_id) if person.id not in still]
    pending = update(Notice).where(Notice.lead_id == case.lead_id, Notice.person_id.in_(gone), Notice.asks_ack)
    session.execute(pending.where(Notice.state == "pending").values(state="cancelled", send_at=None))


def _note(session: Session, action: str, assignment: Assignment, person: Person, now: datetime) -> None:
    about = f"case-{assignment.case_id}"
    facts = {"assignment": assignment.id, "unit": assignment.unit_id, "part": assignment.part}
    journal.record(session, f"person-{person.id}", action, about, now, **facts)
