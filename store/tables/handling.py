"""What is done in a case between its opening and its release: assignments, returns, reports, approvals, transfers."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.cases import Case
from store.tables.people import Person, Unit


class Assignment(Base):
    """交办: a unit's part in a case. One lead at a time; those that ended stay as history."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    part: Mapped[str] = mapped_column(String(4))
    """lead (牵头) or co (协办)."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str | None] = mapped_column(Text)
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the unit is told that it helps, or that it is relieved; a new lead unit hears it by its duties."""
    attempts: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship()
    assigner: Mapped[Person] = relationship()


class Bounce(Base):
    """申请退办: a unit asks to be relieved of an assignment (非本单位职责). Asking stops no clock."""

    __tablename__ = "bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    how: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    suggested_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool | None]
    decision: Mapped[str | None] = mapped_column(Text)
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When 办公室主任 is told of the request, or the unit that it was refused."""
    attempts: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    suggested: Mapped[Unit | None] = relationship(foreign_keys=[suggested_id])


class Change(Base):
    """变更: what a person changed in a case and why (等级、定级、起算时间 …), or a step taken (报请市新闻办)."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """level, grade, start, about, merged or press."""
    words: Mapped[str] = mapped_column(Text)
    """From what to what."""
    why: Mapped[str] = mapped_column(Text)

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()


class ReportBack(Base):
    """反馈: what a unit reports on its case, by mail, telephone or on the screen."""

    __tablename__ = "report_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(40))
    """邮件回复, 电话反馈, 系统填报, 当面反馈."""
    text: Mapped[str] = mapped_column(Text)

    case: Mapped[Case] = relationship()
    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="report", order_by="Attachment.id")


class Attachment(Base):
    """A file that came with a mail or a report; its bytes lie in the data folder under their SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report_back.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    """The mail that brought it; without a report as long as a person has to assign that mail."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    """The lead a screenshot was entered with."""
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a screenshot was entered: it stays where its lead is merged into another."""

    report: Mapped[ReportBack | None] = relationship(back_populates="attachments")


class Approval(Base):
    """请示: a leader's approval, also oral (电话请示), with whom and when; the signature may come later."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(40))
    """电话请示, 当面请示, 书面签批."""
    words: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    """The duty SIGN_LATER, where the signature is still missing (待补签)."""
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    leader: Mapped[Person] = relationship(foreign_keys=[leader_id])


class Transfer(Base):
    """转交其他部门: stops the clocks only once the receipt is recorded."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    receipt: Mapped[str | None] = mapped_column(String(200))
    receipt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()


class ReportTarget(Base):
    """报送对象: whom a suspected I/II matter is reported to (总值班室、上级局、宣传、网信), with the number to call."""

    __tablename__ = "report_target"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    telephone: Mapped[str] = mapped_column(String(50))
    rank: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class UpwardReport(Base):
    """信息报送: one report upward of a matter; telephone first, then 初报, 续报, 终报 as one thread."""

    __tablename__ = "upward_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("report_target.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """phone (电话报告), first (初报), follow_up (续报) or final (终报)."""
    number: Mapped[int] = mapped_column(default=0)
    """Counts the 续报 of a matter."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(String(100))
    """Who took the report at the other end."""
    text: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    target: Mapped[ReportTarget | None] = relationship()
    recorder: Mapped[Person] = relationship()
