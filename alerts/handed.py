"""What changed hands is told: a unit helps or is relieved, asks to be relieved, is refused."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts.handed_letter import assignment_letter, bounce_letter
from alerts.letter import Letter, as_message
from alerts.matter import Told, call_note, to_tell
from store import journal, notices
from store.db import transaction
from store.due import Taken, finish, take_due
from store.tables.cases import Case
from store.tables.handling import Assignment, Bounce

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=30)
WAITING: tuple[InstrumentedAttribute[datetime | None], ...] = (Assignment.tell_at, Bounce.tell_at)


def tell_handed(now: datetime) -> int:
    """Tell what changed hands and is due at `now`; return how many rows were told. One failure stops nobody else."""
    told = 0
    for when in WAITING:
        for taken in take_due(when, now, RETRY):
            try:
                with transaction() as session:
                    told += _tell(session, when, taken, now)
            except Exception:
                log.exception("%s %s: not told, next try in %s", when.class_.__tablename__, taken.id, RETRY)
    return told


def _tell(session: Session, when: InstrumentedAttribute[datetime | None], taken: Taken, now: datetime) -> bool:
    of = when.class_ is Assignment
    row = session.get_one(Assignment, taken.id) if of else session.get_one(Bounce, taken.id)
    if not finish(session, when, taken):
        return False
    if isinstance(row, Assignment):
        topic = f"assignment-{row.id}-{'ended' if row.ended_at else 'given'}"
        asks_ack = row.ended_at is None
        _write(session, row.case, topic, [("liaison", row.unit_id)], row, now, asks_ack=asks_ack)
    else:
        refused = row.decided_at is not None
        topic = f"bounce-{row.id}-{'refused' if refused else 'asked'}"
        _write(session, row.case, topic, [("liaison", row.unit_id) if refused else ("office_director", None)], row, now)
    return True


def _write(
    session: Session,
    case: Case,
    topic: str,
    posts: list[tuple[str, int | None]],
    row: Assignment | Bounce,
    now: datetime,
    *,
    asks_ack: bool = False,
) -> None:
    """Write the notices; where nobody of them has an address, the duty officer is told to telephone."""
    told = [one for post, unit_id in posts for one in to_tell(session, [post], unit_id, now)]
    missing = [one.person for one in told if not one.person.email]
    reached = [one for one in told if one.person.email] or to_tell(session, ["duty_officer"], None, now)
    written = []
    for one in reached:
        letter = _letter(session, row, one, now)
        if missing:
            letter = replace(letter, notes=(*letter.notes, call_note(missing)))
        made = notices.write(
            session, one.person, topic, as_message(letter), now, lead_id=case.lead_id, asks_ack=asks_ack
        )
        written.append(made.id if made else None)
    journal.record(session, "system", "tell_handed", f"case-{case.id}", now, topic=topic, notices=written)


def _letter(session: Session, row: Assignment | Bounce, told: Told, now: datetime) -> Letter:
    if isinstance(row, Assignment):
        return assignment_letter(session, row, told, now)
    return bounce_letter(session, row, told, now)
