"""Evidence rows, and reading what they point to: the answer as it came, checked against its SHA-256."""

import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator

from store.db import insert_into
from store.tables.articles import Article
from store.tables.sources import Evidence

FOLDER = "evidence"
"""Name of its folder in the data folder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is: the file's name in the folder, and the bytes of its records there."""

    file: str
    offset: int
    length: int


def digest(body: bytes) -> str:
    """Return the SHA-256 under which an answer is known: that of its body, unpacked."""
    return sha256(body).hexdigest()


def known(session: Session, sha: str) -> Evidence | None:
    """Return the evidence with these very bytes if it is still on disk."""
    return session.scalar(select(Evidence).where(Evidence.sha256 == sha, Evidence.file.is_not(None)))


def add(session: Session, sha: str, place: Place, url: str, at: datetime, *, size: int, content_type: str) -> int:
    """Add a row for what was written, and return its id; where another process was faster, the id of its row.

    A row whose file was removed when its time was over points to the new one from now on.
    """
    values = {"url": url[:2000], "at": at, **asdict(place), "bytes": size}
    values |= {"content_type": content_type[:100] or None, "removed_at": None}
    row = insert_into(session, Evidence).values(sha256=sha, **values).on_conflict_do_nothing(index_elements=["sha256"])
    made: int | None = session.scalar(row.returning(Evidence.id))
    if made is not None:
        return made
    there = session.scalars(select(Evidence).where(Evidence.sha256 == sha).with_for_update()).one()
    if there.file is None:
        for name, value in values.items():
            setattr(there, name, value)
    return there.id


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer as it came: first line, headers, body unpacked, and whether its bytes are those that were kept."""

    status_line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sound: bool


def read(folder: Path, row: Evidence) -> Opened:
    """Return what an evidence row points to. LookupError, in Chinese, where it is no longer there or damaged."""
    if row.file is None:
        raise LookupError("原始证据已按留存期限清除，只留下校验值")
    try:
        with (folder / row.file).open("rb") as file:
            file.seek(row.offset)
            record = next(iter(ArchiveIterator(file)))
            head = record.http_headers
            first, headers = f"{head.protocol} {head.statusline}", tuple(head.headers)
            raw = record.raw_stream.read()
    except FileNotFoundError:
        raise LookupError(f"证据文件 {row.file} 不在了，请从备份恢复") from None
    except Exception as error:
        raise LookupError(f"证据文件 {row.file} 在 {row.offset} 处读不出来（{type(error).__name__}）") from None
    body = _unpacked(raw, {name.lower(): value for name, value in headers}.get("content-encoding", ""))
    return Opened(first, headers, body, digest(body) == row.sha256)


def _unpacked(raw: bytes, coding: str) -> bytes:
    if "gzip" not in coding.lower():
        return raw
    parts, data = [], raw
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            parts.append(member.decompress(data))
        except zlib.error:
            break
        data = member.unused_data
    return b"".join(parts)


def of_article(session: Session, article_id: int) -> Evidence | None:
    """Return the evidence of an article's page, None where none was kept."""
    return session.scalar(select(Evidence).join(Article).where(Article.id == article_id))
