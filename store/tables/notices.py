"""Notices, every attempt to send them, and digests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.cases import Stage
from store.tables.people import Person


class Notice(Base):
    """通知: one message to one person on one channel. `send_at` asks the sender to send it."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("topic", "person_id", "channel"),
        CheckConstraint("state in ('pending', 'sent', 'failed', 'cancelled')", name="state"),
        Index("ix_notice_send_at", "send_at"),
        Index("ix_notice_chase_at", "chase_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80))
    """What it is about, e.g. `stage-17` or `digest-2026-11-22`: nobody is told the same thing twice."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Fixed at creation, so that a duplicate carries the same."""
    thread: Mapped[str | None] = mapped_column(String(120))
    """Message-ID of the matter's thread."""
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(20), default="email")
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    short: Mapped[str | None] = mapped_column(Text)
    """What channels outside the office's own mail may carry: number, level, what is asked, due, telephone."""
    legal: Mapped[bool] = mapped_column(default=True)
    """Legal notices are sent first."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    late_s: Mapped[int] = mapped_column(default=0)
    """Seconds by which it was written late (迟发)."""
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proof: Mapped[str | None] = mapped_column(Text)
    """What the mail server said when it took the message."""
    error: Mapped[str | None] = mapped_column(Text)
    asks_ack: Mapped[bool] = mapped_column(default=False)
    ack_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ack_how: Mapped[str | None] = mapped_column(String(40))
    """凭邮件链接签收, 本人登录签收, 电话签收, 邮件回复签收, 语音按键签收."""
    chase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody looks whether it was acknowledged; acknowledging ends this chain and nothing else."""
    chased: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was followed up for want of an acknowledgement."""

    person: Mapped[Person] = relationship()
    stage: Mapped[Stage | None] = relationship()
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="notice", order_by="Delivery.id")


class Delivery(Base):
    """投递: one attempt to send a notice, with what the server said."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    took_ms: Mapped[int]
    ok: Mapped[bool]
    permanent: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(Text)

    notice: Mapped[Notice] = relationship(back_populates="deliveries")


class Allowance(Base):
    """How many messages a channel may still take: a token bucket, so that no provider locks us out."""

    __tablename__ = "allowance"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the tokens were counted."""
    shut_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when the provider said it takes nothing."""


class Inbound(Base):
    """来信: one mail that came back: an acknowledgement, a report, a bounce, a holiday reply, or none of them."""

    __tablename__ = "inbound"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sender: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(12))
    """ack, report, bounce, auto or other."""
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    """The new text of a reply, or what the bounce says."""
    waits: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
    """A person has to assign it to a case or set it aside."""


class Digest(Base):
    """日报: one a day, reproducible; its number is never reused."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    year: Mapped[int]
    number: Mapped[int]
    total: Mapped[int]
    """总第 … 期."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
