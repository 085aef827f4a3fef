"""Units, people, the posts they hold, shifts, and who is signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
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

    person: Mapped[Person] = relationship()


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

    person: Mapped[Person] = relationship()


class SignInFailure(Base):
    """A failed sign-in, counted for throttling."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), index=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
