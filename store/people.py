"""Units, people and posts: who is on duty, who is told, who may sign in."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.escalation import POSTS
from domain.org import LEADING_GROUP
from store.tables.people import Person, PostHolder, Shift, Unit

ROLES = {
    "duty": "值班员",
    "office": "办公室",
    "leader": "领导",
    "section": "科室",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
POST_NAMES = POSTS | {"discipline": "纪检"} | LEADING_GROUP
"""Every post a person can hold, in the order shown."""
GIVEN_LENGTH = 14
_SIGNS = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789")
"""Of given passwords: no signs that are taken for others when read aloud."""
_HASHER = PasswordHasher()


def units(session: Session) -> list[Unit]:
    """Return the active units in the office's own order."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.rank, Unit.id)))


def unit_named(session: Session, name: str | None, fallback: str | None = None) -> Unit | None:
    """Return the unit of this name, else the fallback, else the first unit; None only where there are no units."""
    by_name = {unit.name: unit for unit in units(session)}
    return by_name.get(name or "") or by_name.get(fallback or "") or next(iter(by_name.values()), None)


def on_duty(session: Session, post: str, now: datetime) -> list[Person]:
    """Return who has a shift at `post` at `now`; a gap in the rota is filled by the holders of the post."""
    shifts = select(Shift).where(Shift.post == post, Shift.start_at <= now, Shift.end_at > now).order_by(Shift.id)
    found = [shift.person for shift in session.scalars(shifts) if shift.person.active]
    return found or holders(session, post)


def shift_ends(session: Session, now: datetime) -> datetime | None:
    """Return when the present shift of the duty officer ends, None where the rota has a gap."""
    return session.scalar(
        select(Shift.end_at).where(Shift.post == "duty_officer", Shift.start_at <= now, Shift.end_at > now).limit(1)
    )


def holders(session: Session, post: str, unit_id: int | None = None) -> list[Person]:
    """Return who holds a post, in the order they were entered; for 联络员 those of the unit."""
    asked = select(PostHolder).where(PostHolder.post == post).order_by(PostHolder.id)
    if post == "liaison":
        asked = asked.where(PostHolder.unit_id == unit_id)
    return [holder.person for holder in session.scalars(asked) if holder.person.active]


def at_post(session: Session, post: str, unit_id: int | None, now: datetime) -> list[Person]:
    """Return who is at a post at `now`: for the posts of the duty room who has the shift, else who holds it."""
    return on_duty(session, post, now) if post.startswith("duty_") else holders(session, post, unit_id)


def recipients(session: Session, posts: Iterable[str], unit_id: int | None, now: datetime) -> list[Person]:
    """Return the people to tell, once each, in the order of the posts, resolved at the moment of telling.

    Where nobody holds any of the posts, the office director is told, then anybody on duty: a chain that leads nowhere
    would lose the matter.
    """
    found: dict[int, Person] = {}
    for post in posts:
        people = at_post(session, post, unit_id, now)
        found |= {person.id: person for person in people if person.id not in found}
    if not found:
        fallback = ("office_director", "duty_officer", "duty_leader")
        found = {p.id: p for post in fallback for p in on_duty(session, post, now)}
    return list(found.values())


def appoint(session: Session, post: str, person: Person, unit: Unit | None = None) -> PostHolder:
    """Give a person a post. ValueError names an unknown post."""
    if post not in POST_NAMES:
        raise ValueError(f"没有岗位 {post}；可用：{'、'.join(POST_NAMES)}")
    holder = PostHolder(post=post, unit_id=unit.id if unit else None, person_id=person.id)
    session.add(holder)
    session.flush()
    return holder


def set_password(person: Person, password: str | None = None) -> str:
    """Give a person a password (a new random one if none is given) and return it. ValueError if it is too short.

    A random one meets every profile of `domain.passwords`; what a person chooses goes through `store.passwords`.
    """
    password = password or _random_password()
    if len(password) < 10:
        raise ValueError("口令至少 10 个字符")
    person.password_hash = _HASHER.hash(password)
    return password


def _random_password() -> str:
    while True:
        found = "".join(secrets.choice("".join(_SIGNS)) for _ in range(GIVEN_LENGTH))
        if all(any(sign in kind for sign in found) for kind in _SIGNS):
            return found


def signed_in_as(session: Session, username: str, password: str) -> Person | None:
    """Return the active person with this user name and password, else None; takes as long for an unknown name."""
    person = session.scalars(select(Person).where(Person.username == username)).first()
    known = person.password_hash if person and person.active else None
    return person if is_password(known or _hash_of_nobody(), password) and known else None


def is_password(kept: str | None, password: str) -> bool:
    """Return whether a password is the one whose hash is kept; False for none or a damaged hash."""
    try:
        return kept is not None and _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    """Return a hash to check where there is no such person, so that the answer takes as long."""
    return _HASHER.hash("nobody")
