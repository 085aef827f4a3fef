"""Server-side sign-ins: a random cookie whose digest is kept, with an idle and an absolute end."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from dashboard.who import ADMINS, Who
from store import journal
from store.tables.people import Person, SignIn

COOKIE = "huiying"
IDLE = timedelta(hours=12)
IDLE_ADMIN = timedelta(minutes=30)
LONGEST = timedelta(hours=36)
"""A shift lasts 24 hours; the one after it begins with a sign-in of its own."""
LONGEST_ADMIN = timedelta(hours=12)
TOUCH = timedelta(seconds=60)


def limits(role: str) -> tuple[timedelta, timedelta]:
    """Return (idle, absolute) life of a sign-in."""
    return (IDLE_ADMIN, LONGEST_ADMIN) if role in ADMINS else (IDLE, LONGEST)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def start(session: Session, person: Person, address: str, now: datetime) -> str:
    """Sign a person in and return the cookie, 32 random bytes in hex; what is out of date is cleared away."""
    session.execute(delete(SignIn).where(SignIn.created_at < now - LONGEST))
    token = secrets.token_hex(32)
    session.add(
        SignIn(
            digest=_digest(token),
            person_id=person.id,
            csrf=secrets.token_hex(32),
            created_at=now,
            seen_at=now,
            address=address,
        )
    )
    journal.record(session, f"person-{person.id}", "sign_in", f"person-{person.id}", now)
    return token


def current(session: Session, token: str, now: datetime) -> tuple[Who, datetime] | None:
    """Return whose sign-in a cookie is and when it was last seen; None where it is unknown, ended or out of date."""
    asked = select(SignIn).where(SignIn.digest == _digest(token)).options(joinedload(SignIn.person))
    row = session.scalars(asked).first()
    if row is None or not row.person.active:
        return None
    idle, longest = limits(row.person.role)
    if now - row.seen_at > idle or now - row.created_at > longest:
        return None
    person = row.person
    return Who(person.id, person.name, person.role, person.unit_id, row.csrf, row.id), row.seen_at


def touch(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that a sign-in is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end(session: Session, who: Who, now: datetime) -> None:
    """Sign out: the cookie is worth nothing afterwards."""
    session.execute(delete(SignIn).where(SignIn.id == who.sign_in_id))
    journal.record(session, f"person-{who.id}", "sign_out", f"person-{who.id}", now)


def end_token(session: Session, token: str) -> None:
    """End the sign-in of a cookie, if it has one: signing in anew leaves no old one behind."""
    session.execute(delete(SignIn).where(SignIn.digest == _digest(token)))
