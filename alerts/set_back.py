"""After the wall clock was set back: nothing goes on waiting for a time that only the clock ahead can have given."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.handed import WAITING
from domain.case import Level
from domain.chase import CALL_AGAIN, chases
from store import allowance
from store.channels import PHONE
from store.notices import retry_after
from store.tables.cases import Lead, Stage
from store.tables.notices import Notice
from store.tables.watches import WatchTell

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=30)
"""No worker holds a row for longer."""
LONGEST_QUIET = timedelta(days=1)
"""Nobody has longer quiet hours."""


def bring_forward(session: Session, now: datetime, in_hand: Collection[int] = ()) -> None:
    """Let what waits longer than it ever should be looked at again; due times stay as they are.

    Without this, a mail to be tried again in 15 s would wait two hours after the clock was set back by two hours. Also
    right at every start: the clock may have been set while nobody ran. Notices `in_hand` are being sent right now.
    """
    found = _notices(session, now, in_hand) + _chases(session, now)
    taken = (Stage.state == "pending", Stage.look_at > Stage.due_at, Stage.look_at > now + HOLD)
    session.execute(update(Stage).where(*taken).values(look_at=Stage.due_at))
    for when in WAITING:
        session.execute(update(when.class_).where(when > now + HOLD).values({when.key: now}))
    session.execute(update(WatchTell).where(WatchTell.tell_at > now + LONGEST_QUIET).values(tell_at=now))
    allowance.set_back(session, now)
    if found:
        log.warning("%s notices waited for a time too far ahead and are looked at anew", found)


def _notices(session: Session, now: datetime, in_hand: Collection[int]) -> int:
    """Send now what waits longer than its own pause, or is held by nobody."""
    waiting = (Notice.state == "pending", Notice.send_at > now + HOLD, Notice.id.not_in(tuple(in_hand)))
    found = 0
    for notice in session.scalars(select(Notice).where(*waiting)):
        if notice.send_at is not None and notice.send_at > now + _pause(notice):
            notice.send_at, found = now, found + 1
    return found


def _pause(notice: Notice) -> timedelta:
    return CALL_AGAIN if notice.channel == PHONE else retry_after(notice.attempts)


def _chases(session: Session, now: datetime) -> int:
    """Follow up no later than if the notice had been written now."""
    found = 0
    for notice in session.scalars(select(Notice).where(Notice.chase_at > now + HOLD)):
        latest = now + _wait(session.get_one(Lead, notice.lead_id))
        if notice.chase_at is not None and notice.chase_at > latest:
            notice.chase_at, found = latest, found + 1
    return found


def _wait(lead: Lead) -> timedelta:
    return chases()[Level(lead.case.level if lead.case else lead.level)].wait
