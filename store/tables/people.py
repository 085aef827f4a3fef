"""Units, people, the posts they hold, shifts, and who is signed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime


class Unit(Base):
    """科室、分局、县局、直属单位."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="科室")
    rank: Mapped[int] = mapped_column(default=0)
    """Place in the office's own order (排序)."""
    active: Mapped[bool] = mapped_column(default=True)
    telephone: Mapped[str | None] = mapped_column(String(50))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """对口科室: the section that supervises a county bureau or branch."""


class Person(Base):
    """A person; with a user name also an account. `role` decides what the screens allow."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(50))
    active: Mapped[bool] = mapped_column(default=True)
    username: Mapped[str | None] = mapped_column(String(50), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20), default="section")
    """duty, office, leader, section, system_admin, security_admin or audit_admin."""
    im: Mapped[str | None] = mapped_column(String(100))
    """Account in the office's WeCom (企业微信账号)."""
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the password was set."""
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The password was given by somebody else and has to be changed at the next sign-in."""
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    """Sealed with a key derived from the secret file; None where no second factor is set up."""
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")
    """The time step of the last code that was used: none is used twice."""

    unit: Mapped[Unit | None] = relationship()


class PostHolder(Base):
    """Who holds a post: 值班员 and 带班领导 outside the rota, 办公室主任, 分管领导, 主要领导, a unit's 联络员."""

    __tablename__ = "post_holder"
    __table_args__ = (Index("ix_post_holder_post_unit_id", "post", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship()


class Shift(Base):
    """One person's shift at one post (值班员 or 带班领导); the end is not part of it."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_start_at_end_at", "start_at", "end_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose shift it was before a substitution (替班)."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class DutyEntry(Base):
    """值班日志: one entry of the duty log, e.g. a call that came in."""

    __tablename__ = "duty_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """call (来电), instruction (批示), note (记事)."""
    caller: Mapped[str | None] = mapped_column(String(200))
    """Unit and name of who called."""
    telephone: Mapped[str | None] = mapped_column(String(50))
    words: Mapped[str] = mapped_column(Text)
    action: Mapped[str | None] = mapped_column(Text)
    """处理与拟办."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))

    person: Mapped[Person] = relationship()


class Handover(Base):
    """交接班: what one shift hands to the next, signed by both."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who is asked to take over, and once `taken_at` is written who has."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Open matters, running clocks, silent sources, unacknowledged notices as they were."""
    words: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_how: Mapped[str | None] = mapped_column(String(40))
    """本人登录签字, 凭邮件链接签, 回信签收, 纸质签字."""

    giver: Mapped[Person] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Person | None] = relationship(foreign_keys=[taker_id])


class SignIn(Base):
    """A server-side session; only the digest of its cookie is kept."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64))
    verified: Mapped[bool] = mapped_column(default=True, server_default=true())
    """False between the password and the code of the second factor."""

    person: Mapped[Person] = relationship()


class SignInFailure(Base):
    """A failed sign-in, counted for throttling."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), index=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
