"""The journal: append-only and hash-chained; who changed what and when."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import event, select, text
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


def head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry; (0, zeros) for an empty journal."""
    append_recorded(session)
    return _last(session)


def _last(session: Session) -> tuple[int, str]:
    last = session.execute(select(JournalEntry.seq, JournalEntry.hash).order_by(JournalEntry.seq.desc()).limit(1))
    seq, mark = last.first() or (0, FIRST)
    return seq, mark


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as they come back from JSON, so that the hash is the same when it is checked."""
    plain: dict[str, Any] = json.loads(json.dumps(facts, ensure_ascii=False, default=str))
    return plain
