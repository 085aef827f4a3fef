"""Events: articles about one matter."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class Event(Base):
    """话题: articles about one matter; it has at most one open lead or case."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The id the index gave it: the same input gives the same key."""
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    articles: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
