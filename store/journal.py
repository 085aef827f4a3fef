"""The journal: append-only and hash-chained; who changed what and when."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.db import Base
from store.tables.journal import JournalEntry

FIRST = "0" * 64
_LOCK = 7_305_201


def lock(session: Session, *rows: Base) -> None:
    """Let no other journaled change go on until this transaction ends, and read `rows` as they are now.

    SQLite has one writer at a time anyway; on PostgreSQL this makes it so. Whoever changes what the journal tells of
    calls it before the first change: two people never judge the same lead, and no two transactions wait for each other.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    for row in rows:
        session.refresh(row)


def record(session: Session, actor: str, action: str, about: str, now: datetime, **facts: Any) -> JournalEntry:
    """Append one entry, in the caller's transaction. `facts` are ids, digests and field names, never personal text."""
    lock(session)
    last = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, FIRST)
    entry = JournalEntry(
        seq=seq, at=now, actor=actor, action=action, object=about, facts=_plain(facts), previous=previous, hash=""
    )
    entry.hash = digest_of(entry)
    session.add(entry)
    session.flush()
    return entry


def digest_of(entry: JournalEntry) -> str:
    """Return the SHA-256 over everything an entry says and the entry before it, as 64 hex digits."""
    said = [entry.seq, entry.at.timestamp(), entry.actor, entry.action, entry.object, entry.facts, entry.previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """Return the number of the first entry that was changed, removed or inserted, or None where the chain holds."""
    previous, expected = FIRST, 1
    stored = select(JournalEntry).order_by(JournalEntry.seq).execution_options(populate_existing=True, yield_per=1000)
    with session.scalars(stored) as entries:
        for entry in entries:
            if entry.seq != expected or entry.previous != previous or entry.hash != digest_of(entry):
                return expected
            previous, expected = entry.hash, expected + 1
    return None


def head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry; (0, zeros) for an empty journal."""
    last = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, FIRST)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as they come back from JSON, so that the hash is the same when it is checked."""
    plain: dict[str, Any] = json.loads(json.dumps(facts, ensure_ascii=False, default=str))
    return plain
