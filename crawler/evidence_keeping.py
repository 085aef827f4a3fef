"""Evidence over time: a matter's is copied out whole into its own file, the rest ends when its time is over."""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from store import evidence_files as files
from store import journal
from store.db import reading, transaction
from store.evidence import Place
from store.evidence_files import Lies

log = logging.getLogger(__name__)


def copy_out(folder: Path) -> int:
    """Copy the evidence of cases into a file for each case; return how many answers were copied.

    An answer that cannot be read stays where it is and is tried again; the others go on.
    """
    with reading() as session:
        waiting = files.waiting_for_case(session)
    return sum(_into(folder, f"{files.CASE_PREFIX}{case_id}.warc.gz", answers) for case_id, answers in waiting.items())


def thin_out(folder: Path, now: datetime) -> int:
    """Remove the evidence whose time is over, file by file; return how many answers were removed.

    What stays of a file is copied first, then the file is deleted.
    """
    with reading() as session:
        old = files.old_files(session, now)
    return sum(_thinned(folder, name, now) for name in old)


def _thinned(folder: Path, name: str, now: datetime) -> int:
    with reading() as session:
        gone, stay = files.over(session, name, now)
    if not gone:
        return 0
    if _into(folder, f"kept-{name[:8]}-{now:%Y%m%d}.warc.gz", stay) < len(stay):
        log.error("evidence file %s stays: not all that has to be kept could be copied", name)
        return 0
    with transaction() as session:
        files.forget(session, [answer.id for answer in gone], now)
        journal.record(session, "system", "remove_evidence", f"evidence-{gone[0].id}", now, count=len(gone))
    _delete_unused(folder, name)
    return len(gone)


def _delete_unused(folder: Path, name: str) -> None:
    with reading() as session:
        if files.used(session, name):
            return
    (folder / name).unlink(missing_ok=True)


def _into(folder: Path, target: str, answers: Sequence[Lies]) -> int:
    """Append answers to a file, durably, and let their rows point there; return how many were moved."""
    if not answers:
        return 0
    copies: list[Lies] = []
    with _alone(folder), (folder / target).open("ab") as out:
        for answer in answers:
            records = _records(folder, answer)
            if records is not None:
                copies.append(Lies(answer.id, Place(target, out.tell(), len(records))))
                out.write(records)
        out.flush()
        os.fsync(out.fileno())
    with transaction() as session:
        files.moved(session, copies)
    return len(copies)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time append: the places written down would be wrong otherwise."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _records(folder: Path, answer: Lies) -> bytes | None:
    """Return the bytes of an answer's records, None (and a word in the log) where they cannot be had."""
    try:
        with (folder / answer.place.file).open("rb") as file:
            file.seek(answer.place.offset)
            found = file.read(answer.place.length)
    except OSError as error:
        log.error("evidence %s cannot be copied: %s", answer.id, error.strerror)
        return None
    if len(found) < answer.place.length or not found.startswith(b"\x1f\x8b"):
        log.error("evidence %s cannot be copied: its file is damaged", answer.id)
        return None
    return found
