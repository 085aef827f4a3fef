"""专题: what the office watches for, who is told, what was hit, and what a query would have hit."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.articles import Article
from store.tables.people import Person


class Watch(Base):
    """专题: one query with the units it is about and the people who are told. One not used any more is switched off."""

    __tablename__ = "watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    query: Mapped[str] = mapped_column(Text)
    general: Mapped[bool] = mapped_column(default=False)
    """The office's general exclusions (通用排除词) narrow it."""
    as_lead: Mapped[bool] = mapped_column(default=False)
    """Every hit waits for a person as a lead, whatever its verdict says."""
    unit_ids: Mapped[list[int]] = mapped_column(JSON)
    """Units it is about; the first gets what no duty word decides."""
    channels: Mapped[list[str]] = mapped_column(JSON)
    """By which subscribers are told; empty: each by the person's first one."""
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    """HH:MM, Beijing; with `quiet_to` the hours in which nobody is told."""
    quiet_to: Mapped[str | None] = mapped_column(String(5))
    cool_minutes: Mapped[int]
    """So long nobody is told of the same event again."""
    active: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[str | None] = mapped_column(String(200))
    """The file it was imported from."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    subscribers: Mapped[list["WatchSubscriber"]] = relationship(
        back_populates="watch", order_by="WatchSubscriber.person_id", cascade="all, delete-orphan"
    )


class WatchSubscriber(Base):
    """订阅人: who is told of the hits of a 专题."""

    __tablename__ = "watch_subscriber"

    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)

    watch: Mapped[Watch] = relationship(back_populates="subscribers")
    person: Mapped[Person] = relationship()


class WatchHit(Base):
    """命中: an article in which a query holds, with the places of its words in title + line feed + body."""

    __tablename__ = "watch_hit"
    __table_args__ = (UniqueConstraint("watch_id", "article_id"), Index("ix_watch_hit_watch_id_at", "watch_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the article was first seen."""
    spans: Mapped[list[list[int]]] = mapped_column(JSON)

    watch: Mapped[Watch] = relationship()
    article: Mapped[Article] = relationship()


class WatchTell(Base):
    """One subscriber to be told of one hit. `tell_at` asks the clock; without it that is settled."""

    __tablename__ = "watch_tell"
    __table_args__ = (UniqueConstraint("hit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("watch_hit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a notice was written; None where the event was told of shortly before."""
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))

    hit: Mapped[WatchHit] = relationship()
    person: Mapped[Person] = relationship()


class WatchTrial(Base):
    """试查: what a query would have hit, asked by a screen or by saving a 专题. `ask_at` asks a worker."""

    __tablename__ = "watch_trial"

    id: Mapped[int] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column(Text)
    general: Mapped[bool] = mapped_column(default=False)
    watch_id: Mapped[int | None] = mapped_column(ForeignKey("watch.id"))
    """The 专题 whose hits are written; None where they are only shown."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    """Articles read so far, of `total`."""
    total: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """{"articles", "hits", "days": [[day, count]], "examples": [{"id", "spans"}], "friends": [[word, words, count]]}"""
    error: Mapped[str | None] = mapped_column(Text)
