"""The channels by which somebody can be told: their names, whose they are, and which of them are set."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from store.settings import Settings
from store.tables.notices import Allowance, Delivery, Notice
from store.tables.people import Person

LABELS = {
    "email": "邮件",
    "wecom_app": "企业微信",
    "sms": "短信",
    "voice": "语音电话",
    "wecom_robot": "企业微信群机器人",
    "dingtalk_robot": "钉钉群机器人",
    "feishu_robot": "飞书群机器人",
    "webhook": "通知推送",
    "phone": "人工电话",
}
PERSONAL = ("email", "wecom_app", "sms", "voice")
"""Channels to one person, in the order in which they are tried."""
GROUP = ("wecom_robot", "dingtalk_robot", "feishu_robot", "webhook")
"""Channels to a group: one message a topic, whoever is in the group reads it."""
PHONE = "phone"
"""No machine sends it: the board asks the duty officer to call."""
GROUP_ADDRESS = "群消息"
TRIAL = "test-"
"""Topics of test messages begin with this; nothing follows where one does not arrive."""
_HANDED = {
    "email": "已交邮件服务器",
    "wecom_app": "已交企业微信",
    "sms": "已交短信网关",
    "voice": "已交语音网关",
    "webhook": "已推送",
    PHONE: "已接通",
}


def url_of(settings: Settings, channel: str) -> str | None:
    """Return where a channel leads, None where it is not set."""
    found: str | None = getattr(settings, "smtp_url" if channel == "email" else f"{channel}_url", None)
    return found


def configured(settings: Settings, among: Iterable[str] = (*PERSONAL, *GROUP)) -> list[str]:
    """Return the channels that are set, in their order."""
    return [channel for channel in among if url_of(settings, channel)]


def address_of(person: Person, channel: str) -> str | None:
    """Return the address of a person on a channel, None where there is none; that of a group is always the same."""
    if channel in GROUP:
        return GROUP_ADDRESS
    return {"email": person.email, "wecom_app": person.im}.get(channel, person.phone) or None


def channels_for(person: Person, settings: Settings | None) -> list[str]:
    """Return the channels by which a person can be told, the first to use first.

    A person with an e-mail address always has that channel: without a mail server the notice waits and is seen.
    Without settings only mail is known.
    """
    found = [] if settings is None else configured(settings, PERSONAL)
    found = [channel for channel in found if address_of(person, channel)]
    return found or (["email"] if person.email else [])


def handed(channel: str) -> str:
    """Return in words what is proved of a sent notice; 已交邮件服务器 is not 送达."""
    return _HANDED.get(channel, "已发到群")


def last_delivery(session: Session, channel: str, *, ok: bool) -> Delivery | None:
    """Return the latest attempt of a channel that went well, or that did not."""
    return _latest(session, Notice.channel == channel, Delivery.ok.is_(ok))


def _latest(session: Session, *where: ColumnElement[bool]) -> Delivery | None:
    asked = select(Delivery).join(Notice).where(*where).options(joinedload(Delivery.notice).joinedload(Notice.person))
    return session.scalars(asked.order_by(Delivery.id.desc()).limit(1)).first()


def shut_until(session: Session, channel: str, now: datetime) -> datetime | None:
    """Return until when a channel takes nothing, None where it is open."""
    found = session.get(Allowance, channel)
    return found.shut_until if found and found.shut_until and found.shut_until > now else None
