"""Keeping the evidence of a visit: written once for the same bytes, before the row that points to it."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.evidence import DiskFull, Keeper
from crawler.fetch import Fetched
from store import evidence
from store.db import reading
from store.evidence import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer on disk, just `kept` or `known` from before, or in `note` why it is not there."""

    fetched: Fetched
    sha256: str
    at: datetime
    kept: Place | None = None
    known: int | None = None
    note: str | None = None

    def row(self, session: Session) -> int | None:
        """Return the id of the evidence row, made in the caller's transaction; None where nothing was kept."""
        if self.kept is None:
            return self.known
        got = self.fetched
        about = (self.sha256, self.kept, got.url, self.at)
        return evidence.add(session, *about, size=len(got.body), content_type=got.content_type)


def keep(keeper: Keeper, fetched: Fetched, at: datetime) -> Written | None:
    """Write an answer to disk unless these bytes are there already; None for an answer without any.

    Where the disk is too full or cannot be written to, the note says so and everything else goes on.
    """
    if fetched.exchange is None:
        return None
    sha = evidence.digest(fetched.body)
    with reading() as session:
        there = evidence.known(session, sha)
    if there is not None:
        return Written(fetched, sha, at, known=there.id)
    try:
        return Written(fetched, sha, at, kept=keeper.keep(fetched.exchange, at))
    except DiskFull as full:
        return Written(fetched, sha, at, note=str(full))
    except OSError as error:
        log.error("evidence could not be written: %s", error.strerror)
        return Written(fetched, sha, at, note=f"原始证据没有写成（{error.strerror}）；时限和通知不受影响")
