"""The journal: append-only and hash-chained; who changed what and when."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from store.tables.journal import JournalEntry

FIRST = "0" * 64
_LOCK = 7_305_201
_RECORDED = "journal"


def record(session: Session, actor: str, action: str, about: str, now: datetime, **facts: Any) -> JournalEntry:
    """Record one entry in the caller's transaction; it gets its number and its place in the chain at the commit.

    The chain has one writer at a time. It is written last of all, so that who writes it waits for nothing else and no
    two transactions wait for each other. `facts` are ids, digests and field names, never personal text. Raises
    RuntimeError within a savepoint, which could be taken back alone.
    """
    if session.in_nested_transaction():
        raise RuntimeError("the journal is not written within savepoints")
    if not session.in_transaction():
        session.begin()
    entry = JournalEntry(at=now, actor=actor, action=action, object=about, facts=_plain(facts))
    session.info.setdefault(_RECORDED, []).append(entry)
    return entry


@event.listens_for(Session, "before_commit")
def append_recorded(session: Session) -> None:
    """Append what this transaction recorded to the chain."""
    entries: list[JournalEntry] = session.info.pop(_RECORDED, [])
    if not entries:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    seq, previous = _last(session)
    for entry in entries:
        entry.seq, entry.previous = seq + 1, previous
        entry.hash = digest_of(entry)
        seq, previous = entry.seq, entry.hash
        session.add(entry)
    session.flush()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """Forget what a transaction recorded that was taken back."""
    session.info.pop(_RECORDED, None)


def digest_of(entry: JournalEntry) -> str:
    """Return the SHA-256 over everything an entry says and the entry before it, as 64 hex digits."""
    said = [entry.seq, entry.at.timestamp(), entry.actor, entry.action, entry.object, entry.facts, entry.previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """Return the number of the first entry that was changed, removed or inserted, or None where the chain holds."""
    append_recorded(session)
    previous, expected = FIRST, 1
    stored = select(JournalEntry).order_by(JournalEntry.seq).execution_options(populate_existing=True, yield_per=1000)
    with session.scalars(stored) as entries:
        for entry in entries:
            if entry.seq != expected or entry.previous != previous or entry.hash != digest_of(entry):
                return expected
            previous, expected = entry.hash, expected + 1
    return None


def seq_of(session: Session, mark: str) -> int | None:
    """Return the number of the entry whose hash begins with `mark` (16 hex digits at least), None without one.

    A head that was kept elsewhere, as in the digest's mail, and is found nowhere in the journal says that entries
    were removed from its end or that it was written anew as a whole.
    """
    append_recorded(session)
    mark = mark.strip().lower()
    if not 16 <= len(mark) <= 64 or not set(mark) <= set("0123456789abcdef"):
        raise ValueError("校验值应为 16 到 64 个十六进制字符，见日报末尾")
    return session.scalar(select(JournalEntry.seq).where(JournalEntry.hash.startswith(mark)))


def head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry; (0, zeros) for an empty journal."""
    append_recorded(session)
    return _last(session)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; None or nothing for all. `actors` are as they are recorded, e.g. `person-3`."""

    actors: tuple[str, ...] = ()
    action: str | None = None
    about: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def listed(session: Session, asked: Asked, limit: int, offset: int) -> tuple[list[JournalEntry], int]:
    """Return (entries, how many there are in all), the latest first."""
    wanted = select(JournalEntry)
    if asked.actors:
        wanted = wanted.where(JournalEntry.actor.in_(asked.actors))
    for column, value in ((JournalEntry.action, asked.action), (JournalEntry.object, asked.about)):
        wanted = wanted.where(column == value) if value else wanted
    wanted = wanted.where(JournalEntry.at >= asked.start) if asked.start else wanted
    wanted = wanted.where(JournalEntry.at < asked.end) if asked.end else wanted
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return list(session.scalars(wanted.order_by(JournalEntry.seq.desc()).limit(limit).offset(offset))), total


def actions(session: Session) -> list[str]:
    """Return the actions that were ever recorded."""
    return list(session.scalars(select(JournalEntry.action).distinct().order_by(JournalEntry.action)))


def _last(session: Session) -> tuple[int, str]:
    last = session.execute(select(JournalEntry.seq, JournalEntry.hash).order_by(JournalEntry.seq.desc()).limit(1))
    seq, mark = last.first() or (0, FIRST)
    return seq, mark


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as they come back from JSON, so that the hash is the same when it is checked."""
    plain: dict[str, Any] = json.loads(json.dumps(facts, ensure_ascii=False, default=str))
    return plain
