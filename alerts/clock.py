"""The clock: rungs whose time has come become notices, the daily digest too. Needs nothing but the database."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from alerts.chase import chase_due
from alerts.daily import send_daily
from alerts.handed import tell_handed
from alerts.handovers import tell_handovers
from alerts.periodic import remind
from alerts.results import remind_results
from alerts.self_check import send_self_check
from alerts.silence import tell_silence
from alerts.surges import tell_surges
from alerts.telling import Overtaken, tell
from alerts.warned import tell_warned
from alerts.watch import tell_watches
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
    _done("handover sheets", tell_handovers, now, settings)
    _done("digest", send_daily, now)
    if settings is not None:
        _done("self-check", send_self_check, now, settings)
    _done("periodic duties", remind, now)
    _done("silent sources", tell_silence, now, settings)
    _done("results of consultations", remind_results, now, settings)
    _done("surges of complaints", tell_surges, now, settings)
    _done("watch words", tell_watches, now, settings)
    _done("early warnings", tell_warned, now)
    told += _done("following up", chase_due, now, settings)
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


def _done(what: str, do: Callable[..., int | None], *about: object) -> int:
    """Return how much was done; what fails keeps nothing else from being done, and is tried again soon."""
    try:
        return do(*about) or 0
    except Exception:
        log.exception("%s: failed, next try with a coming tick", what)
        return 0


def _beat(now: datetime) -> None:
    """Note a sign of life, not more often than every 3 s: each costs a write."""
    with reading() as session:
        last = heartbeats(session).get("clock")
    if last is None or not timedelta(0) <= now - last.at < BEAT:
        with transaction() as session:
            beat(session, "clock", now)
