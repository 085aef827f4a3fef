"""What tests of whole rounds share: sources entered, a round of visits, the rows it left."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from crawler.jobs import close, crawl_due
from store import sources
from store.db import reading, transaction
from store.settings import Settings

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@contextlib.contextmanager
def office(folder: Path, *places: str, **more: str) -> Iterator[Settings]:
    """Give settings that list these places as the office's own machines."""
    env = {"HUIYING_DATA_DIR": str(folder), "HUIYING_ALLOW_PRIVATE_HOSTS": ",".join(places), **more}
    settings = Settings.from_env(env)
    try:
        yield settings
    finally:
        close(settings)


def add(*addresses: str) -> None:
    """Enter sources that are due at `T`."""
    with transaction() as session:
        for address in addresses:
            sources.add_source(session, address, T)


def ask_again(at: datetime) -> None:
    """Ask for a visit to every source."""
    with transaction() as session:
        sources.ask_now(session, at)


def crawl(settings: Settings, at: datetime = T, seconds: float = 30) -> int:
    """Visit what is due at `at`; return how many visits were begun."""
    return crawl_due(settings, lambda: at, seconds)


def rows(what):  # type: ignore[no-untyped-def]
    """Return all rows of a table."""
    with reading() as session:
        return list(session.scalars(select(what).order_by(what.id)))
