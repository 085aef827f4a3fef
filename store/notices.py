"""Notices: written once per person and topic, sent and proved, acknowledged."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import CaseState
from store import cases, journal
from store.db import hold, insert_into
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
) -> Notice | None:
    """Write one notice that is due at once; None where this person was told this topic before or has no address."""
    if not person.email:
        return None
    new = insert_into(session, Notice).values(
        topic=topic,
        channel="email",
        message_id=f"<{secrets.token_hex(16)}@{MAIL_DOMAIN}>",
        thread=f"<lead-{lead_id}@{MAIL_DOMAIN}>" if lead_id else None,
        stage_id=stage.id if stage else None,
        lead_id=lead_id,
        person_id=person.id,
        address=person.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        legal=legal,
        asks_ack=asks_ack,
        created_at=now,
        late_s=late_s,
        send_at=now,
    )
    known = new.on_conflict_do_nothing(index_elements=["topic", "person_id", "channel"])
    return session.scalars(known.returning(Notice)).first()


def channel_ready(settings: Settings) -> bool:
    """Return whether there is any channel by which somebody can be told."""
    return settings.smtp_url is not None


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

    Acknowledging ends no duty: only a met or void duty ends its rungs.
    """
    if notice.lead_id is not None:
        hold(session, session.get_one(Lead, notice.lead_id))
    hold(session, notice)
    if notice.ack_at is not None:
        return False
    notice.ack_at, notice.ack_how = now, how
    journal.record(session, by, "acknowledge", f"notice-{notice.id}", now, how=how)
    asked = select(Case).where(Case.lead_id == notice.lead_id)
    # One that tells of no duty went to a unit that only helps (协办).
    led = notice.lead_id and notice.asks_ack and notice.stage_id
    case = session.scalars(asked).first() if led else None
    if case is not None:
        cases.advance(session, case, CaseState.HANDLING, notice.person, now)
    return True


def of_lead(session: Session, lead_id: int) -> list[Notice]:
    """Return the notices of a matter, newest first."""
    return list(session.scalars(select(Notice).where(Notice.lead_id == lead_id).order_by(Notice.id.desc())))


def troubled(session: Session, limit: int = 50) -> list[Notice]:
    """Return notices that failed for good or were tried three times in vain, newest first: they show on the board."""
    asked = select(Notice).where((Notice.state == "failed") | ((Notice.state == "pending") & (Notice.attempts >= 3)))
    return list(session.scalars(asked.order_by(Notice.id.desc()).limit(limit)))


def proof(notice: Notice) -> str:
    """Return in words what is proved of a notice: 已交邮件服务器 is not 送达."""
    if notice.ack_at is not None:
        return "已签收"
    if notice.state == "sent":
        return "已交邮件服务器"
    if notice.state == "failed":
        return "投递失败"
    if notice.state == "cancelled":
        return "已取消"
    return "正在重试" if notice.attempts else "待发送"
