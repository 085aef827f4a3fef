"""Facts about the office, numbers given out, signs of life, and who does what only one may do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class Fact(Base):
    """A named fact about the office: its name, whether it is a demo, its duty telephone."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Number(Base):
    """The last number given out of a series, e.g. `case-2026`; numbers are never reused."""

    __tablename__ = "number"

    series: Mapped[str] = mapped_column(String(50), primary_key=True)
    last: Mapped[int]


class Heartbeat(Base):
    """A process's latest sign of life."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text, default="")


class Lease(Base):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
