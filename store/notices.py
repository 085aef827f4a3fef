"""Notices: written once per person and topic, sent and proved, acknowledged."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.case import CaseState
from domain.chase import CALL, base_of, family_of
from domain.notice import ACK, SITE
from domain.seal import TITLE
from store import cases, channels, journal
from store.db import hold, insert_into
from store.office import fact
from store.settings import Settings
from store.tables.cases import Case, Lead, Stage
from store.tables.notices import Delivery, Notice
from store.tables.people import Person

MAIL_DOMAIN = "huiying.invalid"
RETRIES = (15, 30, 60, 120, 300)
"""Seconds between attempts; the last one repeats until the notice is superseded."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: plain text complete in itself, HTML beside it."""

    subject: str
    text: str
    html: str | None = None
    short: str = ""
    """The one line that may leave the office's own mail: number, level, what is asked, due, telephone."""


def write(
    session: Session,
    person: Person,
    topic: str,
    message: Message,
    now: datetime,
    *,
    stage: Stage | None = None,
    lead_id: int | None = None,
    legal: bool = True,
    asks_ack: bool = False,
    late_s: int = 0,
    channel: str | None = None,
    settings: Settings | None = None,
    chase_at: datetime | None = None,
) -> Notice | None:
    """Write one notice that is due at once; None where this person was told this topic before or has no address.

    Without a `channel` it goes by the person's first one among those that are set, by mail where `settings` are not
    known. `chase_at` is when somebody looks whether it was acknowledged.
    """
    message = _sealed(session, message, lead_id, asks_ack=asks_ack)
    channel = channel or next(iter(channels.channels_for(person, settings)), None)
    address = channels.address_of(person, channel) if channel else None
    if channel is None or not address:
        return None
    new = insert_into(session, Notice).values(
        topic=topic,
        channel=channel,
        message_id=f"<{secrets.token_hex(16)}@{MAIL_DOMAIN}>",
        thread=f"<lead-{lead_id}@{MAIL_DOMAIN}>" if lead_id else None,
        stage_id=stage.id if stage else None,
        lead_id=lead_id,
        person_id=person.id,
        address=address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        short=message.short or _plain(session),
        legal=legal,
        asks_ack=asks_ack,
        created_at=now,
        late_s=late_s,
        send_at=now,
        chase_at=chase_at,
    )
    known = new.on_conflict_do_nothing(index_elements=["topic", "person_id", "channel"])
    return session.scalars(known.returning(Notice)).first()


def _sealed(session: Session, message: Message, lead_id: int | None, *, asks_ack: bool) -> Message:
    """Return what may be said of a sealed matter: number, level, what is asked, due and telephone, as the short text.

    What people wrote about it afterwards stands in letters too, so none of their text is sent.
    """
    lead = session.get(Lead, lead_id) if lead_id is not None else None
    if lead is None or lead.seal_id is None:
        return message
    link = f"{SITE}/cases/{lead.case.id}" if lead.case else f"{SITE}/leads/{lead.id}"
    lines = [message.short or _plain(session), f"{TITLE}，正文只对纪检和承办人显示。", f"看事项 {link}"]
    return replace(message, text="\n".join([*lines, *([f"签收：{ACK}"] if asks_ack else [])]), html=None)


def _plain(session: Session) -> str:
    """Return the short text of a message that brings none of its own."""
    return f"有一条通知，请查看邮件或登录系统。值班室{fact(session, 'telephone') or '电话未登记'}"


def channel_ready(settings: Settings) -> bool:
    """Return whether there is any channel by which somebody can be told."""
    return bool(channels.configured(settings))


