"""One visit to the page behind an article: what the page says is kept, then the verdict is asked for."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.apart import extract
from crawler.fetch import FetchError
from crawler.items import Page
from crawler.keeping import Written, keep
from crawler.visited import Clock, Kit, Visited, fetch_row, get
from store import seals
from store.db import reading, transaction
from store.due import Taken, finish
from store.simple import simplified
from store.tables.articles import Article

PAGE_TRIES = 4
FINAL = frozenset({"unreadable", "gone", "url", "private", "address", "own_port", "too_large", "encoding", "robots"})
FINAL |= {"port", "downgrade"}
"""Failures of a page that trying again would not help."""
PATIENCE = timedelta(minutes=15)
"""How long the verdict of an article waits for a page whose site asks to come later: alarms do not wait for hours."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was seen: what was read of it, and the evidence on disk."""

    visited: Visited
    page: Page | None = None
    written: Written | None = None


def visit_page(kit: Kit, row: Taken, now: Clock) -> None:
    """Fetch the page behind an article and keep its title, body, source and time; then ask for the verdict.

    A page that cannot be had is tried a few times, if that is soon; then what the feed itself said is judged.
    """
    with reading() as session:
        link = session.scalars(select(Article.link).where(Article.id == row.id)).one()
    seen = _read(kit, get(kit.getter, link, now)) if "#" not in link else None
    with transaction() as session:
        _settle(session, session.get_one(Article, row.id), row, seen, now())


def _read(kit: Kit, visited: Visited) -> Seen:
    """Return the page read from a visit, or the visit with the reason why it could not be read."""
    if visited.fetched is None:
        return Seen(visited)
    fetched = visited.fetched
    written = keep(kit.keeper, fetched, visited.at)
    visited = replace(visited, note=written.note if written else None)
    try:
        return Seen(visited, extract(fetched.body, fetched.url, visited.at, fetched.charset), written)
    except LookupError as error:
        return Seen(replace(visited, error=FetchError("unreadable", str(error))), None, written)
    except FetchError as error:
        return Seen(replace(visited, error=error), None, written)


def _settle(session: Session, article: Article, row: Taken, seen: Seen | None, now: datetime) -> None:
    if seen is not None:
        evidence_id = seen.written.row(session) if seen.written else None
        article.evidence_id = evidence_id or article.evidence_id
        found = int(seen.page is not None)
        made = fetch_row(
            article.source_id, article.id, article.link, seen.visited, found=found, new=0, evidence_id=evidence_id
        )
        session.add(made)
    if seen is not None and seen.page is not None:
        _put(article, seen.page, now)
        if article.seal_id is not None:
            seals.shut_later(session, article, article.seal_id)
    elif seen is not None and (wait := _wait(seen.visited.error, row)) is not None:
        session.flush()
        finish(session, Article.page_at, row, page_at=now + wait, attempts=row.attempts)
        return
    session.flush()
    finish(session, Article.page_at, row, judge_at=now)


def _wait(error: FetchError | None, row: Taken) -> timedelta | None:
    """Return how long to wait before a page is tried again, None where it is given up."""
    if error is None or error.code in FINAL or row.attempts >= PAGE_TRIES:
        return None
    wait = timedelta(seconds=max(20 * 2**row.attempts, error.retry_after or 0))
    return wait if wait <= PATIENCE else None


def _put(article: Article, page: Page, now: datetime) -> None:
    """Take over what the page says; what it does not say stays as the feed said it."""
    article.title = page.title or article.title
    article.body = page.body or article.body
    article.author = (page.author or article.author or "")[:200] or None
    article.origin = (page.source or article.origin or "")[:200] or None
    article.simple = simplified(article.title, article.body)
    if page.published is not None and (article.published_at is None or article.date_only):
        article.published_at = min(page.published.at, now)
        article.date_only = page.published.precision == "day"
