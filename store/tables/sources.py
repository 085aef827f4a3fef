"""Sources and every visit to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class Source(Base):
    """监测源: a feed, page or mailbox that is watched. `fetch_at` asks for the next visit."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="feed")
    role: Mapped[str] = mapped_column(String(20), default="open")
    """open (news and social), own (the bureau's own channel), upstream (superiors' sites)."""
    channel: Mapped[str] = mapped_column(String(20), default="news")
    """news, message or weibo: how its texts are judged and which clock a confirmed matter has."""
    authority: Mapped[str] = mapped_column(String(20), default="city")
    """central, provincial, city, government or self_media."""
    region: Mapped[str | None] = mapped_column(String(50))
    legal_basis: Mapped[str | None] = mapped_column(Text)
    interval: Mapped[int] = mapped_column(default=300)
    """Seconds between visits."""
    enabled: Mapped[bool] = mapped_column(default=True)
    etag: Mapped[str | None] = mapped_column(String(500))
    last_modified: Mapped[str | None] = mapped_column(String(200))
    fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_new_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(Text)
    """The latest failure in words; None while it works."""


class Fetch(Base):
    """抓取记录: one visit to a source, or to the page behind one of its articles."""

    __tablename__ = "fetch"
    __table_args__ = (Index("ix_fetch_source_id_at", "source_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    took_ms: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    status: Mapped[int | None]
    """HTTP status; None where no answer came."""
    bytes: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(Text)
