"""Leads, cases, their deadlines with all rungs, and what was published."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.events import Event
from store.tables.office import Outlet
from store.tables.people import Person, Unit


class Lead(Base):
    """待研判线索: proposed to a person; no number, not in the ledger."""

    __tablename__ = "lead"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    """The article that proposed it."""
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    suspected: Mapped[bool] = mapped_column(default=False)
    """A suspected I/II emergency: its 5 h and 24 h clocks run provisionally."""
    quiet: Mapped[bool] = mapped_column(default=False)
    """Older than 72 h at first sight: no notices."""
    first_posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_number: Mapped[str | None] = mapped_column(String(100))
    """Number of the ticket or document the item came with (办件单、交办文件)."""
    given_limit: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The limit written on it."""
    detected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit the system proposes."""
    level: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    judgement: Mapped[str | None] = mapped_column(Text)
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"), index=True)
    """密封: see Article."""

    event: Mapped[Event | None] = relationship(foreign_keys=[event_id])
    unit: Mapped[Unit | None] = relationship()
    case: Mapped["Case | None"] = relationship(back_populates="lead", uselist=False)
    deadlines: Mapped[list["Deadline"]] = relationship(back_populates="lead", order_by="Deadline.id")


class Case(Base):
    """舆情事项: a confirmed lead, numbered, in the ledger."""

    __tablename__ = "case"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), unique=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[str] = mapped_column(String(8))
    emergency: Mapped[bool] = mapped_column(default=False)
    """Has the 5 h and 24 h clocks: suspected or graded I/II."""
    emergency_grade: Mapped[str | None] = mapped_column(String(4))
    graded_by: Mapped[str | None] = mapped_column(Text)
    """Grading unit, basis and document number; until then the matter is only suspected (疑似)."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Exactly one lead unit (谁主管谁负责)."""
    t0: Mapped[datetime] = mapped_column(UtcDateTime)
    t0_basis: Mapped[str] = mapped_column(String(20))
    detected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    final_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """终报: when the last release said that the matter is over; until then the next one is asked for."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """并案: the case that goes on for this one."""
    about_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """涉及单位: the unit the matter is about; it never leads it."""
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"), index=True)
    """密封: see Article."""

    lead: Mapped[Lead] = relationship(back_populates="case")
    event: Mapped[Event | None] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    about_unit: Mapped[Unit | None] = relationship(foreign_keys=[about_unit_id])
    opener: Mapped[Person] = relationship()
    deadlines: Mapped[list["Deadline"]] = relationship(back_populates="case", order_by="Deadline.due_at")
    releases: Mapped[list["Release"]] = relationship(back_populates="case", order_by="Release.published_at")


class Deadline(Base):
    """时限: one duty of one matter. It hangs at the lead; a confirmed lead hands it to its case."""

    __tablename__ = "deadline"
    __table_args__ = (CheckConstraint("state in ('open', 'met', 'void')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    rule: Mapped[str] = mapped_column(String(20))
    ladder: Mapped[str] = mapped_column(String(12))
    """lead, suspected, duty, sign or report: which ladder of domain/ladder.toml tells it."""
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    calendar_provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(6), default="open", index=True)
    extended: Mapped[bool] = mapped_column(default=False, server_default=false())
    complex: Mapped[bool] = mapped_column(default=False, server_default=false())
    extended_why: Mapped[str | None] = mapped_column(Text)
    shortened_why: Mapped[str | None] = mapped_column(Text)
    """Why the limit was shorter than its rule says (敏感时期), in words."""
    given: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The limit stood on the item itself (办件单、交办文件)."""
    found_late: Mapped[bool] = mapped_column(default=False)
    """发现时已逾期: the limit was over before we could know."""
    handle_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """处置时限, counted from detection, where found late."""
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the act really happened."""
    met_how: Mapped[str | None] = mapped_column(String(12))
    """By what: what its rule asks for, or transfer (转交，已收回执)."""
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_why: Mapped[str | None] = mapped_column(Text)

    lead: Mapped[Lead] = relationship(back_populates="deadlines")
    case: Mapped[Case | None] = relationship(back_populates="deadlines")
    stages: Mapped[list["Stage"]] = relationship(back_populates="deadline", order_by="(Stage.due_at, Stage.id)")


class Stage(Base):
    """节点: one rung of a deadline's ladder. `look_at` asks the clock to tell it."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("deadline_id", "rung", "turn"),
        CheckConstraint("state in ('pending', 'told', 'superseded', 'cancelled')", name="state"),
        Index("ix_stage_look_at", "look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    rung: Mapped[str] = mapped_column(String(24))
    turn: Mapped[int] = mapped_column(default=0)
    """Counts repetitions of a rung that comes again every hour."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nobody: Mapped[bool] = mapped_column(default=False)
    """Nobody could be told: shown on the board."""

    deadline: Mapped[Deadline] = relationship(back_populates="stages")


class Release(Base):
    """发布: what was published, where, by whom, and when it really happened."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """release, conference or reply: what its rule asks for; copy (网站同步) is what no rule asks for."""
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(100))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("publication_channel.id"), index=True)
    """The registered outlet; without one `channel` is what somebody wrote (未登记渠道)."""
    publisher: Mapped[str] = mapped_column(String(100))
    link: Mapped[str | None] = mapped_column(String(2000))
    note: Mapped[str | None] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(String(20))
    """Of a press conference: 新闻发布会, 吹风会, 答记者问 …"""
    host: Mapped[str | None] = mapped_column(String(100))
    speaker: Mapped[str | None] = mapped_column(String(100))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the link is fetched next, to confirm that it is there."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_ok: Mapped[bool | None]
    check_words: Mapped[str | None] = mapped_column(Text)

    case: Mapped[Case] = relationship(back_populates="releases")
    outlet: Mapped[Outlet | None] = relationship()
