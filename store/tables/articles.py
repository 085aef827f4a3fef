"""Articles and what was judged of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.people import Person
from store.tables.sources import Source


class Article(Base):
    """舆情信息: one item of one source. `page_at`, `judge_at`, `group_at` ask for the next step."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("source_id", "link"),
        Index("ix_article_event_id_first_seen_at", "event_id", "first_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    link: Mapped[str] = mapped_column(String(2000))
    """Canonical; unique within the source."""
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str | None] = mapped_column(String(200))
    origin: Mapped[str | None] = mapped_column(String(200))
    """来源 as the page names it."""
    channel: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = mapped_column(String(120), index=True)
    """Number of the ticket or document, or the vendor's id."""
    limit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The item's own limit: 办件单 or 转办文件 says it."""
    place_said: Mapped[str | None] = mapped_column(String(100))
    """Where it happened, as an export says it."""
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """reads, comments, likes, shares: those shown."""
    simple: Mapped[str | None] = mapped_column(Text)
    """Title and body in simplified characters, where they hold traditional ones: what is searched."""
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    date_only: Mapped[bool] = mapped_column(default=False)
    """The page gives the day alone; `published_at` is then its Beijing midnight."""
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    page_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    judge_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    group_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    parked: Mapped[str | None] = mapped_column(Text)
    """Why a step was given up, in words; shown, never silent."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    similarity: Mapped[float | None]
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"), index=True)
    """密封: title and text lie apart; what stands here everybody may read."""

    source: Mapped[Source] = relationship()
    judged: Mapped[list["Judged"]] = relationship(back_populates="article", order_by="Judged.id")


class Rank(Base):
    """Where a topic stood on a hot list at one time; a list gives no date, so its ranks are its history."""

    __tablename__ = "rank"
    __table_args__ = (UniqueConstraint("article_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rank: Mapped[int]
    heat: Mapped[int | None]


class Reprint(Base):
    """转载: what became of a superior's post that the bureau's own site should carry."""

    __tablename__ = "reprint"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), unique=True)
    done: Mapped[bool]
    """Reprinted, or left with a reason."""
    url: Mapped[str | None] = mapped_column(String(2000))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Judged(Base):
    """A verdict: the system's (系统初判) or a person's; both are kept side by side."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("article_id", "maker"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    maker: Mapped[str] = mapped_column(String(10), default="system")
    """system or person."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    relevance: Mapped[float]
    sections: Mapped[list[str]] = mapped_column(JSON)
    sentiment: Mapped[str] = mapped_column(String(10))
    sentiment_score: Mapped[float]
    intent: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str | None] = mapped_column(String(50))
    emergency: Mapped[float]
    emergency_kind: Mapped[str | None] = mapped_column(String(20))
    casualties: Mapped[int | None]
    rumour: Mapped[float]
    place: Mapped[list[str]] = mapped_column(JSON)
    ours: Mapped[bool]
    grave: Mapped[bool]
    opens: Mapped[str] = mapped_column(String(12))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each {words, weight, about, span}, as domain.verdict.Reason."""
    sealed: Mapped[str | None] = mapped_column(String(12))
    about: Mapped[str | None] = mapped_column(String(100))
    personal: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    """Each [kind, start, end], as domain.masking.Personal."""
    major_decision: Mapped[bool] = mapped_column(default=False, server_default=false())
    vital_interest: Mapped[bool] = mapped_column(default=False, server_default=false())
    public_concern: Mapped[bool] = mapped_column(default=False, server_default=false())
    must_respond: Mapped[str | None] = mapped_column(String(20))
    themes: Mapped[list[str] | None] = mapped_column(JSON)

    article: Mapped[Article] = relationship(back_populates="judged")


class Correction(Base):
    """改判: what a person said against the system's verdict of an article; the newest of an article counts, as a whole.

    One without any answer takes the earlier ones back.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    text_key: Mapped[str] = mapped_column(String(64))
    """domain.correction.text_key of the text as it was read."""
    unit: Mapped[str | None] = mapped_column(String(100))
    sentiment: Mapped[str | None] = mapped_column(String(10))
    relevant: Mapped[bool | None]
    emergency: Mapped[bool | None]
    false_alarm: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the system had said: relevance, section, sentiment, emergency, opens."""

    person: Mapped[Person] = relationship()


class Learned(Base):
    """初判参数: one training on the office's corrections: its figures, and whether it judges.

    The newest row that was adopted and not taken back is in force; without one the parameters of the program are.
    """

    __tablename__ = "learned"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(60))
    """person-3 or command."""
    version: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the parameters; their folder is named by its beginning. None where nothing was good enough."""
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """One a question: how many texts, right answers before and after, on own texts held out and on the check set."""
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(60))
