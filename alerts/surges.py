"""消费预警: once an hour it is looked whether complaints surge; who drafts the warning is told once of each draft."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.matter import to_tell
from alerts.surge_letter import surge_message
from domain.org import Org
from domain.surge import rule
from store import chores, journal, notices, surge_warnings
from store.db import reading, transaction
from store.org import read_org
from store.settings import SettingError, Settings
from store.tables.office import Fact
from store.tables.opinion import SurgeWarning

EVERY = timedelta(hours=24) / rule().looks_a_day
"""The stated rate of false drafts counts on so many looks a day, not more."""
CHORE = "surges"
POSTS = ("liaison",)
log = logging.getLogger(__name__)


def tell_surges(now: datetime, settings: Settings | None = None) -> int:
    """Draft warnings for surges of complaints and tell the unit; return how many notices were written.

    Nothing is published by it. A second clock at the same time changes nothing.
    """
    with reading() as session:
        if not _due(session, now):
            return 0
    org = _org(settings)
    with transaction() as session:
        if not chores.due(session, CHORE, EVERY, now):
            return 0
        found = surge_warnings.look(session, now, org)
        return sum(_tell(session, row, now, settings) for row in found.drafted)


def _due(session: Session, now: datetime) -> bool:
    last = session.get(Fact, f"chore_{CHORE}")
    return last is None or not timedelta(0) <= now - datetime.fromisoformat(last.value) < EVERY


def _org(settings: Settings | None) -> Org | None:
    """Return the bureau's template; without one the first unit drafts, a warning is not lost for a file."""
    try:
        return read_org(settings.org_file) if settings else None
    except SettingError as error:
        log.warning("the unit that drafts warnings is not known: %s", error)
        return None


def _tell(session: Session, row: SurgeWarning, now: datetime, settings: Settings | None) -> int:
    written = [
        notices.write(
            session,
            told.person,
            f"warning-{row.id}",
            surge_message(session, told, row, now),
            now,
            legal=False,
            settings=settings,
        )
        for told in to_tell(session, POSTS, row.unit_id, now)
    ]
    sent = [notice.id for notice in written if notice]
    journal.record(session, "system", "tell_warning", f"warning-{row.id}", now, notices=sent)
    return len(sent)
