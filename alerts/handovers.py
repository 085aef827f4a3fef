"""A handover sheet that was made is sent to who gives and who takes over, each with a link to sign it."""

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.handover_letter import handover_message
from domain.handover import GIVE, TAKE
from store import journal, notices
from store.channels import channels_for
from store.db import reading, transaction
from store.handover import STANDING
from store.handover_notices import topic
from store.settings import Settings
from store.tables.notices import Notice
from store.tables.people import Handover, Person

log = logging.getLogger(__name__)


def tell_handovers(now: datetime, settings: Settings | None) -> int:
    """Write what asks for signatures on the sheets of the last twelve hours; return how many notices were written.

    Looks first without writing. A second clock at the same time writes nothing; one failure stops nobody else.
    """
    with reading() as session:
        found = [(sheet.id, part) for sheet, part, _ in _untold(session, now, settings)]
    return sum(_told(sheet_id, part, now, settings) for sheet_id, part in found)


def _untold(session: Session, now: datetime, settings: Settings | None) -> Iterator[tuple[Handover, str, Person]]:
    """Yield the signatures that are missing and were not asked for, of people who can be reached."""
    recent = (Handover.at > now - STANDING, Handover.at <= now, Handover.taken_at.is_(None))
    for sheet in session.scalars(select(Handover).where(*recent).order_by(Handover.id)):
        for part, person in ((GIVE, None if sheet.given_at else sheet.giver), (TAKE, sheet.taker)):
            if person is not None and channels_for(person, settings) and not _asked(session, sheet, part, person):
                yield sheet, part, person


def _asked(session: Session, sheet: Handover, part: str, person: Person) -> bool:
    known = select(Notice.id).where(Notice.topic == topic(sheet, part), Notice.person_id == person.id)
    return session.scalar(known.limit(1)) is not None


def _told(sheet_id: int, part: str, now: datetime, settings: Settings | None) -> bool:
    try:
        with transaction() as session:
            return _tell(session, sheet_id, part, now, settings)
    except Exception:
        log.exception("handover %s: %s not asked for, next try with the next tick", sheet_id, part)
        return False


def _tell(session: Session, sheet_id: int, part: str, now: datetime, settings: Settings | None) -> bool:
    """Ask for one signature, as the sheet is now: it may have been signed or made anew since it was looked at."""
    asked = [one for one in _untold(session, now, settings) if (one[0].id, one[1]) == (sheet_id, part)]
    for sheet, _, person in asked:
        message = handover_message(session, sheet, part, person, now)
        written = notices.write(
            session, person, topic(sheet, part), message, now, legal=False, asks_ack=True, settings=settings
        )
        if written is None:
            return False
        about = {"part": part, "notice": written.id}
        journal.record(session, "system", "send_handover", f"handover-{sheet.id}", now, **about)
    return bool(asked)
