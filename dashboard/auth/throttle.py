"""Slowing down those who guess passwords, without locking out a duty officer at a known device.

Failures are counted in buckets. A device that signed in before carries a signed mark and is counted on its own, so
that no stranger's guesses ever stop it; everybody else is counted by user and address, by user, by address and in all.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.tables.people import SignInFailure

COOKIE = "huiying_device"
DEVICE_LIFE = timedelta(days=180)
WINDOW = timedelta(minutes=15)
KEEP = timedelta(days=1)
SAME_USER_AND_ADDRESS = 5
SAME_USER = 30
SAME_ADDRESS = 30
ALL_STRANGERS = 300
SAME_DEVICE = 10


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in, and from where; `device` is the bucket of a known device, else None."""

    username: str
    address: str
    device: str | None

    @property
    def bucket(self) -> str:
        """The name under which failures of this attempt are counted."""
        return self.device or self.address


def device_mark(key: bytes, username: str) -> str:
    """Return the mark a device gets after `username` signed in there."""
    return hmac.new(key, f"device/{username}".encode(), sha256).hexdigest()


def attempt_of(key: bytes, username: str, address: str, mark: str) -> Attempt:
    """Return the attempt; the device counts as known only with the mark of this very user."""
    username = username.strip()[:50]
    known = hmac.compare_digest(mark.encode(), device_mark(key, username).encode())
    return Attempt(username, address[:64], f"device:{sha256(mark.encode()).hexdigest()[:40]}" if known else None)


def must_wait(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Return whether there were too many failures in the last 15 minutes to look at this attempt's password."""
    recent = select(func.count()).select_from(SignInFailure).where(SignInFailure.at > now - WINDOW)
    same_user = recent.where(SignInFailure.username == attempt.username)
    mine = same_user.where(SignInFailure.address == attempt.bucket)
    if attempt.device:
        return (session.scalar(mine) or 0) >= SAME_DEVICE
    strangers = SignInFailure.address.not_like("device:%")
    limits = (
        (mine, SAME_USER_AND_ADDRESS),
        (same_user.where(strangers), SAME_USER),
        (recent.where(SignInFailure.address == attempt.address), SAME_ADDRESS),
        (recent.where(strangers), ALL_STRANGERS),
    )
    return any((session.scalar(asked) or 0) >= most for asked, most in limits)


def note_failure(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count one failure; those older than a day are cleared away."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - KEEP))
    session.add(SignInFailure(username=attempt.username, address=attempt.bucket, at=now))


def forgive(session: Session, attempt: Attempt) -> None:
    """Forget the failures of this user at this device or address after a success."""
    mine = (SignInFailure.username == attempt.username, SignInFailure.address == attempt.bucket)
    session.execute(delete(SignInFailure).where(*mine))
