"""Duties a person adds to a matter: a limit of the regulations that applies as well, or one of the office's own."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.case import CaseState
from domain.limits import BY_HAND
from domain.regulations import Rule, rules
from store import deadlines, journal
from store.db import hold
from store.limits import in_force, rule_of
from store.tables.cases import Case, Deadline
from store.tables.people import Person


def addable(session: Session) -> list[Rule]:
    """Return the rules a person may add to a matter: those of `BY_HAND` and the office's own."""
    return [rule for rule, _ in in_force(session) if rule.code in BY_HAND or rule.code not in rules()]


def add_duty(
    session: Session,
    case: Case,
    code: str,
    start: datetime,
    person: Person,
    now: datetime,
    *,
    limit: datetime | None = None,
) -> Deadline:
    """Add one duty to a matter, counted from `start`, with all its rungs; `limit` is that of the item itself.

    ValueError, in the user's words, for a closed matter, a rule that cannot be added or runs already, a start to come,
    a rule that takes its limit from the item where none is given, or a limit before the start.
    """
    hold(session, case.lead, case)
    _may_add(session, case, code, start, now)
    if rule_of(session, code).unit == "given" and limit is None:
        raise ValueError("这项时限写在办件单或交办文件上，请填写文件上的时限")
    made = deadlines.write_deadline(session, case.lead, code, start, now, ladder="duty", limit=limit)
    session.refresh(case, ["deadlines"])
    journal.record(session, f"person-{person.id}", "add_duty", f"case-{case.id}", now, deadline=made.id, rule=code)
    return made


def _may_add(session: Session, case: Case, code: str, start: datetime, now: datetime) -> None:
    if case.state == CaseState.CLOSED:
        raise ValueError("事项已经办结，不能再加时限")
    if code not in {rule.code for rule in addable(session)}:
        raise ValueError("请选择一项时限")
    if any(deadline.rule == code and deadline.state == "open" for deadline in case.deadlines):
        raise ValueError(f"{rule_of(session, code).title}已经在计时")
    if start > now:
        raise ValueError("起算时间不能晚于现在")
