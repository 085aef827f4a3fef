"""The journal: append-only, hash-chained; and what people wrote about an entry, outside the chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class JournalEntry(Base):
    """操作日志: who changed what and when. Ids, digests and field names; personal text lives outside the chain."""

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(60), index=True)
    """e.g. `case-3`."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class JournalWords(Base):
    """What a person wrote for an entry, as a reason. The chain has its digest alone: this row can be destroyed."""

    __tablename__ = "journal_words"

    seq: Mapped[int] = mapped_column(ForeignKey("journal.seq"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    """Goes with the words: without it the digest that stays cannot be guessed back into a short text."""
    words: Mapped[str] = mapped_column(Text)
