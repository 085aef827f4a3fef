"""密封: what only 纪检 and the handler named may read, kept apart from what everybody reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db import Base, UtcDateTime
from store.tables.people import Person, Unit


class Seal(Base):
    """One sealed matter: its articles, its lead, its case. Once opened (解除) it stays as a record of that."""

    __tablename__ = "seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    """Of domain.seal.KINDS: why the system sealed it, or hand."""
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the system."""
    about_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit it is about, which never leads it."""
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """承办人: who may read it beside 纪检, and alone who wrote it."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_why: Mapped[str | None] = mapped_column(Text)

    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    sealer: Mapped[Person | None] = relationship(foreign_keys=[by])
    opener: Mapped[Person | None] = relationship(foreign_keys=[opened_by])
    about_unit: Mapped[Unit | None] = relationship()
    texts: Mapped[list["SealedText"]] = relationship(back_populates="seal", order_by="SealedText.id")


class SealedText(Base):
    """What stood in one row before it was sealed: field → value. Empty once the seal is opened."""

    __tablename__ = "sealed_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), index=True)
    what: Mapped[str] = mapped_column(String(40), unique=True)
    """The row, e.g. `article-17`, `case-3`."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    seal: Mapped[Seal] = relationship(back_populates="texts")
