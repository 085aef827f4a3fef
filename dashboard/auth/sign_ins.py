"""Server-side sign-ins: a random cookie whose digest is kept, with an idle and an absolute end."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from dashboard.who import ADMINS, Who
from store import journal
from store.passwords import has_to_change
from store.tables.people import Person, SignIn

COOKIE = "huiying"
IDLE = timedelta(hours=12)
IDLE_ADMIN = timedelta(minutes=30)
LONGEST = timedelta(hours=36)
"""A shift lasts 24 hours; the one after it begins with a sign-in of its own."""
LONGEST_ADMIN = timedelta(hours=12)
HALF = timedelta(minutes=10)
"""Between the password and the code."""
TOUCH = timedelta(seconds=60)


def limits(role: str) -> tuple[timedelta, timedelta]:
    """Return (idle, absolute) life of a sign-in."""
    return (IDLE_ADMIN, LONGEST_ADMIN) if role in ADMINS else (IDLE, LONGEST)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def asks_code(person: Person) -> bool:
    """Return whether a person signs in with a second factor: administrators always, others where they set one up."""
    return person.role in ADMINS or person.totp_secret is not None


def start(session: Session, person: Person, address: str, now: datetime, *, verified: bool = True) -> str:
    """Sign a person in and return the cookie, 32 random bytes in hex; what is out of date is cleared away.

    Without `verified` the sign-in is half done: it may reach the code page alone, for ten minutes.
    """
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
            verified=verified,
        )
    )
    action = "sign_in" if verified else "sign_in_half"
    journal.record(session, f"person-{person.id}", action, f"person-{person.id}", now)
    return token


def current(session: Session, token: str, now: datetime) -> tuple[Who, datetime] | None:
    """Return whose sign-in a cookie is and when it was last seen; None where it is unknown, ended or out of date."""
    asked = select(SignIn).where(SignIn.digest == _digest(token)).options(joinedload(SignIn.person))
    row = session.scalars(asked).first()
    if row is None or not row.person.active:
        return None
    idle, longest = limits(row.person.role) if row.verified else (HALF, HALF)
    if now - row.seen_at > idle or now - row.created_at > longest:
        return None
    return _who(row, has_to_change(session, row.person, now)), row.seen_at


def _who(row: SignIn, must_change: bool) -> Who:
    person = row.person
    verified = row.verified and (person.totp_secret is not None or not asks_code(person))
    return Who(person.id, person.name, person.role, person.unit_id, row.csrf, row.id, verified, must_change)


def verify(session: Session, who: Who, person: Person, address: str, now: datetime) -> str:
    """Return the cookie of the whole sign-in that takes the place of a half one, or of one before the set-up."""
    session.execute(delete(SignIn).where(SignIn.id == who.sign_in_id))
    return start(session, person, address, now)


def touch(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that a sign-in is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end(session: Session, who: Who, now: datetime) -> None:
    """Sign out: the cookie is worth nothing afterwards."""
    session.execute(delete(SignIn).where(SignIn.id == who.sign_in_id))
    journal.record(session, f"person-{who.id}", "sign_out", f"person-{who.id}", now)


def end_all(session: Session, person_id: int, but: int = 0) -> None:
    """End every sign-in of a person but one: whoever else knows the old password is out."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != but))


def end_token(session: Session, token: str) -> None:
    """End the sign-in of a cookie, if it has one: signing in anew leaves no old one behind."""
    session.execute(delete(SignIn).where(SignIn.digest == _digest(token)))
