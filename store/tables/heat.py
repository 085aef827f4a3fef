"""How much came on each subject hour by hour, and the early warnings of topics, subjects and units."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.cases import Case, Lead
from store.tables.events import Event
from store.tables.people import Person


class Volume(Base):
    """声量: how many articles of one subject, or of one unit's duties, were told in one hour: what is usual."""

    __tablename__ = "volume"
    __table_args__ = (UniqueConstraint("scope", "name", "hour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    """all, topic or unit."""
    name: Mapped[str] = mapped_column(String(60))
    """The subject (一级分类) or the unit's name; empty for all."""
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
    """The hour's beginning."""
    articles: Mapped[int]


class Warning(Base):
    """早期预警: what the system proposed and, beside it, what a person decided; `tell_at` asks the clock to tell it."""

    __tablename__ = "warning"
    __table_args__ = (
        CheckConstraint("scope in ('event', 'topic', 'unit')", name="scope"),
        Index("ix_warning_tell_at", "tell_at"),
        Index("ix_warning_scope_name_at", "scope", "name", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60), default="")
    """The subject or unit; empty for a topic."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    """The matter that was open then."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    level: Mapped[str] = mapped_column(String(8))
    """What the criteria gave."""
    was: Mapped[str | None] = mapped_column(String(8))
    """The level of the matter before; None without one."""
    raised: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it raised the level of the matter."""
    excess: Mapped[float]
    """The cumulative sum that gave the alarm."""
    heat: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """As those of a lead."""
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_level: Mapped[str | None] = mapped_column(String(8))
    """The level a person gave the matter afterwards."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    event: Mapped[Event | None] = relationship()
    lead: Mapped[Lead | None] = relationship()
    case: Mapped[Case | None] = relationship()
    decider: Mapped[Person | None] = relationship()
