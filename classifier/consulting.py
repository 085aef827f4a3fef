"""Consultations whose time has come: what their 专题 hit is taken in, and what has no group yet is grouped."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from classifier.suggestions import Known, grouped
from store import consultations, suggestion_groups
from store.db import transaction
from store.due import PARK_AFTER, Taken, finish, take_due
from store.tables.opinion import Consultation

HOLD = timedelta(minutes=5)
AT_ONCE = 400
"""Suggestions placed in one go: of thousands a job takes several, and ends in time."""
PARKED = "归类多次失败，请人工归类，或与系统管理员联系"
log = logging.getLogger(__name__)


def group_due(now: Callable[[], datetime], seconds: float = 50) -> int:
    """Group the suggestions of consultations until none is due or `seconds` are over; return how many looks it took."""
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        taken = take_due(Consultation.group_at, now(), HOLD, 1)
        if not taken:
            break
        done += _done(taken[0], now())
    return done


def _done(taken: Taken, now: datetime) -> int:
    try:
        _take_in(taken.id, now)
        _group(taken, now)
    except Exception:
        log.exception("the suggestions of consultation %s could not be grouped", taken.id)
        if taken.attempts >= PARK_AFTER:
            with transaction() as session:
                finish(session, Consultation.group_at, taken, parked=PARKED)
        return 0
    return 1


def _take_in(consultation_id: int, now: datetime) -> None:
    with transaction() as session:
        row = session.get_one(Consultation, consultation_id)
        asked = row.group_at
        consultations.add(session, row, consultations.hit(session, row), None, now)
        row.group_at = asked  # It is grouped at once: the time it is held for stays.


def _group(taken: Taken, now: datetime) -> None:
    """Place what has no group; a person who moves suggestions meanwhile wins, because only such are written."""
    with transaction() as session:
        title = session.get_one(Consultation, taken.id).title
        known = [Known(one.id, one.text, one.group_id) for one in consultations.suggestions(session, taken.id)]
    waiting = [one.id for one in known if one.group is None]
    now_placed = set(waiting[:AT_ONCE])
    placed = grouped(known, title, now_placed) if waiting else []
    with transaction() as session:
        row = session.get_one(Consultation, taken.id)
        if finish(
            session,
            Consultation.group_at,
            taken,
            group_at=now if len(waiting) > AT_ONCE else consultations.following(row, now),
            grouped_at=now,
            parked=None,
        ):
            suggestion_groups.place(session, row, [(one.id, one.group, one.opened, one.why) for one in placed])
