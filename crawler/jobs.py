"""Visiting what is due: sources and the pages behind their items; no failure stops another."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crawler import asks, chores
from crawler.crew import THREADS, Crew, Visit
from crawler.dialling import dial_mail
from crawler.evidence import Keeper
from crawler.fetch import Getter, Rules
from crawler.hosts import host_of
from crawler.page_visits import visit_page
from crawler.visited import Kit
from crawler.visits import visit_source
from store import evidence, files
from store.db import transaction
from store.due import Taken, finish, take
from store.imap import Dial
from store.settings import Settings
from store.tables.articles import Article
from store.tables.sources import Ask, Source

__all__ = ["Clock", "crawl_due", "getter_of", "host_of", "pause_of"]

HOLD = timedelta(seconds=120)
BATCH = 64
CROWD = 20
"""Rows of one host that are taken at once: with the usual pause no more could be visited before time is up."""
QUEUE = THREADS * CROWD
Clock = Callable[[], datetime]


def crawl_due(settings: Settings, now: Clock, seconds: float) -> int:
    """Visit due sources and pages until none is due or `seconds` are over; return how many visits were begun.

    A visit that is slow when time is up ends by itself, a few more seconds later.
    """
    chores.do_due(settings, now())
    kit = kit_of(settings)
    crew = Crew(pauses(settings, kit.getter), seconds)
    taken = 0
    left = _Left()
    try:
        while not crew.over:
            idle = crew.idle  # Asked first, because a visit that ends meanwhile may have made pages due.
            fresh = _due(kit, now, crew.crowded(CROWD), left) if crew.queued < QUEUE else []
            for visit in fresh:
                crew.add(visit)
            taken += len(fresh)
            if not fresh and idle:
                break
            time.sleep(0.02 if fresh else 0.1)
    finally:
        crew.close()
        left.give_back(now())
    return taken - len(left)


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
    return Kit(
        getter_of(settings),
        Keeper(settings.data_dir / evidence.FOLDER),
        settings.secret_file,
        settings.data_dir / files.UPLOADS,
        dial_of(settings),
        settings.fetch_timeout,
    )


def dial_of(settings: Settings) -> Dial:
    """Return what dials mail servers. The one of our own inbox may also hold the bureau's mailbox, if it is listed."""
    own_ports = replace(settings, imap_url=None).own_ports()
    return partial(dial_mail, allowed=settings.allow_private_hosts, own_ports=own_ports)


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


def pauses(settings: Settings, getter: Getter) -> Callable[[str], float]:
    """Return what gives the seconds between two visits to a host: ours, or what its robots.txt asks for if longer."""
    return lambda host: max(pause_of(settings, host), getter.robots.delay(host))


@dataclass
class _Left:
    """The rows whose visits had to be given up before they began."""

    sources: list[Taken] = field(default_factory=list)
    asks: list[Taken] = field(default_factory=list)
    pages: list[Taken] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sources) + len(self.asks) + len(self.pages)

    def give_back(self, now: datetime) -> None:
        """Let the rows be due again at once; a visit that was not made is no attempt, those before still count."""
        if not len(self):
            return
        with transaction() as session:
            for row in self.sources:
                finish(session, Source.fetch_at, row, fetch_at=now, attempts=row.attempts - 1)
            for row in self.asks:
                finish(session, Ask.ask_at, row, ask_at=now, attempts=row.attempts - 1)
            for row in self.pages:
                finish(session, Article.page_at, row, page_at=now, attempts=row.attempts - 1)


def _due(kit: Kit, now: Clock, crowded: list[str], left: _Left) -> list[Visit]:
    """Take due rows, questions of people first, none of crowded hosts, and return their visits."""
    with transaction() as session:
        asked = take(session, Ask.ask_at, now(), HOLD, BATCH // 4)
        addresses = {row.id: asks.address_of(session, row) for row in asked}
        sources = take(session, Source.fetch_at, now(), HOLD, BATCH // 2, _elsewhere(Source.url, crowded))
        pages = take(session, Article.page_at, now(), HOLD, BATCH, _elsewhere(Article.link, crowded))
        urls = _addresses(session, Source.id, Source.url, sources)
        links = _addresses(session, Article.id, Article.link, pages)
    return [
        *(_visit(addresses[row.id], asks.answer, kit, row, now, left.asks) for row in asked),
        *(_visit(urls[row.id], visit_source, kit, row, now, left.sources) for row in sources),
        *(_visit(links[row.id], visit_page, kit, row, now, left.pages) for row in pages),
    ]


def _addresses(
    session: Session, key: InstrumentedAttribute[int], address: InstrumentedAttribute[str], rows: list[Taken]
) -> dict[int, str]:
    if not rows:
        return {}
    found = session.execute(select(key, address).where(key.in_([row.id for row in rows])))
    return {row.id: row[1] for row in found}


def _visit(url: str, visit: Callable[..., None], kit: Kit, row: Taken, now: Clock, left: list[Taken]) -> Visit:
    return Visit(host_of(url), lambda: visit(kit, row, now), lambda: left.append(row))


def _elsewhere(address: InstrumentedAttribute[str], hosts: list[str]) -> ColumnElement[bool] | None:
    """Return the condition that an address is on none of these hosts, as `host_of` writes them."""
    if not hosts:
        return None
    begins = [begin for host in hosts for begin in _beginnings(host)]
    return not_(or_(*(address.startswith(begin, autoescape=True) for begin in begins)))


def _beginnings(host: str) -> list[str]:
    """Return how addresses on a host may begin: the port is left out where it is the usual one."""
    name, _, port = host.rpartition(":")
    name = f"[{name}]" if ":" in name else name
    usual = {"80": [f"http://{name}/"], "443": [f"https://{name}/"]}.get(port, [])
    return [f"http://{name}:{port}/", f"https://{name}:{port}/", *usual]
