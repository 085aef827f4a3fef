"""One request of a visit: what it came to, and the row that says so."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler import captcha
from crawler.evidence import Keeper
from crawler.fetch import Fetched, FetchError, Getter
from store.imap import Dial
from store.tables.sources import Fetch

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Kit:
    """What a visit needs: who fetches, who keeps the evidence, the file whose key opens secrets of sources, the
    folder of uploaded files, who dials mail servers and for how many seconds a visit to a mailbox may last."""

    getter: Getter
    keeper: Keeper
    secret_file: Path
    uploads: Path
    dial: Dial
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Visited:
    """What one visit came to, as its row will say."""

    at: datetime
    took_ms: int
    fetched: Fetched | None
    error: FetchError | None = None
    note: str | None = None


def get(
    getter: Getter,
    url: str,
    now: Clock,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    cookie: str | None = None,
) -> Visited:
    """Make one request; never raises for what the other side does. A refusal that answers 200 is an error, too."""
    at, began = now(), time.monotonic()
    fetched: Fetched | None = None
    error: FetchError | None = None
    try:
        fetched = getter.get(url, now=at, etag=etag, last_modified=last_modified, cookie=cookie)
        if refused := captcha.refusal(fetched.body):
            error, fetched = FetchError(*refused, status=fetched.status), None
    except FetchError as failure:
        error = failure
    return Visited(at, int((time.monotonic() - began) * 1000), fetched, error)


def fetch_row(
    source_id: int,
    article_id: int | None,
    url: str,
    visited: Visited,
    *,
    found: int,
    new: int,
    evidence_id: int | None = None,
) -> Fetch:
    """Return the row of one visit."""
    fetched, error = visited.fetched, visited.error
    return Fetch(
        source_id=source_id,
        article_id=article_id,
        evidence_id=evidence_id,
        at=visited.at,
        took_ms=visited.took_ms,
        url=url[:2000],
        status=fetched.status if fetched else error.status if error else None,
        bytes=fetched.raw_bytes if fetched else 0,
        found=found,
        new=new,
        error_code=error.code if error else None,
        error=error.words if error else None,
        note=visited.note,
    )
