"""The sender: takes notices that are due, sends them outside any transaction, proves what the server said."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from alerts import channels
from alerts.channels import Mail, Refused, Retry, Throttled
from alerts.fall_over import fall_over
from alerts.fresh import Fresh, as_kept, check
from alerts.merging import merge_storms
from alerts.outgoing import mail_of
from store import allowance
from store.channels import LABELS, PHONE, shut_until, url_of
from store.db import reading, transaction
from store.due import Taken, any_due, finish, take
from store.notices import channel_ready, note_delivery, retry_after
from store.office import beat, heartbeats
from store.settings import Settings
from store.tables.notices import Notice

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=30)
TURN = 10.0
"""Seconds after which a turn ends: with 15 s for the last mail it stays within the hold."""
SHOWN_AFTER = 3
PATIENCE = timedelta(minutes=2)
"""After so many attempts, or so long, the next channel is tried and the superior told."""
BEAT = timedelta(seconds=3)
LAST_WRITE, WRITE_PAUSE = 22.0, 0.2
"""Seconds within which an outcome that a busy database refused is tried again: with the last try within the hold."""
Send = Callable[[Mail], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `reached`: the server answered about this recipient; `shut_out`: it refuses us for
    good; `shut`: for how many seconds the channel takes nothing."""

    ok: bool
    words: str
    permanent: bool = False
    reached: bool = False
    shut_out: bool = False
    shut: int = 0


def send_due(now: datetime, send: Send | None, settings: Settings, in_hand: set[int] | None = None) -> int:
    """Send the notices that are due at `now`, legal ones first, for at most 10 s; return how many were handed over.

    `send` hands one mail over (None: the notice's own channel). Without any channel nothing is tried: the notices stay
    pending and visible, and the board says so. Several senders may run at once; those of one process share `in_hand`,
    the ids of what they are sending, so that nobody takes it again where the wall clock jumps past its hold.
    """
    in_hand = set() if in_hand is None else in_hand
    began = time.monotonic()
    sent = 0
    ready = send is not None or channel_ready(settings)
    _beat(now, "" if ready else "没有可用的通知渠道")
    if ready:
        merge_storms(now, settings)
    while ready and time.monotonic() - began < TURN:
        at = now + timedelta(seconds=time.monotonic() - began)
        planned = _next(at, settings, in_hand)
        if planned is None:
            break
        try:
            sent += planned.mail is not None and _handed_over(planned, at, send, settings)
        finally:
            in_hand.discard(planned.taken.id)
    return sent


@dataclass(frozen=True, slots=True)
class Planned:
    """One taken notice as it is to be sent; `mail` is None where it is not wanted any more."""

    taken: Taken
    channel: str
    mail: Mail | None


def _next(now: datetime, settings: Settings, in_hand: set[int]) -> Planned | None:
    """Return the next notice, legal ones before all others, and add it to `in_hand`. Looks first without writing."""
    for legal in (True, False):
        only = Notice.legal.is_(legal) & (Notice.channel != PHONE) & Notice.id.not_in(tuple(in_hand))
        if any_due(Notice.send_at, now, only):
            with transaction() as session:
                found = take(session, Notice.send_at, now, HOLD, limit=1, only=only)
                kept = found and _kept_back(session, found[0], now, settings)
            if found:
                in_hand.add(found[0].id)
                return Planned(found[0], "", None) if kept else _prepared(found[0], now, settings)
    return None


def _kept_back(session: Session, taken: Taken, now: datetime, settings: Settings) -> bool:
    """Put a notice off where its channel may take nothing now; a legal one on a shut channel goes by another too."""
    notice = session.get_one(Notice, taken.id, populate_existing=True)
    wait = allowance.claim(session, notice.channel, now, legal=notice.legal)
    if not wait:
        return False
    finish(session, Notice.send_at, taken, attempts=taken.attempts - 1, send_at=now + wait)
    if notice.legal and shut_until(session, notice.channel, now) is not None:
        fall_over(session, notice, now, settings, reached=False)
    return True


def _prepared(taken: Taken, now: datetime, settings: Settings) -> Planned:
    """Return a taken notice ready to go; one that is not wanted is cancelled, one that cannot be made comes back."""
    try:
        with reading() as session:
            notice = session.get_one(Notice, taken.id)
            channel, fresh = notice.channel, check(session, notice, now, settings)
            mail = mail_of(session, notice, fresh.anew or as_kept(notice), settings, now)
        if fresh.unwanted is None and fresh.anew is None:
            return Planned(taken, channel, mail)
        with transaction() as session:
            return Planned(taken, channel, mail if _settled(session, taken, fresh) else None)
    except Exception:
        log.exception("notice %s: not made the %s. time, it comes back in %s", taken.id, taken.attempts, HOLD)
        return Planned(taken, "", None)


