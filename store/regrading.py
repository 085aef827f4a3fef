"""Level, grade and T0 of a case: what a person changes, with the reason, and which clocks follow."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import Grade, Level, Start, duties_of, start_of
from domain.handling import regrade
from domain.regulations import in_beijing
from store import assignments, deadlines, journal, publishing, upward, warnings
from store.limits import rule_for
from store.tables.cases import Case, Deadline, Release
from store.tables.people import Person

NO_EMERGENCY = "none"
"""What the competent unit says instead of a grade: 不属突发事件."""


def change_level(session: Session, case: Case, level: Level, why: str, person: Person, now: datetime) -> None:
    """Change the level (舆情等级) with its reason. ValueError without one, or where it is this level already."""
    assignments.hold_open(session, case)
    if not why.strip():
        raise ValueError("请写明调整等级的理由")
    if level == case.level:
        raise ValueError(f"现在已经是{level.label}")
    words = f"{Level(case.level).label} → {level.label}"
    case.level = str(level)
    session.flush()
    assignments.note_change(session, case, "level", words, why, person, now)
    warnings.decided(session, case.lead, level, person, now)
    publishing.settle_next(session, case, person, now)


def grade(session: Session, case: Case, grade: Grade | None, by: str, person: Person, now: datetime) -> None:
    """Write the grade with who graded it (定级单位、依据、文号); None for 不属突发事件. ValueError without the latter.

    The clocks follow it: I/II have 5 h and 24 h, all others the ordinary limit, both from the same T0. What ends stays
    as history; what was done already meets what is written now. Source: 国办发〔2016〕80号, 61号.
    """
    assignments.hold_open(session, case)
    if not by.strip():
        raise ValueError("请写明定级单位、依据和文号")
    was = _grade_words(case)
    case.emergency_grade, case.graded_by = str(grade) if grade else None, by.strip()
    case.emergency = grade is not None and grade.urgent
    session.flush()
    assignments.note_change(session, case, "grade", f"{was} → {_grade_words(case)}", by, person, now)
    follow_grade(session, case, person, now)
    if case.emergency:
        upward.start_limit(session, case.lead, now)


def _grade_words(case: Case) -> str:
    if case.emergency_grade:
        return Grade(case.emergency_grade).label
    return "疑似" if case.emergency else "不属突发事件"


def follow_grade(session: Session, case: Case, person: Person, now: datetime) -> None:
    """End the clocks the case's grade does not have, and write those it has, from its T0."""
    session.refresh(case, ["deadlines"])
    clocks = {one.rule: one.state for one in _counted(case.deadlines)}
    change = regrade(clocks, emergency=case.emergency, channel=case.channel)
    for deadline in case.deadlines:
        if deadline.rule in change.void:
            deadlines.void(session, deadline, now, person.id, f"重新定级为{_grade_words(case)}")
    for code in change.write:
        # A limit of an emergency could not be known before; the ordinary one was always there.
        known = now if case.emergency else None
        _settle(session, deadlines.write_duty(session, case.lead, code, case.t0, now, known), person, now)
    session.refresh(case, ["deadlines"])
    publishing.settle_next(session, case, person, now)


def _counted(found: list[Deadline]) -> list[Deadline]:
    """Return the duties that were not made void, open ones last, so that they count before met ones of their rule."""
    return sorted((one for one in found if one.state != "void"), key=lambda one: one.state == "open")


def _settle(session: Session, deadline: Deadline, person: Person, now: datetime) -> None:
    """Meet a duty written now by what was done already: a clock stops at the actual time of the act."""
    act = rule_for(deadline).met_by
    asked = select(func.min(Release.published_at)).where(Release.case_id == deadline.case_id, Release.kind == act)
    done = session.scalar(asked)
    if done is not None:
        deadlines.meet(session, deadline, done, now, person.id, act)


def correct_start(
    session: Session,
    case: Case,
    person: Person,
    now: datetime,
    *,
    occurred_at: datetime | None,
    first_posted_at: datetime | None,
    why: str,
) -> None:
    """Correct what T0 rests on; open clocks that began with it are written anew, the old ones stay as history.

    A limit written on the item itself does not move. One that was missed before the correction stays missed; one whose
    new limit is over already could not be known and counts as found late. ValueError without a reason, or for a time
    that is still to come.
    """
    assignments.hold_open(session, case)
    if not why.strip():
        raise ValueError("请写明更正起算时间的理由")
    if any(at is not None and at > now for at in (occurred_at, first_posted_at)):
        raise ValueError("事发时间、首发时间不能晚于现在")
    start = start_of(detected=case.detected_at, first_posted=first_posted_at, occurred=occurred_at)
    words = f"{_start_words(Start(case.t0, case.t0_basis))} → {_start_words(start)}"
    case.lead.occurred_at, case.lead.first_posted_at = occurred_at, first_posted_at
    case.t0, case.t0_basis = start.at, start.basis
    session.flush()
    assignments.note_change(session, case, "start", words, why, person, now)
    for deadline in list(case.deadlines):
        if deadline.state == "open" and deadline.start_at != start.at and _begins_with_t0(case, deadline):
            _anew(session, case, deadline, person, now)
    session.refresh(case, ["deadlines"])


def _begins_with_t0(case: Case, deadline: Deadline) -> bool:
    return not deadline.given and deadline.rule in duties_of(emergency=case.emergency, channel=case.channel)


def _anew(session: Session, case: Case, deadline: Deadline, person: Person, now: datetime) -> None:
    missed = deadline.due_at < now and not deadline.found_late
    deadlines.void(session, deadline, now, person.id, "更正起算时间，重新计算")
    known = None if missed else now
    fresh = deadlines.write_deadline(session, case.lead, deadline.rule, case.t0, now, ladder="duty", known_at=known)
    facts = {"deadline": fresh.id, "was": deadline.due_at, "due": fresh.due_at}
    journal.record(session, f"person-{person.id}", "move_due", f"case-{case.id}", now, **facts)


def _start_words(start: Start) -> str:
    at = in_beijing(start.at)
    return f"{start.label} {int(at[5:7])}月{int(at[8:10])}日 {at[11:16]}"
