"""申请退办: a unit asks to be relieved, the office decides. Asking stops no clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import assignments, journal
from store.db import hold
from store.tables.cases import Case
from store.tables.handling import Bounce
from store.tables.people import Person, Unit


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit asked: `at` the actual time, `how` by telephone, mail or on the screen, whom it suggests."""

    unit: Unit
    at: datetime
    how: str
    reason: str
    suggested: Unit | None = None


def ask(session: Session, case: Case, asked: Asked, person: Person, now: datetime) -> Bounce:
    """Record that a unit asks to be relieved; 办公室主任 is told. ValueError says what is missing."""
    assignments.hold_open(session, case)
    if not asked.reason.strip():
        raise ValueError("请写明退办理由")
    if asked.at > now:
        raise ValueError("申请时间不能晚于现在")
    if not assignments.helps(session, case, asked.unit.id):
        raise ValueError(f"{asked.unit.name}没有承办本事项")
    if any(one.unit_id == asked.unit.id for one in waiting(session, case)):
        raise ValueError(f"{asked.unit.name}已经申请过退办，正等办公室决定")
    made = Bounce(
        case_id=case.id,
        unit_id=asked.unit.id,
        asked_at=asked.at,
        recorded_at=now,
        recorded_by=person.id,
        how=asked.how,
        reason=asked.reason.strip(),
        suggested_id=asked.suggested.id if asked.suggested else None,
        tell_at=now,
    )
    session.add(made)
    session.flush()
    journal.record(session, f"person-{person.id}", "ask_bounce", f"case-{case.id}", now, bounce=made.id)
    return made


def waiting(session: Session, case: Case) -> list[Bounce]:
    """Return the requests of a case nobody has decided, the oldest first."""
    asked = select(Bounce).where(Bounce.case_id == case.id, Bounce.decided_at.is_(None))
    return list(session.scalars(asked.order_by(Bounce.id)))


def refuse(session: Session, bounce: Bounce, words: str, person: Person, now: datetime) -> None:
    """Refuse a request, in words the unit is told. ValueError without them."""
    _hold(session, bounce)
    if not words.strip():
        raise ValueError("请写明不同意退办的理由")
    _decide(session, bounce, False, words, person, now)
    bounce.tell_at = now


def accept(
    session: Session, bounce: Bounce, words: str, person: Person, now: datetime, unit: Unit | None = None
) -> None:
    """Grant a request: the lead goes to `unit`, a unit that helped is relieved. ValueError without a new lead unit."""
    _hold(session, bounce)
    case = bounce.case
    leads = bounce.unit_id == case.unit_id
    if leads and unit is None:
        raise ValueError("同意退办要选择新的牵头单位")
    _decide(session, bounce, True, words, person, now)
    why = f"同意{bounce.unit.name}退办" + (f"：{words.strip()}" if words.strip() else "")
    if leads and unit is not None:
        assignments.reassign(session, case, unit, why, person, now)
        return
    for one in assignments.current(session, case):
        if one.unit_id == bounce.unit_id:
            assignments.remove_co(session, one, why, person, now)


def _hold(session: Session, bounce: Bounce) -> None:
    assignments.hold_open(session, bounce.case)
    hold(session, bounce)
    if bounce.decided_at is not None:
        raise ValueError("这条退办申请已经决定，请刷新")


def _decide(session: Session, bounce: Bounce, accepted: bool, words: str, person: Person, now: datetime) -> None:
    bounce.decided_at, bounce.decided_by, bounce.accepted = now, person.id, accepted
    bounce.decision, bounce.tell_at = words.strip() or None, None
    session.flush()
    about = f"bounce-{bounce.id}"
    journal.record(session, f"person-{person.id}", "decide_bounce", about, now, accepted=accepted)
