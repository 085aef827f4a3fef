"""Events: articles about one matter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class Event(Base):
    """话题: articles about one matter; it has at most one open lead or case. `heat_at` asks for its heat."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_heat_last_at", "heat", "last_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The id the index gave it: the same input gives the same key."""
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    articles: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
    heat_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    heat: Mapped[int] = mapped_column(default=0, server_default="0")
    """0 to 100; 0 until it is counted first."""
    heat_parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    """Each {name, points, words}: they add up to `heat`."""
    direction: Mapped[str | None] = mapped_column(String(8))
    """up, flat, down or unknown."""
    day: Mapped[list[int] | None] = mapped_column(JSON)
    """Articles in each of the last 24 hours when its heat was counted, the oldest first."""
    topic: Mapped[str | None] = mapped_column(String(50))
    """The subject (一级分类) most of its articles are about."""
    section: Mapped[str | None] = mapped_column(String(60))
    """Name of the unit most of its articles are about."""
    heated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heat_fault: Mapped[str | None] = mapped_column(Text)
    """Why its heat could not be counted, in words; None where it could."""
