"""Facts about the office, numbers given out, signs of life, and who does what only one may do."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.outlets import KINDS
from domain.seasons import JUDGE_MINUTES, PERSONS
from store.db import Base, UtcDateTime


class Fact(Base):
    """A named fact about the office: its name, whether it is a demo, its duty telephone."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Number(Base):
    """The last number given out of a series, e.g. `case-2026`; numbers are never reused."""

    __tablename__ = "number"

    series: Mapped[str] = mapped_column(String(50), primary_key=True)
    last: Mapped[int]


class Heartbeat(Base):
    """A process's latest sign of life."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text, default="")


class Lease(Base):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarYear(Base):
    """One year's published days off and make-up days, loaded by the office; it stands above the packaged table."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    off: Mapped[list[str]] = mapped_column(JSON)
    """Weekdays without work, MM-DD."""
    work: Mapped[list[str]] = mapped_column(JSON)
    """Weekend days with work, MM-DD."""
    source: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    loaded_by: Mapped[str] = mapped_column(String(60))


class OfficeLimit(Base):
    """A limit as the office set it: one of its own, or a shorter one than the regulation's."""

    __tablename__ = "office_limit"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    row: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The fields that differ from `regulations.toml`, or a whole rule of the office's own."""
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(60))


class Season(Base):
    """敏感时期: days of heightened watch."""

    __tablename__ = "season"
    __table_args__ = (UniqueConstraint("name", "start_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    start_on: Mapped[date] = mapped_column(Date)
    end_on: Mapped[date] = mapped_column(Date)
    """The last day, included."""
    words: Mapped[str | None] = mapped_column(Text)
    persons: Mapped[int] = mapped_column(default=PERSONS, server_default=str(PERSONS))
    """People a shift."""
    judge_minutes: Mapped[int] = mapped_column(default=JUDGE_MINUTES, server_default=str(JUDGE_MINUTES))
    """Within how many minutes a lead proposed in the season is to be judged."""


class Outlet(Base):
    """发布渠道: where the bureau publishes. One that is not used any more is switched off, its releases keep it."""

    __tablename__ = "publication_channel"
    __table_args__ = (CheckConstraint(f"kind in {tuple(KINDS)}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    """website, wechat, weibo, app, press, superior or other."""
    address: Mapped[str] = mapped_column(String(300), default="")
    """Host or beginning of an address, by which a link is recognised; empty where it cannot be."""
    rank: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class PeriodicDuty(Base):
    """周期性工作: one period of a monthly, weekly or yearly duty. `look_at` asks the clock to remind of it."""

    __tablename__ = "periodic_duty"
    __table_args__ = (
        UniqueConstraint("rule", "period"),
        CheckConstraint("state in ('open', 'met')", name="state"),
        Index("ix_periodic_duty_look_at", "look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(10))
    """2026-11, 2026-W48 or 2026."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    """How often it was reminded of."""
    state: Mapped[str] = mapped_column(String(6), default="open")
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(Text)
    """What was done, with its link or file number."""
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
