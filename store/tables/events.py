"""Events: articles about one matter; what people merged and split, and which the machine was not sure of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
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
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    """The event people merged it into: it has no articles any more."""
    regrouped: Mapped[int | None] = mapped_column(index=True)
    """Number of the latest change people made to its articles: the index of events takes it in anew."""


class EventChange(Base):
    """整理: what a person merged or split, with all its undo needs."""

    __tablename__ = "event_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """merge or split."""
    from_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    """The event that lost articles."""
    to_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Ids: {"articles", "leads", "cases", "made", "ended"}; see store.regrouping."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_why: Mapped[str | None] = mapped_column(Text)


class EventDoubt(Base):
    """可能是同一话题: an article the grouping was not sure of, one doubt each, and what a person said."""

    __tablename__ = "event_doubt"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), unique=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    """The event it may belong to as well as to its own."""
    alike: Mapped[float]
    """How likely the likenesses alone say that it does, 0-1."""
    reasons: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(8), index=True)
    """same or not_same; None while nobody answered."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class EventApart(Base):
    """不是同一话题: two events a person told apart; the grouping never puts a text of one into the other."""

    __tablename__ = "event_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    """The smaller id of the two."""
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
