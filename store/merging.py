"""并案: one case goes on for another; no limit becomes later, nothing is lost."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain.case import CaseState, duties_of, number_text
from domain.handling import BY_GRADE, Clock, taken_over
from store import assignments, deadlines, journal, publishing
from store.db import hold
from store.entries import merged_words
from store.limits import rule_for
from store.tables.cases import Case, Deadline
from store.tables.handling import Approval
from store.tables.people import Person


def merge(session: Session, case: Case, into: Case, why: str, person: Person, now: datetime) -> None:
    """Let `into` go on for `case`, which is closed as 并案.

    For the same duty the earlier due time counts; the earlier T0 too. An emergency makes the other one an emergency.
    ValueError without a reason, for the case itself, where either is closed, or one of them sealed.
    """
    if case.id == into.id:
        raise ValueError("不能并入本事项自己")
    if case.seal_id != into.seal_id:
        raise ValueError("密封的事项不能与别的事项并案")
    if not why.strip():
        raise ValueError("请写明并案理由")
    # In the order of their numbers, so that two people who merge the same two never wait for each other.
    for one in sorted((case, into), key=lambda one: one.lead_id):
        hold(session, one.lead, one)
    if CaseState.CLOSED in (case.state, into.state):
        raise ValueError("已办结的事项不能并案")
    _take_over(session, case, into, person, now)
    if case.t0 < into.t0:
        into.t0, into.t0_basis = case.t0, case.t0_basis
    if case.emergency and not into.emergency:
        _make_grave(session, into, person, now)
    if case.emergency_grade and not into.emergency_grade and case.emergency:
        into.emergency_grade, into.graded_by = case.emergency_grade, case.graded_by
    _close(session, case, into, why, person, now)
    publishing.settle_next(session, into, person, now)


def _take_over(session: Session, case: Case, into: Case, person: Person, now: datetime) -> None:
    by_id = {one.id: one for one in (*case.deadlines, *into.deadlines)}
    for taken in taken_over([clock_of(one) for one in into.deadlines], [clock_of(one) for one in case.deadlines]):
        if taken.instead is not None:
            deadlines.void(session, by_id[taken.instead], now, person.id, f"并案：{_number(case)}的时限更早，以它为准")
        fresh = deadlines.carry(session, by_id[taken.id], into.lead, now)
        signed = update(Approval).where(Approval.deadline_id == taken.id)
        session.execute(signed.values(deadline_id=fresh.id))
    for deadline in case.deadlines:
        deadlines.void(session, deadline, now, person.id, f"并入{_number(into)}")
    session.refresh(into, ["deadlines"])


def _make_grave(session: Session, into: Case, person: Person, now: datetime) -> None:
    """Let a case count as an emergency: its ordinary limit ends, the 5 h and 24 h it took over stand for it."""
    into.emergency = True
    kept = duties_of(emergency=True, channel=into.channel)
    for deadline in into.deadlines:
        if deadline.rule in BY_GRADE and deadline.rule not in kept:
            deadlines.void(session, deadline, now, person.id, "并案后按突发事件的时限")


def clock_of(deadline: Deadline) -> Clock:
    """Return a duty as the rule of `domain.handling.taken_over` sees it."""
    due = deadline.handle_by or deadline.due_at
    act = rule_for(deadline).met_by
    return Clock(deadline.id, deadline.rule, act, due, deadline.given, deadline.state)


def _close(session: Session, case: Case, into: Case, why: str, person: Person, now: datetime) -> None:
    case.state, case.closed_at, case.merged_into = str(CaseState.CLOSED), now, into.id
    session.flush()
    for one in assignments.current(session, case):
        tell = not assignments.helps(session, into, one.unit_id)
        assignments.end(session, one, f"并入{_number(into)}", person, now, tell=tell)
    assignments.note_change(session, case, "merged", f"并入{merged_words(into)}", why, person, now)
    journal.record(session, f"person-{person.id}", "merge", f"case-{case.id}", now, into=into.id)


def _number(case: Case) -> str:
    return number_text(case.year, case.number)
