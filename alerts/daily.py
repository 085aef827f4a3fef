"""The daily digest goes out once a day, also when there is nothing; after an outage only the newest."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.digest import as_message, digest_for
from alerts.messages import late_words
from alerts.once_a_day import once
from domain.digest import digest_day, send_at
from domain.escalation import is_late
from store import journal, notices
from store.notices import Message
from store.people import holders
from store.tables.notices import Digest
from store.tables.people import Person

FACT = "digest_told"
"""The newest day whose digest went out; a new office begins with the next one."""
POSTS = ("chief", "deputy_chief", "office_director")


def send_daily(now: datetime) -> bool:
    """Make and send the newest digest that should have gone out by `now`; False where it has, or another clock did."""
    day = digest_day(now)
    return once(FACT, day, lambda session: _send(session, day, now))


def _send(session: Session, day: date, now: datetime) -> None:
    digest = digest_for(session, day, now)
    late = now - send_at(day) if is_late(send_at(day), now) else timedelta(0)
    message = as_message(digest, late_words(now, late) if late else None)
    written = list(_write(session, digest, message, now, late))
    journal.record(session, "system", "send_digest", f"digest-{digest.id}", now, notices=written)


def _write(session: Session, digest: Digest, message: Message, now: datetime, late: timedelta) -> Iterable[int]:
    for person in readers(session):
        topic = f"digest-{digest.day.isoformat()}"
        written = notices.write(session, person, topic, message, now, legal=False, late_s=int(late.total_seconds()))
        if written is not None:
            yield written.id


def readers(session: Session) -> list[Person]:
    """Return who gets the digest, once each: the chiefs, the office director, then others with the role leader."""
    found = {person.id: person for post in POSTS for person in holders(session, post)}
    leaders = select(Person).where(Person.role == "leader", Person.active).order_by(Person.id)
    found |= {person.id: person for person in session.scalars(leaders) if person.id not in found}
    return list(found.values())
