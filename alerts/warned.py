"""Early warnings are told: to the duty officer; of a raised level also to the unit in charge and the leader on duty."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.letter import as_message
from alerts.matter import to_tell
from alerts.warned_letter import warned_letter
from domain.case import Level
from store import journal, notices
from store.db import transaction
from store.due import Taken, finish, take_due
from store.tables.heat import Warning

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=30)
LEADER_FROM = (Level.RED, Level.ORANGE)
"""A matter raised to one of these is told to the leader on duty too."""


def tell_warned(now: datetime) -> int:
    """Tell the early warnings that are due at `now`; return how many. One failure stops nobody else."""
    told = 0
    for taken in take_due(Warning.tell_at, now, RETRY):
        try:
            with transaction() as session:
                told += _tell(session, taken, now)
        except Exception:
            log.exception("warning %s: not told, next try in %s", taken.id, RETRY)
    return told


def _tell(session: Session, taken: Taken, now: datetime) -> bool:
    row = session.get_one(Warning, taken.id)
    if not finish(session, Warning.tell_at, taken, told_at=now):
        return False
    unit_id = row.case.unit_id if row.case else None
    written = []
    for one in to_tell(session, posts_of(row), unit_id, now):
        letter = warned_letter(session, row, one, now)
        made = notices.write(session, one.person, f"warning-{row.id}", as_message(letter), now, lead_id=row.lead_id)
        written.append(made.id if made else None)
    journal.record(session, "system", "tell_warned", f"event-{row.event_id}", now, warning=row.id, notices=written)
    return True


def posts_of(row: Warning) -> list[str]:
    """Return who is told of a warning."""
    raised = ["liaison"] if row.raised and row.case else []
    return ["duty_officer", *raised, *(["duty_leader"] if row.raised and row.level in LEADER_FROM else [])]
