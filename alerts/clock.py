"""The clock: rungs whose time has come become notices, the daily digest too. Needs nothing but the database."""

import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from alerts.chase import chase_due
from alerts.daily import send_daily
from alerts.handed import tell_handed
from alerts.handovers import tell_handovers
from alerts.periodic import remind
from alerts.self_check import send_self_check
from alerts.silence import tell_silence
from alerts.telling import Overtaken, tell
from store.db import reading, transaction
from store.due import Taken, take_due
from store.office import beat, heartbeats
from store.settings import Settings
from store.tables.cases import Deadline, Stage

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=30)
BEAT = timedelta(seconds=3)
BATCH = 100
BREATH = 0.005
"""Seconds between two rungs: SQLite lets nobody else write while one writer follows its own heels."""
LEGAL = Stage.deadline_id.in_(select(Deadline.id).where(Deadline.ladder != "lead"))
"""Duties and suspected emergencies are told before ordinary leads."""


def tick(now: datetime, settings: Settings | None = None) -> int:
    """Tell rungs due at `now`, legal ones first, what changed hands, the digest; return how many rungs were told.

    At most 100 of each kind in one tick, so that none outlives its hold; the caller ticks again. A second clock at the
    same time changes nothing. A rung that cannot be told is tried again every 30 s, for as long as it takes: it is
    never parked, and the auditor shows it. Without `settings` only mail is known and no self-check is sent.
    """
    told = 0
    for only in (LEGAL, ~LEGAL):
        for taken in _due(now, only):
            told += _told(taken, now, settings)
            time.sleep(BREATH)
    tell_handed(now)
    _handovers(now, settings)
    _daily(now, settings)
    _periodic(now)
    _silence(now, settings)
    told += _chase(now, settings)
    _beat(now)
    return told


def _due(now: datetime, only: ColumnElement[bool]) -> list[Taken]:
    return take_due(Stage.look_at, now, RETRY, BATCH, only)


def _told(taken: Taken, now: datetime, settings: Settings | None) -> int:
    try:
        with transaction() as session:
            return tell(session, taken, now, settings)
    except (Overtaken, IntegrityError) as error:
        log.info("stage %s: another clock was faster (%s)", taken.id, type(error).__name__)
    except Exception:
        log.exception("stage %s: telling failed the %s. time, next try in %s", taken.id, taken.attempts, RETRY)
    return 0


def _daily(now: datetime, settings: Settings | None) -> None:
    try:
        send_daily(now)
        if settings is not None:
            send_self_check(now, settings)
    except Exception:
        log.exception("digest or self-check: failed, next try with the next tick")


def _chase(now: datetime, settings: Settings | None) -> int:
    try:
        return chase_due(now, settings)
    except Exception:
        log.exception("following up: failed, next try with the next tick")
        return 0


def _handovers(now: datetime, settings: Settings | None) -> None:
    try:
        tell_handovers(now, settings)
    except Exception:
        log.exception("handover sheets: failed, next try with the next tick")


def _periodic(now: datetime) -> None:
    try:
        remind(now)
    except Exception:
        log.exception("periodic duties: failed, next try with the next minute")


def _silence(now: datetime, settings: Settings | None) -> None:
    try:
        tell_silence(now, settings)
    except Exception:
        log.exception("silent sources: failed, next try with the next tick")


def _beat(now: datetime) -> None:
    """Note a sign of life, not more often than every 3 s: each costs a write."""
    with reading() as session:
        last = heartbeats(session).get("clock")
    if last is None or not timedelta(0) <= now - last.at < BEAT:
        with transaction() as session:
            beat(session, "clock", now)
