"""Counting the heat of the topics that ask for it, and warning of those that are louder than usual."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.baseline import Baseline
from domain.heat_table import Numbers
from domain.workdays import beijing_day
from store import heat, seasons, volumes, warnings
from store.db import transaction
from store.due import PARK_AFTER, Taken, finish, take_due
from store.tables.events import Event

HOLD = timedelta(seconds=60)
BATCH = 100
log = logging.getLogger(__name__)


class Overtaken(RuntimeError):
    """An article joined the topic while it was counted: it is counted anew soon, and nothing of this is kept."""


def heat_due(numbers: Numbers, now: Callable[[], datetime], seconds: float = 20) -> int:
    """Count the heat of topics until none is due or `seconds` are over; return how many.

    What is usual for a subject is read once a batch. The same articles give the same heat and no second warning.
    """
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end and (taken := take_due(Event.heat_at, now(), HOLD, BATCH)):
        done += _batch(numbers, taken, now())
    return done


def _batch(numbers: Numbers, taken: Sequence[Taken], now: datetime) -> int:
    known: dict[str, Baseline] = {}
    looked = [look for row in taken if (look := _one(numbers, row, now, known)) is not None]
    asked = {(volumes.TOPIC, look.topic) for look in looked if look.facts.volume["hour"]}
    asked |= {(volumes.UNIT, look.section) for look in looked if look.facts.volume["hour"]}
    for scope, name in sorted((scope, name) for scope, name in asked if name):
        _subject(scope, name, now, numbers)
    return len(looked)


def _one(numbers: Numbers, row: Taken, now: datetime, known: dict[str, Baseline]) -> heat.Look | None:
    try:
        with transaction() as session:
            event = session.get_one(Event, row.id, with_for_update={"key_share": True})
            found = heat.look(session, event, now, numbers, known)
            season = seasons.in_season(session, beijing_day(now))
            warnings.consider(session, event, found, now, numbers, season)
            if not finish(session, Event.heat_at, row, **heat.outcome(found, now, numbers)):
                raise Overtaken
            return found
    except Overtaken:
        log.info("event %s: an article joined meanwhile", row.id)
    except Exception:
        log.exception("event %s: its heat could not be counted", row.id)
        _park(row)
    return None


def _park(row: Taken) -> None:
    if row.attempts >= PARK_AFTER:
        with transaction() as session:
            finish(session, Event.heat_at, row, heat_fault="热度多次没有算出来，请告诉系统管理员")


def _subject(scope: str, name: str, now: datetime, numbers: Numbers) -> None:
    """Look at one subject or unit; a failure there keeps no topic from being counted."""
    try:
        with transaction() as session:
            warnings.consider_subject(session, scope, name, now, numbers)
    except Exception:
        log.exception("%s %s: could not be looked at", scope, name)
