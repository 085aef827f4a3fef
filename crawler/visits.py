"""One visit: to a source for its items, or to the page behind an article, stored in one transaction."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crawler.extract import Page, extract
from crawler.fetch import Fetched, FetchError, Getter
from crawler.identity import identity
from crawler.items import Item
from crawler.kinds.feed import parse
from store import sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.due import Taken, finish
from store.tables.articles import Article
from store.tables.sources import Fetch, Source

PAGE_TRIES = 4
FINAL = frozenset({"unreadable", "gone", "url", "private", "address", "own_port", "too_large", "encoding"})
"""Failures of a page that trying again would not help."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Visited:
    """What one visit came to, as its row will say."""

    at: datetime
    took_ms: int
    fetched: Fetched | None
    error: FetchError | None = None


def visit_source(getter: Getter, row: Taken, now: Clock) -> None:
    """Fetch one source and store its new items, or note in words why it could not be read."""
    with reading() as session:
        source = session.get_one(Source, row.id)
    visited = _get(getter, source.url, now, etag=source.etag, last_modified=source.last_modified)
    items: list[Item] = []
    if visited.fetched is not None and not visited.fetched.not_modified:
        try:
            items = parse(visited.fetched.body, visited.fetched.url, visited.at, visited.fetched.charset)
        except LookupError as error:
            visited = replace(visited, error=FetchError("unreadable", str(error)))
    with transaction() as session:
        _keep_source(session, session.get_one(Source, row.id), row, visited, items)


def _keep_source(session: Session, source: Source, row: Taken, visited: Visited, items: list[Item]) -> None:
    """Write what a visit brought: items, health, the next visit and the visit's own row, in one transaction."""
    if visited.error is not None:
        wait = sources.note_failure(source, visited.at, visited.error.code, visited.error.words)
        wait = max(wait, timedelta(seconds=visited.error.retry_after or 0))
        new = 0
    else:
        articles = [_new_article(source, item, visited.at) for item in items]
        new = len(add_articles(session, source, articles, visited.at))
        sources.note_ok(source, visited.at, new)
        if visited.fetched is not None and not visited.fetched.not_modified:
            source.etag, source.last_modified = visited.fetched.etag, visited.fetched.last_modified
        wait = timedelta(seconds=source.interval)
    session.add(_fetch_row(source.id, None, source.url, visited, found=len(items), new=new))
    session.flush()
    finish(session, Source.fetch_at, row, fetch_at=visited.at + wait)


def _new_article(source: Source, item: Item, at: datetime) -> NewArticle:
    """Return what is stored of an item."""
    published = item.published
    return NewArticle(
        link=identity(item, source.url),
        title=item.title,
        text=item.text,
        author=(item.author or "")[:200] or None,
        published_at=min(published.at, at) if published else None,
        date_only=published is not None and published.precision == "day",
    )


def visit_page(getter: Getter, row: Taken, now: Clock) -> None:
    """Fetch the page behind an article and keep its title, body, source and time; then ask for the verdict.

    A page that cannot be had is tried a few times; then what the feed itself said is judged.
    """
    with reading() as session:
        article = session.get_one(Article, row.id)
    has_page = "#" not in article.link
    page, visited = _read_page(_get(getter, article.link, now)) if has_page else (None, None)
    with transaction() as session:
        _keep_page(session, session.get_one(Article, row.id), row, visited, page, now())


def _read_page(visited: Visited) -> tuple[Page | None, Visited]:
    """Return the page read from a visit, or the visit with the reason why it could not be read."""
    if visited.fetched is None:
        return None, visited
    try:
        return extract(visited.fetched.body, visited.fetched.url, visited.at, visited.fetched.charset), visited
    except LookupError as error:
        return None, replace(visited, error=FetchError("unreadable", str(error)))


def _keep_page(
    session: Session, article: Article, row: Taken, visited: Visited | None, page: Page | None, now: datetime
) -> None:
    if visited is not None:
        session.add(
            _fetch_row(article.source_id, article.id, article.link, visited, found=int(page is not None), new=0)
        )
    if page is not None:
        _put_page(article, page, now)
    elif visited and visited.error and visited.error.code not in FINAL and row.attempts < PAGE_TRIES:
        session.flush()
        wait = timedelta(seconds=max(20 * 2**row.attempts, visited.error.retry_after or 0))
        finish(session, Article.page_at, row, page_at=now + wait, attempts=row.attempts)
        return
    session.flush()
    finish(session, Article.page_at, row, judge_at=now)


def _put_page(article: Article, page: Page, now: datetime) -> None:
    """Take over what the page says; what it does not say stays as the feed said it."""
    article.title = page.title or article.title
    article.body = page.body or article.body
    article.author = (page.author or article.author or "")[:200] or None
    article.origin = (page.source or "")[:200] or None
    if page.published is not None and (article.published_at is None or article.date_only):
        article.published_at = min(page.published.at, now)
        article.date_only = page.published.precision == "day"


def _get(getter: Getter, url: str, now: Clock, etag: str | None = None, last_modified: str | None = None) -> Visited:
    """Make one request; never raises for what the other side does."""
    at, began = now(), time.monotonic()
    try:
        fetched, error = getter.get(url, now=at, etag=etag, last_modified=last_modified), None
    except FetchError as failure:
        fetched, error = None, failure
    return Visited(at, int((time.monotonic() - began) * 1000), fetched, error)


def _fetch_row(source_id: int, article_id: int | None, url: str, visited: Visited, *, found: int, new: int) -> Fetch:
    fetched, error = visited.fetched, visited.error
    return Fetch(
        source_id=source_id,
        article_id=article_id,
        at=visited.at,
        took_ms=visited.took_ms,
        url=url[:2000],
        status=fetched.status if fetched else error.status if error else None,
        bytes=fetched.raw_bytes if fetched else 0,
        found=found,
        new=new,
        error_code=error.code if error else None,
        error=error.words if error else None,
    )