def retry_after(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th failed attempt: 15 s, 30 s, 1, 2, then every 5 minutes."""
    return timedelta(seconds=RETRIES[min(max(attempts, 1), len(RETRIES)) - 1])


def note_delivery(
    session: Session, notice_id: int, now: datetime, took_ms: int, *, ok: bool, words: str, permanent: bool = False
) -> Delivery:
    """Write down one attempt with what the server said."""
    delivery = Delivery(notice_id=notice_id, at=now, took_ms=took_ms, ok=ok, words=words[:2000], permanent=permanent)
    session.add(delivery)
    session.flush()
    return delivery


def acknowledge(session: Session, notice: Notice, how: str, now: datetime, by: str) -> bool:
    """Record 签收 of a notice; False where it was acknowledged before. By the unit it moves the case to 办理中.

    What the person was told of the same thing by other channels counts as acknowledged too, and calls that wait are
    not made. Acknowledging ends no duty: only a met or void duty ends its rungs.
    """
    if notice.lead_id is not None:
        hold(session, session.get_one(Lead, notice.lead_id))
    hold(session, notice)
    if notice.ack_at is not None:
        return False
    acknowledged = [notice, *_same(session, notice)]
    for one in acknowledged:
        one.ack_at, one.ack_how = now, how
    if counts(notice):
        _end_calls(session, notice)
    journal.record(session, by, "acknowledge", f"notice-{notice.id}", now, how=how)
    asked = select(Case).where(Case.lead_id == notice.lead_id)
    case = session.scalars(asked).first() if notice.lead_id and any(map(_hands_over, acknowledged)) else None
    if case is not None:
        cases.advance(session, case, CaseState.HANDLING, notice.person, now)
    return True


def counts(notice: Notice) -> bool:
    """Return whether acknowledging a notice ends the chain: it was asked for, or is part of the chain.

    Who is told for information alone and acknowledges does not answer for the one who has to.
    """
    return notice.asks_ack or base_of(notice.topic) != notice.topic


def _same(session: Session, notice: Notice) -> list[Notice]:
    """Return what the person was told of the same thing beside a notice; groups acknowledge nothing."""
    topics = family_of(notice.topic) if counts(notice) else (notice.topic,)
    mine = (Notice.person_id == notice.person_id, Notice.id != notice.id, Notice.ack_at.is_(None))
    asked = select(Notice).where(Notice.topic.in_(topics), Notice.channel.not_in(channels.GROUP), *mine)
    return list(session.scalars(asked.order_by(Notice.id)))


def _end_calls(session: Session, notice: Notice) -> None:
    """Cancel the calls about a matter that wait: somebody who has to answer for it knows."""
    waiting = (Notice.lead_id == notice.lead_id, Notice.state == "pending", Notice.topic.like(f"{CALL}%"))
    ended = {"state": "cancelled", "send_at": None, "error": "已经签收"}
    session.execute(update(Notice).where(*waiting, Notice.id != notice.id).values(ended))


def _hands_over(notice: Notice) -> bool:
    """Return whether acknowledging means that the unit took the matter on.

    Of a lead it does not, nor where no duty is told: that went to a unit that only helps (协办).
    """
    return notice.asks_ack and notice.stage is not None and notice.stage.deadline.ladder == "duty"


def of_lead(session: Session, lead_id: int) -> list[Notice]:
    """Return the notices of a matter, newest first."""
    return list(session.scalars(select(Notice).where(Notice.lead_id == lead_id).order_by(Notice.id.desc())))


def troubled(session: Session, limit: int = 50) -> list[Notice]:
    """Return notices that failed for good or were tried three times in vain, newest first: they show on the board.

    Test messages are left out: their screen shows them.
    """
    tried = (Notice.state == "pending") & (Notice.attempts >= 3) & (Notice.channel != channels.PHONE)
    mine = Notice.topic.not_like(f"{channels.TRIAL}%")
    asked = select(Notice).where((Notice.state == "failed") | tried, mine)
    return list(session.scalars(asked.order_by(Notice.id.desc()).limit(limit)))


def addressee(notice: Notice) -> str:
    """Return in words who gets a notice: the person, or the group for which the duty officer answers."""
    group = notice.channel in channels.GROUP
    return f"{channels.GROUP_ADDRESS}（{channels.LABELS[notice.channel]}）" if group else notice.person.name


def proof(notice: Notice) -> str:
    """Return in words what is proved of a notice: 已交邮件服务器 is not 送达."""
    if notice.ack_at is not None:
        return "已签收"
    if notice.state == "sent":
        return channels.handed(notice.channel)
    if notice.state == "failed":
        return "投递失败"
    if notice.state == "cancelled":
        return "已取消"
    if notice.channel == channels.PHONE:
        return "待打电话"
    return "正在重试" if notice.attempts else "待发送"