def _settled(session: Session, taken: Taken, fresh: Fresh) -> bool:
    """Cancel a notice that is not wanted, or keep its new words; True if it is to be sent."""
    if fresh.anew is None:
        finish(session, Notice.send_at, taken, state="cancelled", error=fresh.unwanted, attempts=taken.attempts)
        return False
    words = {name: getattr(fresh.anew, name) for name in ("subject", "text", "html", "short")}
    held = {"send_at": taken.held_until, "attempts": taken.attempts}
    return finish(session, Notice.send_at, taken, **held, **words)


def _handed_over(planned: Planned, now: datetime, send: Send | None, settings: Settings) -> bool:
    """Send one notice outside any transaction and write the outcome; True if the server took it."""
    assert planned.mail is not None  # noqa: S101, asked for by the caller
    began = time.monotonic()
    outcome = _tried(planned.channel, planned.mail, send, settings)
    took = time.monotonic() - began
    written = False
    while not written and time.monotonic() - began < LAST_WRITE:
        written = _written(planned.taken, outcome, now + timedelta(seconds=took), int(took * 1000), settings)
    return outcome.ok


def _written(taken: Taken, outcome: Outcome, now: datetime, took_ms: int, settings: Settings) -> bool:
    """Write one outcome; False where the database did not take it: unwritten, a mail that arrived is sent again."""
    try:
        with transaction() as session:
            _note(session, taken, outcome, now, took_ms, settings)
    except OperationalError:
        log.exception("notice %s: the outcome is not written yet", taken.id)
        time.sleep(WRITE_PAUSE)
        return False
    except Exception:
        log.exception("notice %s: the outcome was not written, it comes back in %s", taken.id, HOLD)
    return True


def _tried(channel: str, mail: Mail, send: Send | None, settings: Settings) -> Outcome:
    """Return what became of handing one mail over; an error in the channel itself is tried again, never lost."""
    try:
        words = send(mail) if send else channels.named(channel)(_url(channel, settings), mail)
    except Throttled as error:
        return Outcome(False, str(error), reached=True, shut=error.wait)
    except Refused as error:
        return Outcome(False, str(error), permanent=True, reached=True)
    except Retry as error:
        return Outcome(False, str(error), reached=error.reached, shut_out=error.shut_out)
    except Exception as error:
        log.exception("channel %s failed", channel)
        return Outcome(False, f"通知渠道出错（{type(error).__name__}），稍后重试")
    return Outcome(True, words)


def _url(channel: str, settings: Settings) -> str:
    """Return where a channel leads. Raises Retry for mail without a server, Refused for another that is not set."""
    url = url_of(settings, channel)
    if url is None and channel == "email":
        raise Retry("没有设置发信服务器（SMTP_URL）")
    if url is None:
        raise Refused(f"{LABELS.get(channel, channel)}没有设置")
    return url


def _note(session: Session, taken: Taken, outcome: Outcome, now: datetime, took_ms: int, settings: Settings) -> None:
    """Write one attempt and what follows from it: sent, tried again later, or failed with the superior told."""
    note_delivery(session, taken.id, now, took_ms, ok=outcome.ok, words=outcome.words, permanent=outcome.permanent)
    if outcome.ok:
        values = {"state": "sent", "sent_at": now, "proof": outcome.words, "error": None}
    elif outcome.permanent:
        values = {"state": "failed", "error": outcome.words}
    else:
        pause = timedelta(seconds=outcome.shut) or retry_after(taken.attempts)
        values = {"send_at": now + pause, "error": outcome.words}
    counted = finish(session, Notice.send_at, taken, attempts=taken.attempts, **values)
    if counted and not outcome.ok:
        _follow_up(session, taken, outcome, now, settings)


def _follow_up(session: Session, taken: Taken, outcome: Outcome, now: datetime, settings: Settings) -> None:
    """Shut a channel that was sent too much; let a notice that fails go by the next channel."""
    notice = session.get_one(Notice, taken.id)
    if outcome.shut:
        allowance.shut(session, notice.channel, now + timedelta(seconds=outcome.shut), now)
    tired = taken.attempts >= SHOWN_AFTER or now - notice.created_at >= PATIENCE
    hopeless = outcome.shut or outcome.shut_out
    if outcome.permanent or tired or (hopeless and notice.legal):
        fall_over(session, notice, now, settings, reached=outcome.reached and not outcome.shut)


def _beat(now: datetime, words: str) -> None:
    with reading() as session:
        last = heartbeats(session).get("sender")
    if last is None or last.words != words or not timedelta(0) <= now - last.at < BEAT:
        with transaction() as session:
            beat(session, "sender", now, words)
