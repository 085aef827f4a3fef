"""Visiting what is due: sources and the pages behind their items; no failure stops another."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from crawler import chores
from crawler.crew import Crew, Visit
from crawler.evidence import Keeper
from crawler.fetch import Getter, Rules
from crawler.page_visits import visit_page
from crawler.visited import Kit
from crawler.visits import visit_source
from store import evidence
from store.db import transaction
from store.due import Taken, finish, take
from store.settings import Settings
from store.tables.articles import Article
from store.tables.sources import Source

HOLD = timedelta(seconds=120)
QUEUE = 64
Clock = Callable[[], datetime]


def crawl_due(settings: Settings, now: Clock, seconds: float) -> int:
    """Visit due sources and pages until none is due or `seconds` are over; return how many visits were begun."""
    chores.do_due(settings, now())
    kit = kit_of(settings)
    crew = Crew(lambda host: pause_of(settings, host), seconds)
    begun = 0
    try:
        while not crew.over:
            idle = crew.idle  # Asked first, because a visit that ends meanwhile may have made pages due.
            fresh = _due(settings, kit, now) if crew.queued < QUEUE else []
            for visit in fresh:
                crew.add(visit)
            begun += len(fresh)
            if not fresh and idle:
                break
            time.sleep(0.02 if fresh else 0.1)
    finally:
        crew.close()
    return begun


@cache
def getter_of(settings: Settings) -> Getter:
    """Return the process's getter, so that connections are used again."""
    return Getter(
        Rules(
            allowed_private=settings.allow_private_hosts,
            forbidden_ports=settings.own_ports(),
            timeout=settings.fetch_timeout,
        )
    )


@cache
def kit_of(settings: Settings) -> Kit:
    """Return the process's kit: its getter and the file its evidence goes to."""
    return Kit(getter_of(settings), Keeper(settings.data_dir / evidence.FOLDER), settings.secret_file)


def close(settings: Settings) -> None:
    """Close the process's connections and evidence file; the next visit opens new ones."""
    kit = kit_of(settings)
    kit.getter.close()
    kit.keeper.close()
    getter_of.cache_clear()
    kit_of.cache_clear()


def pause_of(settings: Settings, host: str) -> float:
    """Return the seconds between two visits to a host: as set, else 0 for the office's own hosts, 1 for others."""
    if settings.host_pause is not None:
        return settings.host_pause
    return 0.0 if host in settings.allow_private_hosts else 1.0


def host_of(url: str) -> str:
    """Return host:port of an address, empty where it has none."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    except ValueError:
        return ""


def _due(settings: Settings, kit: Kit, now: Clock) -> list[Visit]:
    """Take due rows, sources before pages, and return their visits."""
    with transaction() as session:
        taken = take(session, Source.fetch_at, now(), HOLD, QUEUE // 2)
        pages = take(session, Article.page_at, now(), HOLD, QUEUE)
        source_urls = {row.id: session.get_one(Source, row.id).url for row in taken}
        page_urls = {row.id: session.get_one(Article, row.id).link for row in pages}
    return [
        *(
            Visit(host_of(source_urls[row.id]), _bound(visit_source, kit, row, now), _bound(_return_source, row, now))
            for row in taken
        ),
        *(
            Visit(host_of(page_urls[row.id]), _bound(visit_page, kit, row, now), _bound(_return_page, row, now))
            for row in pages
        ),
    ]


def _bound(function: Callable[..., None], *args: object) -> Callable[[], None]:
    return lambda: function(*args)


def _return_source(row: Taken, now: Clock) -> None:
    """Let a source be due again at once; a visit that was not made is no attempt."""
    with transaction() as session:
        finish(session, Source.fetch_at, row, fetch_at=now(), attempts=row.attempts - 1)


def _return_page(row: Taken, now: Clock) -> None:
    """Let a page be due again at once; the visits made before still count against its tries."""
    with transaction() as session:
        finish(session, Article.page_at, row, page_at=now(), attempts=row.attempts - 1)
