"""Sources, every visit to them, what was brought each hour, the evidence kept, and what people ask of the crawler."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base, UtcDateTime


class Source(Base):
    """监测源: a feed, page or mailbox that is watched, or what is brought to us. `fetch_at` asks for the next visit."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="feed")
    """The file of crawler/kinds/ that reads it."""
    kind_label: Mapped[str] = mapped_column(
        String(40), default="RSS、Atom、JSON Feed", server_default="RSS、Atom、JSON Feed"
    )
    """What people call the kind, as its file says."""
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What its kind needs to know: selectors, columns; None for nothing."""
    role: Mapped[str] = mapped_column(String(20), default="open")
    """open (news and social), own (the bureau's own channel), upstream (superiors' sites)."""
    channel: Mapped[str] = mapped_column(String(20), default="news")
    """news, message or weibo: how its texts are judged and which clock a confirmed matter has."""
    authority: Mapped[str] = mapped_column(String(20), default="city")
    """central, provincial, city, government or self_media."""
    region: Mapped[str | None] = mapped_column(String(50))
    legal_basis: Mapped[str | None] = mapped_column(Text)
    impact: Mapped[str | None] = mapped_column(Text)
    """影响评估: what was weighed before it was watched."""
    owner: Mapped[str | None] = mapped_column(String(100))
    """Who answers for it in the office."""
    retention_days: Mapped[int | None]
    """Days its irrelevant evidence is kept; None for the office's ordinary 30."""
    authorisation: Mapped[str | None] = mapped_column(Text)
    """The platform's written authorisation to use an account; without it no cookie is used."""
    secret: Mapped[str | None] = mapped_column(Text)
    """Cookie or mailbox password, sealed; for a push the digest of its key."""
    state: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Where the last visit ended, for kinds that go on from there."""
    interval: Mapped[int] = mapped_column(default=300)
    """Seconds between visits."""
    season_interval: Mapped[int | None]
    """Seconds between visits in a 敏感时期; None for half of `interval`."""
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
    warning: Mapped[str | None] = mapped_column(Text)
    """Why what it brings is far less than it used to, in words; None where it is not."""
    trouble_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the duty officer was told of its present trouble; None without any."""


class Fetch(Base):
    """抓取记录: one visit to a source, or to the page behind one of its articles."""

    __tablename__ = "fetch"
    __table_args__ = (Index("ix_fetch_source_id_at", "source_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
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
    note: Mapped[str | None] = mapped_column(Text)
    """What else is worth knowing of a visit that worked: a cached list, evidence not kept."""


class Yield(Base):
    """What the visits to one source brought in one hour: what is normal at this hour is read from it."""

    __tablename__ = "yield"
    __table_args__ = (UniqueConstraint("source_id", "hour"), Index("ix_yield_of_day_hour", "of_day", "hour"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
    """The hour's beginning."""
    of_day: Mapped[int]
    """0 to 23, Beijing."""
    visits: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)


class Evidence(Base):
    """原始证据: an answer as it came, in a WARC file of the data folder; the same bytes are kept once."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the body, unpacked."""
    url: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    file: Mapped[str | None] = mapped_column(String(200), index=True)
    """Name of the WARC file; None once it was removed when its time was over."""
    offset: Mapped[int]
    """Where its response record begins in the file."""
    length: Mapped[int]
    """Bytes of its records there: the response, then the request."""
    bytes: Mapped[int]
    """Of the body, unpacked."""
    content_type: Mapped[str | None] = mapped_column(String(100))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Ask(Base):
    """What a person asks of the crawler through a screen: a look at an address, an export to be read. `ask_at` asks."""

    __tablename__ = "ask"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(10))
    """look (at an address), table (an export) or opml."""
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Address and example, or file name and columns."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """The uploaded file among the uploads."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(Text)
    """Why it could not be done, in words."""
