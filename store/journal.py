"""The journal: append-only and hash-chained; who changed what and when."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from store.tables.journal import JournalEntry, JournalWords

FIRST = "0" * 64
_LOCK = 7_305_201
_RECORDED = "journal"
WORDS = "words"
"""The fact that holds the digest of what a person wrote."""
DESTROY = "destroy_words"


def record(session: Session, actor: str, action: str, about: str, now: datetime, **facts: Any) -> JournalEntry:
    """Record one entry in the caller's transaction; it gets its number and its place in the chain at the commit.

    The chain has one writer at a time. It is written last of all, so that who writes it waits for nothing else and no
    two transactions wait for each other. `facts` are ids, digests and field names, never personal text: what a person
    wrote goes to `record_words`. Raises RuntimeError within a savepoint, which could be taken back alone.
    """
    return _append(session, JournalEntry(at=now, actor=actor, action=action, object=about, facts=_plain(facts)))


def record_words(
    session: Session, actor: str, action: str, about: str, now: datetime, words: str, facts: Mapping[str, Any]
) -> JournalEntry:
    """Record one entry with what a person wrote, as a reason: beside the chain, which gets the digest. As `record`."""
    said = JournalWords(salt=secrets.token_hex(16), words=words)
    kept = _plain({**facts, WORDS: digest_of_words(said)})
    return _append(session, JournalEntry(at=now, actor=actor, action=action, object=about, facts=kept), said)


def _append(session: Session, entry: JournalEntry, said: JournalWords | None = None) -> JournalEntry:
    if session.in_nested_transaction():
        raise RuntimeError("the journal is not written within savepoints")
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(_RECORDED, []).append((entry, said))
    return entry


@event.listens_for(Session, "before_commit")
def append_recorded(session: Session) -> None:
    """Append what this transaction recorded to the chain."""
    entries: list[tuple[JournalEntry, JournalWords | None]] = session.info.pop(_RECORDED, [])
    if not entries:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    seq, previous = _last(session)
    for entry, said in entries:
        entry.seq, entry.previous = seq + 1, previous
        entry.hash = digest_of(entry)
        seq, previous = entry.seq, entry.hash
        session.add(entry)
        if said is not None:
            session.flush()
            said.seq = seq
            session.add(said)
    session.flush()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """Forget what a transaction recorded that was taken back."""
    session.info.pop(_RECORDED, None)


def digest_of(entry: JournalEntry) -> str:
    """Return the SHA-256 over everything an entry says and the entry before it, as 64 hex digits."""
    said = [entry.seq, entry.at.timestamp(), entry.actor, entry.action, entry.object, entry.facts, entry.previous]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def digest_of_words(said: JournalWords) -> str:
    """Return the SHA-256 over what a person wrote and its salt, as 64 hex digits."""
    return hashlib.sha256(f"{said.salt}\n{said.words}".encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """Return the number of the first entry that was changed, removed or inserted, or None where the chain holds.

    An entry whose words were changed, or are gone without a later entry that says who destroyed them, is broken too.
    """
    append_recorded(session)
    previous, expected = FIRST, 1
    destroyed = _destroyed(session)
    stored = select(JournalEntry, JournalWords).outerjoin(JournalWords).order_by(JournalEntry.seq)
    with session.execute(stored.execution_options(populate_existing=True, yield_per=1000)) as rows:
        for entry, said in rows:
            if entry.seq != expected or entry.previous != previous or entry.hash != digest_of(entry):
                return expected
            if not _words_hold(entry, said, destroyed):
                return expected
            previous, expected = entry.hash, expected + 1
    return None


def _words_hold(entry: JournalEntry, said: JournalWords | None, destroyed: frozenset[str]) -> bool:
    if said is not None:
        return entry.facts.get(WORDS) == digest_of_words(said)
    return WORDS not in entry.facts or f"journal-{entry.seq}" in destroyed


def _destroyed(session: Session) -> frozenset[str]:
    """Return the entries whose words somebody destroyed, as `journal-3`: the chain says so."""
    return frozenset(session.scalars(select(JournalEntry.object).where(JournalEntry.action == DESTROY)))


def words_of(session: Session, entries: Iterable[JournalEntry]) -> dict[int, str]:
    """Return what people wrote for these entries, by number; those without words, or destroyed ones, are missing."""
    asked = select(JournalWords).where(JournalWords.seq.in_([one.seq for one in entries]))
    return {said.seq: said.words for said in session.scalars(asked)}


def destroy_words(session: Session, seq: int, by: str, now: datetime) -> None:
    """Destroy what a person wrote for an entry and record who did; the chain still proves the rest.

    LookupError, in Chinese, where the entry has no words, or no longer.
    """
    said = session.get(JournalWords, seq)
    if said is None:
        raise LookupError(f"操作日志第 {seq} 条没有事由，或事由已经销毁")
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))  # Else the words stay readable in the file.
    session.delete(said)
    record(session, by, DESTROY, f"journal-{seq}", now)


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
