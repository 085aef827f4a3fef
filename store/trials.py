"""Test messages by which an office sees that a channel works, and what a channel has shown of itself."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store import allowance, channels, journal, notices
from store.office import fact
from store.settings import Settings
from store.tables.notices import Delivery, Notice
from store.tables.people import Person


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel as it stands: whether it is set, its last success and failure, and what it may still take."""

    name: str
    label: str
    set: bool
    group: bool
    succeeded: Delivery | None
    failed: Delivery | None
    tokens: int | None
    shut_until: datetime | None


def standings(session: Session, settings: Settings, now: datetime) -> list[Standing]:
    """Return every channel as it stands, in their order."""
    return [_standing(session, name, settings, now) for name in (*channels.PERSONAL, *channels.GROUP)]


def _standing(session: Session, name: str, settings: Settings, now: datetime) -> Standing:
    return Standing(
        name=name,
        label=channels.LABELS[name],
        set=channels.url_of(settings, name) is not None,
        group=name in channels.GROUP,
        succeeded=channels.last_delivery(session, name, ok=True),
        failed=channels.last_delivery(session, name, ok=False),
        tokens=allowance.tokens_left(session, name, now),
        shut_until=channels.shut_until(session, name, now),
    )


def ask(session: Session, channel: str, person: Person, settings: Settings, now: datetime, by: str) -> Notice:
    """Write a test message that goes to `person` by `channel`, for the sender to send.

    ValueError in the user's words where the channel is not set or the person has no address there.
    """
    if channel not in (*channels.PERSONAL, *channels.GROUP):
        raise ValueError("没有这个通知渠道")
    label = channels.LABELS[channel]
    if channels.url_of(settings, channel) is None:
        raise ValueError(f"{label}还没有设置，不能试发")
    if not channels.address_of(person, channel):
        raise ValueError(f"{person.name}没有登记{label}的地址或号码，不能试发")
    topic = f"{channels.TRIAL}{channel}-{secrets.token_hex(6)}"
    notice = notices.write(session, person, topic, _message(session, label), now, legal=False, channel=channel)
    assert notice is not None  # noqa: S101, the topic is new and the address was asked for
    journal.record(session, by, "test_channel", f"notice-{notice.id}", now, channel=channel)
    return notice


def _message(session: Session, label: str) -> notices.Message:
    telephone = fact(session, "telephone") or "电话未登记"
    words = f"{label}测试：收到即说明这个渠道可用，无须处理。值班室{telephone}"
    return notices.Message(f"【渠道测试】{label}", f"{words}\n\n严禁处理涉密信息\n", None, words)
