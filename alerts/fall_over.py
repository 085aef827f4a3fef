"""What does not arrive by one channel goes by the next one, and the superior is told; never lost in silence."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.fresh import UNDELIVERED, as_kept
from alerts.undelivered import tell_superior
from domain.chase import CALL
from store import journal, notices
from store.channels import GROUP, PHONE, TRIAL, channels_for, configured
from store.settings import Settings
from store.tables.notices import Notice


def fall_over(session: Session, notice: Notice, now: datetime, settings: Settings, *, reached: bool) -> None:
    """Write a notice again on the next channel and tell the superior.

    `reached` False: the channel itself is in trouble, so nobody else is told by it either. A test message fails alone.
    """
    if notice.topic.startswith(TRIAL):
        return
    channel = next_channel(session, notice, settings)
    if channel is not None:
        _again(session, notice, channel, now)
    if notice.channel not in GROUP:
        tell_superior(session, notice, now, settings, avoid=None if reached else notice.channel)


def next_channel(session: Session, notice: Notice, settings: Settings) -> str | None:
    """Return the channel to try after this one; None where there is none, or another already carries the message."""
    asked = select(Notice).where(Notice.topic == notice.topic, Notice.person_id == notice.person_id)
    others = [one for one in session.scalars(asked) if one.id != notice.id and _alike(one, notice)]
    if any(one.state in ("pending", "sent") for one in others):
        return None
    used = {notice.channel, *(one.channel for one in others)}
    return next((channel for channel in _options(notice, settings) if channel not in used), None)


def _alike(one: Notice, other: Notice) -> bool:
    return (one.channel in GROUP) == (other.channel in GROUP)


def _options(notice: Notice, settings: Settings) -> list[str]:
    """Return the channels a notice may go by: another group's, another way to call, or the person's own."""
    if notice.channel in GROUP:
        return configured(settings, GROUP)
    if notice.topic.startswith(CALL):
        return [PHONE]
    # A telephone that rings is for what the law or a superior asks for.
    return [one for one in channels_for(notice.person, settings) if one != "voice" or notice.legal]


def _again(session: Session, notice: Notice, channel: str, now: datetime) -> None:
    """Write the same message on another channel."""
    written = notices.write(
        session,
        notice.person,
        notice.topic,
        as_kept(notice),
        now,
        stage=notice.stage,
        lead_id=notice.lead_id,
        legal=notice.legal,
        asks_ack=notice.asks_ack,
        late_s=notice.late_s,
        channel=channel,
    )
    if written is not None and not notice.topic.startswith(UNDELIVERED):
        journal.record(session, "system", "fall_over", f"notice-{notice.id}", now, notice=written.id, channel=channel)
