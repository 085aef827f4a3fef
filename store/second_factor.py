"""The second factor of an account: set up with one code, then each code works once."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain.codes import accepted_step
from store import journal
from store.sealing import seal, unseal
from store.secrets import key
from store.tables.people import Person

LENGTH = 20
"""Bytes of a secret, as RFC 4226 asks of HMAC-SHA-1."""
OFFER_LIFE = timedelta(minutes=30)


def offer(secret_file: Path, person_id: int, now: datetime) -> str:
    """Return a new secret, sealed for this person; it counts for nothing until a code of it was entered."""
    stamp = int(now.timestamp()).to_bytes(8, "big")
    return seal(_key(secret_file), stamp + secrets.token_bytes(LENGTH), f"offer-{person_id}")


def offered(secret_file: Path, person_id: int, sealed: str, now: datetime) -> bytes:
    """Return the secret of an offer. ValueError in the user's words where it is not this person's or too old."""
    try:
        data = unseal(_key(secret_file), sealed, f"offer-{person_id}")
    except ValueError:
        raise ValueError("这一页已失效，请用下面新的二维码重新扫描") from None
    if not timedelta(0) <= now - datetime.fromtimestamp(int.from_bytes(data[:8], "big"), now.tzinfo) <= OFFER_LIFE:
        raise ValueError("这一页打开太久了，请用下面新的二维码重新扫描")
    return data[8:]


def set_up(session: Session, secret_file: Path, person: Person, secret: bytes, code: str, now: datetime) -> None:
    """Make `secret` the person's second factor. ValueError where the code is not one of it."""
    step = accepted_step(secret, code, now, 0)
    if step is None:
        raise ValueError("动态码不对：请等验证器显示下一个 6 位数字，再填一次；手机时间要准")
    person.totp_secret, person.totp_step = seal(_key(secret_file), secret, f"person-{person.id}"), step
    journal.record(session, f"person-{person.id}", "set_up_code", f"person-{person.id}", now)


def use(session: Session, secret_file: Path, person: Person, code: str, now: datetime) -> bool:
    """Use up one code; False where it is wrong or was used before, even by somebody at the same moment.

    ValueError where the secret was sealed with another secret file.
    """
    if person.totp_secret is None:
        return False
    secret = unseal(_key(secret_file), person.totp_secret, f"person-{person.id}")
    step = accepted_step(secret, code, now, person.totp_step)
    if step is None:
        return False
    newer = update(Person).where(Person.id == person.id, Person.totp_step < step).values(totp_step=step)
    return session.scalars(newer.returning(Person.id)).first() is not None


def remove(session: Session, person: Person, by: str, now: datetime) -> None:
    """Take the second factor away; an administrator has to set up a new one at the next sign-in."""
    person.totp_secret = None
    journal.record(session, by, "remove_code", f"person-{person.id}", now)


def _key(secret_file: Path) -> bytes:
    return key(secret_file, "second-factor")
