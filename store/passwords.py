"""Passwords of accounts: set by the person or given by somebody else, checked, of the kind the office asks for."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.passwords import Profile, fault, is_expired, profile_named
from store.office import fact
from store.people import is_password, set_password
from store.tables.people import Person


def profile(session: Session) -> Profile:
    """Return the office's policy."""
    return profile_named(fact(session, "password_profile"))


def give(person: Person, now: datetime, *, must_change: bool = True) -> str:
    """Give a person a new random password and return it; it has to be changed at the next sign-in."""
    person.password_at, person.must_change = now, must_change
    return set_password(person)


def choose(session: Session, person: Person, password: str, now: datetime) -> None:
    """Set the password a person chose. ValueError in the user's words where the office's policy refuses it."""
    words = fault(profile(session), password, person.username or "")
    if words is None and is_password(person.password_hash, password):
        words = "新口令和原来的一样，请换一个"
    if words is not None:
        raise ValueError(words)
    set_password(person, password)
    person.password_at, person.must_change = now, False


def has_to_change(session: Session, person: Person, now: datetime) -> bool:
    """Return whether the password was given by somebody else or is too old."""
    return person.must_change or is_expired(profile(session), person.password_at, now)
