"""The notices that ask for signatures on a handover sheet, and what answering or not needing them does to them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from domain.handover import GIVE, TAKE, Asked, topic_of
from store.notices import acknowledge
from store.tables.notices import Notice
from store.tables.people import Handover, Person

SIGNED_IN = "本人登录签字"


def topic(sheet: Handover, part: str) -> str:
    """Return the topic of the notices that ask for a signature on a sheet as it is now."""
    return topic_of(Asked(sheet.id, part, sheet.at))


def asking(session: Session, sheet: Handover) -> list[Notice]:
    """Return the notices that asked for signatures on a sheet as it is now, in order."""
    topics = [topic(sheet, part) for part in (GIVE, TAKE)]
    asked = select(Notice).where(Notice.topic.in_(topics)).options(joinedload(Notice.person))
    return list(session.scalars(asked.order_by(Notice.id)))


def given_how(session: Session, sheet: Handover) -> str:
    """Return how the giver signed: by what the notice carried, else signed in."""
    mine = (Notice.topic == topic(sheet, GIVE), Notice.person_id == sheet.giver_id, Notice.ack_at == sheet.given_at)
    return session.scalar(select(Notice.ack_how).where(*mine).limit(1)) or SIGNED_IN


def early(session: Session, sheet: Handover) -> Notice | None:
    """Return the answer of the taker named, given before the giver signed."""
    mine = (Notice.topic == topic(sheet, TAKE), Notice.person_id == sheet.taker_id, Notice.ack_at.is_not(None))
    return session.scalars(select(Notice).where(*mine).order_by(Notice.id).limit(1)).first()


def answered(session: Session, sheet: Handover, part: str, person: Person, how: str, now: datetime, by: str) -> None:
    """Let what this person was sent be answered, however they signed."""
    mine = (Notice.topic == topic(sheet, part), Notice.person_id == person.id, Notice.ack_at.is_(None))
    notice = session.scalars(select(Notice).where(*mine).order_by(Notice.id).limit(1)).first()
    if notice is not None:
        acknowledge(session, notice, how, now, by)


def ask_no_more(session: Session, sheet: Handover, *parts: str) -> None:
    """Let nobody wait for answers to what was sent of a sheet any more."""
    topics = [topic(sheet, part) for part in parts or (GIVE, TAKE)]
    unanswered = update(Notice).where(Notice.topic.in_(topics), Notice.ack_at.is_(None))
    session.execute(unanswered.values(asks_ack=False))
