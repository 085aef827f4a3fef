"""Confirming releases: their links are fetched, and what was found is written beside them; no clock ever reopens."""

import time
from datetime import datetime, timedelta

from crawler import apart
from crawler.crew import Crew, Visit
from crawler.fetch import Fetched, FetchError, Getter
from crawler.hosts import host_of
from crawler.jobs import Clock, getter_of, pauses
from domain.links import Found, next_check, not_reached, reached
from store.db import reading, transaction
from store.due import Taken, finish, take
from store.settings import Settings
from store.tables.cases import Release

HOLD = timedelta(seconds=120)
BATCH = 40


def confirm_due(settings: Settings, now: Clock, seconds: float) -> int:
    """Fetch the links that are due until none is or `seconds` are over; return how many visits were begun."""
    getter = getter_of(settings)
    crew = Crew(pauses(settings, getter), seconds)
    begun = 0
    try:
        while not crew.over and (visits := _due(getter, now)):
            for visit in visits:
                crew.add(visit)
            begun += len(visits)
            while not crew.idle and not crew.over:
                time.sleep(0.05)
    finally:
        crew.close()
    return begun


def _due(getter: Getter, now: Clock) -> list[Visit]:
    with transaction() as session:
        taken = take(session, Release.check_at, now(), HOLD, BATCH)
        links = {row.id: session.get_one(Release, row.id).link or "" for row in taken}
    return [_visit(getter, row, links[row.id], now) for row in taken]


def _visit(getter: Getter, row: Taken, link: str, now: Clock) -> Visit:
    return Visit(host_of(link), lambda: confirm(getter, row, now), lambda: _give_back(row, now))


def _give_back(row: Taken, now: Clock) -> None:
    """Let a link be due again at once; a visit that was not made is no try."""
    with transaction() as session:
        finish(session, Release.check_at, row, check_at=now(), attempts=row.attempts - 1)


def confirm(getter: Getter, row: Taken, now: Clock) -> None:
    """Fetch the link of one release and write what was found; the release counts whatever comes of it."""
    with reading() as session:
        release = session.get_one(Release, row.id)
    at = now()
    found = _look(getter, release.link or "", at, row.attempts)
    known = {"check_ok": release.check_ok} if found.again else {"check_ok": found.ok}
    with transaction() as session:
        finish(
            session,
            Release.check_at,
            row,
            check_at=next_check(release.recorded_at, at, row.attempts, found),
            attempts=row.attempts if found.again else 0,
            checked_at=at,
            check_words=found.words[:1000],
            **known,
        )


def _look(getter: Getter, link: str, at: datetime, tries: int) -> Found:
    try:
        fetched = getter.get(link, now=at)
    except FetchError as error:
        return not_reached(error.code, error.words, tries)
    return reached(link, fetched.url, title_of(fetched, at))


def title_of(fetched: Fetched, at: datetime) -> str | None:
    """Return the title of a page, None where it is no page, has none or cannot be read."""
    if fetched.content_type and "html" not in fetched.content_type:
        return None
    try:
        return apart.title(fetched.body, fetched.url, at, fetched.charset)
    except (LookupError, FetchError):
        return None
