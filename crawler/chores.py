"""What the crawler does every so often beside its visits: evidence copied out, what is over removed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from crawler import evidence_keeping
from store import asks, chores, evidence, files, journal, volumes, yields
from store.db import reading, transaction
from store.settings import Settings
from store.tables.office import Fact

LATELY = timedelta(hours=1)
"""A file brought so lately may belong to a question that is just being written."""
log = logging.getLogger(__name__)


def do_due(settings: Settings, now: datetime) -> None:
    """Do the chores whose time has come; one that fails is tried again when its time comes again."""
    folder = settings.data_dir / evidence.FOLDER
    _every("copy_evidence", timedelta(minutes=5), now, lambda: evidence_keeping.copy_out(folder))
    _every("thin_evidence", timedelta(hours=12), now, lambda: evidence_keeping.thin_out(folder, now))
    uploads = settings.data_dir / files.UPLOADS
    _every("forget_asks", timedelta(hours=1), now, lambda: _forget_asks(uploads, now))
    _every("forget_yields", timedelta(days=1), now, lambda: _forget_yields(now))


def _every(name: str, every: timedelta, now: datetime, act: Callable[[], object]) -> None:
    if not _looks_due(name, every, now):
        return
    with transaction() as session:
        if not chores.due(session, name, every, now):
            return
    try:
        act()
    except Exception:
        log.exception("chore %s failed", name)


def _looks_due(name: str, every: timedelta, now: datetime) -> bool:
    """Look without writing first: it mostly is not."""
    with reading() as session:
        fact = session.get(Fact, f"chore_{name}")
        return fact is None or not timedelta(0) <= now - datetime.fromisoformat(fact.value) < every


def _forget_yields(now: datetime) -> None:
    with transaction() as session:
        yields.forget(session, now)
        volumes.forget(session, now)


def _forget_asks(uploads: Path, now: datetime) -> None:
    """Delete old questions and the uploaded files nobody needs any more: exports of tickets name people."""
    with transaction() as session:
        asks.forget(session, now)
        wanted = asks.wanted(session)
    gone = files.remove_others(uploads, wanted, now - LATELY)
    if gone:
        with transaction() as session:
            journal.record(session, "system", "remove_uploads", "uploads", now, count=gone)
