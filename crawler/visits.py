"""One visit to a source: its items, its health and its next visit, stored in one transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler import apart, kinds, mailboxes
from crawler.bring import bring
from crawler.fetch import FetchError
from crawler.following import follow
from crawler.identity import identity
from crawler.items import Item
from crawler.keeping import Written, keep
from crawler.visited import Clock, Kit, Visited, fetch_row, get
from domain.workdays import BEIJING
from store import source_secrets, sources, yields
from store.db import reading, transaction
from store.due import Taken, finish
from store.tables.articles import Article
from store.tables.sources import Source

STALE_LIST = timedelta(minutes=2)
"""A hot list made longer ago than this was given out from a cache."""
QUIET, FULL_EVERY = timedelta(hours=2), 6 * 3600
"""A source that brought nothing new for so long is fetched unconditionally once in every so many seconds."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a source was found to hold: its items, where to go on from, and the evidence on disk."""

    visited: Visited
    items: Sequence[Item] = ()
    state: dict[str, Any] | None = None
    written: Written | None = None


def visit_source(kit: Kit, row: Taken, now: Clock) -> None:
    """Fetch one source and store its new items, or note in words why it could not be read."""
    with reading() as session:
        source = session.get_one(Source, row.id)
    if getattr(kinds.kinds().get(source.kind), "PASSIVE", False):
        with transaction() as session:
            finish(session, Source.fetch_at, row)
        return
    read = _read(kit, source, now)
    with transaction() as session:
        _settle(session, session.get_one(Source, row.id), row, read)


def _read(kit: Kit, source: Source, now: Clock) -> Read:
    """Return what the source holds now; an answer that cannot be read becomes an error in words."""
    if hasattr(kinds.kinds().get(source.kind), "letter"):
        return _collected(kit, source, now)
    try:
        cookie = _cookie(kit, source)
    except LookupError as error:
        return Read(Visited(now(), 0, None, FetchError("login", str(error))))
    etag, last_modified = _validators(source, now())
    visited = get(kit.getter, source.url, now, etag=etag, last_modified=last_modified, cookie=cookie)
    fetched = visited.fetched
    if fetched is None or fetched.not_modified:
        return Read(visited)
    try:
        items = apart.parse(source.kind, fetched.body, fetched.url, visited.at, fetched.charset, source.options)
        more = follow(kit, source, fetched, now)
    except LookupError as error:
        return Read(replace(visited, error=FetchError("unreadable", str(error))))
    except FetchError as error:
        return Read(replace(visited, error=error))
    items = [*items, *more.items]
    written = keep(kit.keeper, fetched, visited.at) if _brings_new(source, items) else None
    notes = (_cached_words(items, visited), more.words, written and written.note)
    note = "；".join(words for words in notes if words)
    return Read(replace(visited, note=note or None), items, written=written)


def _collected(kit: Kit, source: Source, now: Clock) -> Read:
    """Return the new mails of a source that is a mailbox."""
    at, began = now(), time.monotonic()
    collected, error = None, None
    try:
        secret = source_secrets.opened(kit.secret_file, source)
        collected = mailboxes.collect(
            source.kind, source.url, secret, at, source.options, source.state, kit.dial, kit.seconds
        )
    except LookupError as failure:
        error = FetchError("login", str(failure.args[0]))
    except FetchError as failure:
        error = failure
    visited = Visited(at, int((time.monotonic() - began) * 1000), None, error)
    if collected is None:
        return Read(visited)
    return Read(replace(visited, note=collected.note), collected.items, dict(collected.known))


def _validators(source: Source, now: datetime) -> tuple[str | None, str | None]:
    """Return the ETag and Last-Modified to send; now and then none: some servers say 304 whatever has changed."""
    quiet = source.last_new_at is None or now - source.last_new_at > QUIET
    last = source.last_ok_at
    if quiet and last is not None and int(last.timestamp()) // FULL_EVERY != int(now.timestamp()) // FULL_EVERY:
        return None, None
    return source.etag, source.last_modified


def _cookie(kit: Kit, source: Source) -> str | None:
    """Return the cookie of a source whose platform has authorised its use in writing; None for all others."""
    return source_secrets.opened(kit.secret_file, source) if source.authorisation else None


def _brings_new(source: Source, items: Sequence[Item]) -> bool:
    """Return whether any item is not known yet: only then the list itself is evidence."""
    links = {identity(item, source.url) for item in items}
    with reading() as session:
        asked = select(Article.link).where(Article.source_id == source.id, Article.link.in_(links))
        return len(links) > len(session.scalars(asked).all())


def _cached_words(items: Sequence[Item], visited: Visited) -> str | None:
    """Return in words that a hot list came out of a cache, None for a fresh one and everything else."""
    made = max((item.as_of for item in items if item.as_of), default=None)
    if made is None or visited.at - made <= STALE_LIST:
        return None
    return f"对方给的是{made.astimezone(BEIJING):%H:%M}的缓存榜单"


def _settle(session: Session, source: Source, row: Taken, read: Read) -> None:
    """Write what a visit brought: items, health, the next visit and the visit's own row, in one transaction."""
    visited, new, evidence_id = read.visited, 0, None
    if visited.error is not None and visited.error.code == "resting":
        wait = sources.note_rest(source, visited.at, visited.error.words, visited.error.retry_after)
    elif visited.error is not None:
        wait = sources.note_failure(source, visited.at, visited.error.code, visited.error.words)
        wait = max(wait, timedelta(seconds=visited.error.retry_after or 0))
    else:
        new, evidence_id = _keep_items(session, source, read)
        wait = sources.pause(session, source, visited.at)
    made = fetch_row(source.id, None, source.url, visited, found=len(read.items), new=new, evidence_id=evidence_id)
    session.add(made)
    session.flush()
    finish(session, Source.fetch_at, row, fetch_at=visited.at + wait)


def _keep_items(session: Session, source: Source, read: Read) -> tuple[int, int | None]:
    """Store the items and the source's health; return how many were new, and the evidence."""
    visited, fetched = read.visited, read.visited.fetched
    evidence_id = read.written.row(session) if read.written else None
    new = len(bring(session, source, read.items, visited.at).new)
    changed = fetched is None or not fetched.not_modified
    warning = yields.count(session, source.id, visited.at, len(read.items), new) if changed else source.warning
    sources.note_ok(source, visited.at, new, warning)
    if fetched is not None and changed:
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
    if read.state is not None:
        source.state = read.state
    return new, evidence_id
