"""Token buckets and shut channels in SQL, so that several senders together stay within what a provider allows."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain.allowance import BUCKETS, refilled, wait_for
from store import journal
from store.channels import shut_until
from store.db import insert_into
from store.tables.notices import Allowance

LONGEST_SHUT = timedelta(hours=1)
"""No provider is believed that it takes nothing for longer."""


def claim(session: Session, channel: str, now: datetime, *, legal: bool) -> timedelta:
    """Take one token of a channel and return zero, or return how long to wait; channels without a limit have enough.

    While the channel is shut nothing is taken and the wait lasts until it opens.
    """
    if (until := shut_until(session, channel, now)) is not None:
        return until - now
    bucket = BUCKETS.get(channel)
    if bucket is None:
        return timedelta(0)
    row = _held(session, channel, now)
    tokens = refilled(row.tokens, now - row.at, bucket)
    wait = wait_for(tokens, bucket, legal=legal)
    row.tokens, row.at = tokens if wait else tokens - 1, max(now, row.at)
    return wait


def shut(session: Session, channel: str, until: datetime, now: datetime) -> None:
    """Note that a provider takes nothing until then."""
    row = _held(session, channel, now)
    row.shut_until, row.tokens, row.at = until, 0, max(now, row.at)
    journal.record(session, "system", "shut_channel", f"channel-{channel}", now, until=until)


def set_back(session: Session, now: datetime) -> None:
    """After the wall clock was set back: count tokens from now on, and open what would stay shut for too long."""
    session.execute(update(Allowance).where(Allowance.at > now).values(at=now))
    session.execute(update(Allowance).where(Allowance.shut_until > now + LONGEST_SHUT).values(shut_until=None))


def tokens_left(session: Session, channel: str, now: datetime) -> int | None:
    """Return how many messages a channel takes at once now, None where it has no limit."""
    bucket, row = BUCKETS.get(channel), session.get(Allowance, channel)
    if bucket is None:
        return None
    return int(refilled(row.tokens, now - row.at, bucket) if row else bucket.most)


def _held(session: Session, channel: str, now: datetime) -> Allowance:
    """Return a channel's row, locked, making it full where it is not there."""
    bucket = BUCKETS.get(channel)
    first = insert_into(session, Allowance).values(channel=channel, tokens=bucket.most if bucket else 0, at=now)
    session.execute(first.on_conflict_do_nothing(index_elements=["channel"]))
    return session.get_one(Allowance, channel, with_for_update=True, populate_existing=True)
