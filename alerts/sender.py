"""The sender: takes notices that are due, sends them outside any transaction, proves what the server said."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from alerts import channels
from alerts.channels import Mail, Refused, Retry
from alerts.fill import filled
from alerts.fresh import wanted
from alerts.undelivered import tell_superior
from store.db import reading, transaction
from store.due import Taken, finish, take
from store.notices import channel_ready, note_delivery, retry_after
from store.office import beat, fact, heartbeats
from store.settings import Settings
from store.tables.notices import Notice

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=30)
TURN = 10.0
"""Seconds after which a turn ends: with 15 s for the last mail it stays within the hold."""
SHOWN_AFTER = 3
BEAT = timedelta(seconds=3)
Send = Callable[[Mail], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `reached`: the server answered about this recipient."""

    ok: bool
    words: str
    permanent: bool = False
    reached: bool = False


def send_due(now: datetime, send: Send | None, settings: Settings) -> int:
    """Send the notices that are due at `now`, legal ones first, for at most 10 s; return how many were handed over.

    `send` hands one mail over (None: the notice's own channel). Without any channel nothing is tried: the notices stay
    pending and visible, and the board says so. Several senders may run at once.
    """
    began = time.monotonic()
    sent = 0
    ready = send is not None or channel_ready(settings)
    _beat(now, "" if ready else "没有可用的通知渠道")
    while ready and time.monotonic() - began < TURN:
        at = now + timedelta(seconds=time.monotonic() - began)
        taken = _next(at)
        if taken is None:
            break
        sent += _one(taken, at, send, settings)
    return sent


def _next(now: datetime) -> Taken | None:
    """Return the next notice, legal ones before all others. Looks first without writing."""
    for only in (Notice.legal.is_(True), Notice.legal.is_(False)):
        if _any(now, only):
            with transaction() as session:
                if taken := take(session, Notice.send_at, now, HOLD, limit=1, only=only):
                    return taken[0]
    return None


def _any(now: datetime, only: ColumnElement[bool]) -> bool:
    with reading() as session:
        return bool(session.scalar(select(exists().where(Notice.send_at <= now, only))))


def _one(taken: Taken, now: datetime, send: Send | None, settings: Settings) -> bool:
    """Send one notice and write the outcome; True if the server took it. One failure stops nobody else."""
    try:
        with transaction() as session:
            planned = _prepared(session, taken, now, settings)
        if planned is None:
            return False
        channel, mail = planned
        began = time.monotonic()
        outcome = _tried(channel, mail, send, settings)
        took = time.monotonic() - began
        with transaction() as session:
            _note(session, taken, outcome, now + timedelta(seconds=took), int(took * 1000))
        return outcome.ok
    except Exception:
        log.exception("notice %s: sending failed the %s. time, it comes back in %s", taken.id, taken.attempts, HOLD)
        return False


def _prepared(session: Session, taken: Taken, now: datetime, settings: Settings) -> tuple[str, Mail] | None:
    """Return channel and mail of a notice that is still wanted; one that is not is cancelled."""
    notice = session.get_one(Notice, taken.id)
    if notice.state != "pending" or notice.send_at != taken.held_until:
        return None
    unwanted = wanted(session, notice, now)
    if unwanted:
        finish(session, Notice.send_at, taken, state="cancelled", error=unwanted, attempts=taken.attempts)
        return None
    text, html = filled(notice, settings, now)
    return notice.channel, Mail(
        sender=settings.mail_from,
        sender_name=f"{fact(session, 'name') or '回应'}值班室",
        to=notice.address,
        subject=notice.subject,
        text=text,
        html=html,
        message_id=notice.message_id,
        thread=notice.thread,
        at=now,
    )


def _tried(channel: str, mail: Mail, send: Send | None, settings: Settings) -> Outcome:
    """Return what became of handing one mail over; an error in the channel itself is tried again, never lost."""
    try:
        words = send(mail) if send else channels.named(channel)(settings.smtp_url or "", mail)
    except Refused as error:
        return Outcome(False, str(error), permanent=True, reached=True)
    except Retry as error:
        return Outcome(False, str(error), reached=error.reached)
    except Exception as error:
        log.exception("channel %s failed", channel)
        return Outcome(False, f"通知渠道出错（{type(error).__name__}），稍后重试")
    return Outcome(True, words)


def _note(session: Session, taken: Taken, outcome: Outcome, now: datetime, took_ms: int) -> None:
    """Write one attempt and what follows from it: sent, tried again later, or failed with the superior told."""
    note_delivery(session, taken.id, now, took_ms, ok=outcome.ok, words=outcome.words, permanent=outcome.permanent)
    if outcome.ok:
        values = {"state": "sent", "sent_at": now, "proof": outcome.words, "error": None}
    elif outcome.permanent:
        values = {"state": "failed", "error": outcome.words}
    else:
        values = {"send_at": now + retry_after(taken.attempts), "error": outcome.words}
    counted = finish(session, Notice.send_at, taken, attempts=taken.attempts, **values)
    failing = outcome.permanent or (outcome.reached and taken.attempts >= SHOWN_AFTER)
    if counted and not outcome.ok and failing:
        tell_superior(session, session.get_one(Notice, taken.id), now)


def _beat(now: datetime, words: str) -> None:
    with reading() as session:
        last = heartbeats(session).get("sender")
    if last is None or last.words != words or not timedelta(0) <= now - last.at < BEAT:
        with transaction() as session:
            beat(session, "sender", now, words)
