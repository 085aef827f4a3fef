"""征求意见 and 消费预警: suggestions in groups, what was decided of them, drafts of warnings, what was published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.consultation import Decision
from domain.warning import State
from store.db import Base, UtcDateTime
from store.tables.articles import Article
from store.tables.office import Outlet
from store.tables.people import Person, Unit
from store.tables.watches import Watch


class Consultation(Base):
    """征求意见. `group_at` asks a worker to take in what its 专题 hit and to group what has no group yet."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    start_on: Mapped[date] = mapped_column(Date)
    end_on: Mapped[date] = mapped_column(Date)
    """The last day, included."""
    link: Mapped[str] = mapped_column(String(2000), default="")
    """Where it was announced."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    contact: Mapped[str] = mapped_column(String(200), default="")
    watch_id: Mapped[int | None] = mapped_column(ForeignKey("watch.id"))
    """The 专题 whose hits of intent 建议 are taken in."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    group_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    grouped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked: Mapped[str | None] = mapped_column(Text)
    """Why grouping was given up, in words."""

    unit: Mapped[Unit] = relationship()
    watch: Mapped[Watch | None] = relationship()


class SuggestionGroup(Base):
    """归并类: suggestions that ask for the same, and what was decided of them. One without suggestions is not shown."""

    __tablename__ = "suggestion_group"
    __table_args__ = (CheckConstraint(f"decision in {tuple(map(str, Decision))}", name="decision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    named: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A person worded the title; else it is the system's (系统初判)."""
    decision: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_count: Mapped[int | None]
    """How many suggestions it had then."""

    consultation: Mapped[Consultation] = relationship()
    decider: Mapped[Person | None] = relationship()


class Suggestion(Base):
    """一条意见建议, personal numbers masked; who made it is not kept."""

    __tablename__ = "suggestion"
    __table_args__ = (UniqueConstraint("consultation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(String(80))
    """What makes it one and the same when it is brought twice: article, row of a file, line of a pasted text."""
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion_group.id"), index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    """Why the system put it there, in words; empty where a person did."""

    group: Mapped[SuggestionGroup | None] = relationship()


class SurgeWarning(Base):
    """消费预警: a draft made because complaints surged, edited and cleared by people, never published by itself."""

    __tablename__ = "surge_warning"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(map(str, State))}", name="state"),
        Index("ix_surge_warning_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """topic or watch."""
    subject: Mapped[str] = mapped_column(String(60))
    """Name of the topic, or number of the 专题."""
    name: Mapped[str] = mapped_column(String(60))
    """What people call it."""
    place: Mapped[str] = mapped_column(String(60), default="")
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    peak: Mapped[int]
    """The most complaints in 24 hours."""
    expected: Mapped[float]
    chance: Mapped[float]
    """Of as many in 24 hours if nothing had changed."""
    weeks: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each {words, weight, about}, as domain.verdict.Reason."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(String(10), default=str(State.DRAFT))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who wrote the text last; None while it is the system's own."""
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    grown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When complaints were added last."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    """What was said when it was cleared, sent back or dismissed."""

    unit: Mapped[Unit | None] = relationship()
    editor: Mapped[Person | None] = relationship(foreign_keys=[edited_by])
    clearer: Mapped[Person | None] = relationship(foreign_keys=[cleared_by])


class WarningArticle(Base):
    """A complaint that a warning rests on."""

    __tablename__ = "warning_article"

    warning_id: Mapped[int] = mapped_column(ForeignKey("surge_warning.id"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, index=True)

    article: Mapped[Article] = relationship()


class Announcement(Base):
    """登记发布: a result of a consultation or a warning as it was published, where, when, with its link."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    warning_id: Mapped[int | None] = mapped_column(ForeignKey("surge_warning.id"), index=True)
    group_ids: Mapped[list[int]] = mapped_column(JSON)
    """The groups whose result it tells."""
    outlet_id: Mapped[int] = mapped_column(ForeignKey("publication_channel.id"))
    link: Mapped[str] = mapped_column(String(2000))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    outlet: Mapped[Outlet] = relationship()
    recorder: Mapped[Person] = relationship()
