"""The one process that holds the live index of events: rebuilt from SQL, guarded by a lease, it also proposes leads."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from classifier.by_hand import ByHand
from classifier.events import Grouped, Index, Known
from domain.case import reads_like
from domain.org import Org
from store import events, moving, office
from store.db import reading, transaction
from store.due import PARK_AFTER, Taken, finish, take
from store.tables.articles import Article
from store.tables.events import Event

LEASE = timedelta(seconds=10)
HOLD = timedelta(seconds=30)
BATCH = 50
REMEMBERED = timedelta(days=180)
TAKEN_ANEW = 2_000
"""Of events that people merged or split so many of the latest articles are taken into the index anew."""
PAUSE = 0.5
RENEW = timedelta(seconds=3)
"""How often the lease is renewed where nothing is due."""
log = logging.getLogger(__name__)


class LostLease(RuntimeError):
    """Another process holds the lease: this one's index is no longer the live one."""


class Grouper:
    """The live index, and what it decided but could not store yet (a retried article gets the same answer)."""

    def __init__(self, now: datetime, org: Org, owner: str | None = None) -> None:
        """Rebuild the index from the articles grouped in the last 180 days; `org` tells its places apart."""
        self.org = org
        self.owner = owner or _owner()
        self.index = Index()
        self.undecided: dict[int, Grouped] = {}
        with reading() as session:
            self.followed = moving.latest_change(session)
            self.index.settle(_by_hand(session, now))
            parts = moving.parts(session)
            asked = _asked(now).order_by(Article.id)
            for article, key in session.execute(asked):
                self.index.put(*astuple(_known(article, key, parts)))

    def group_due(self, now: datetime) -> int:
        """Group the articles that are due, in the order they came; return how many. LostLease if another took over."""
        with transaction() as session:
            self._hold_lease(session, now)
            office.beat(session, "grouper", now, self.index.words())
            taken = take(session, Article.group_at, now, HOLD, BATCH)
        return sum(self._group(row, now) for row in taken)

    def _follow(self, session: Session, now: datetime) -> None:
        """Take into the index what people merged or split since it was last looked at."""
        latest = moving.latest_change(session)
        if latest == self.followed:
            return
        keys, parts = moving.changed_since(session, self.followed), moving.parts(session)
        recent = _asked(now).where(Event.key.in_(keys)).order_by(Article.id.desc()).limit(TAKEN_ANEW)
        known = [_known(article, key, parts) for article, key in reversed(session.execute(recent).all())]
        self.index.settle(_by_hand(session, now), keys, known)
        self.followed = latest

    def _hold_lease(self, session: Session, now: datetime) -> None:
        if not office.hold_lease(session, "grouper", self.owner, now, LEASE):
            raise LostLease

    def _group(self, row: Taken, now: datetime) -> bool:
        """Group one article and propose its lead in one transaction, under the lease."""
        try:
            with transaction() as session:
                self._hold_lease(session, now)
                article = session.get_one(Article, row.id)
                self._follow(session, now)
                if article.event_id is None:
                    events.put(session, article, self._decided(session, article), now)
                else:
                    events.reconsider(session, article, now)
                finish(session, Article.group_at, row)
        except LostLease:
            raise
        except Exception:
            log.exception("article %s could not be grouped", row.id)
            return self._park(row)
        self.undecided.pop(row.id, None)
        return True

    def _decided(self, session: Session, article: Article) -> events.Grouping:
        """Return what the index says of an article; asked again, it says the same."""
        if article.seal_id is not None:
            return events.Grouping(f"seal-{article.seal_id}", None, 0.0)
        found = self.undecided.get(article.id)
        page = events.same_page(session, article)
        if found is None:
            at = events.told_at(article)
            hint = page[1] if page else events.same_matter(session, article, at, self.org)
            told = (str(article.id), at, article.title, article.body, reads_like(article.channel))
            found = self.index.add(*told, hint, self._barred(session, article, page is not None))
            self.undecided[article.id] = found
        copy_of = int(found.duplicate_of) if found.duplicate_of else None
        if copy_of is None and page and page[1] == found.event:
            copy_of = page[0]
        return events.Grouping(found.event, copy_of, found.similarity, found.doubt)

    def _barred(self, session: Session, article: Article, page: bool) -> Callable[[str], bool]:
        """Return what says of an event that the article must not join it; nothing bars what is the same page."""
        return lambda key: not page and events.stands_alone(session, article, key, self.org)

    def _park(self, row: Taken) -> bool:
        if row.attempts >= PARK_AFTER:
            with transaction() as session:
                finish(session, Article.group_at, row, parked="归并多次失败，请人工查看")
        return False


def run(stop: threading.Event, now: Callable[[], datetime], org: Org) -> None:
    """Group until `stop` is set. A second process waits here until the first one's lease runs out."""
    grouper: Grouper | None = None
    looked = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        done = 0
        try:
            if grouper is None and _take_lease(now()):
                grouper = Grouper(now(), org)
            if grouper is not None and (now() - looked > RENEW or _something_due(now())):
                looked, done = now(), grouper.group_due(now())
        except LostLease:
            grouper = None
        except Exception:
            log.exception("grouping failed, next try in %s s", PAUSE)
        if not done:
            stop.wait(PAUSE)


def _asked(now: datetime) -> Select[Article, str]:
    asked = select(Article, Event.key).join(Event, Event.id == Article.event_id)
    return asked.where(Article.first_seen_at >= now - REMEMBERED, Article.seal_id.is_(None))


def _known(article: Article, key: str, parts: Mapping[int, tuple[str, str]]) -> Known:
    """Return an article with the part of its event it is kept under; `parts` are those of merged events."""
    at, channel = events.told_at(article), reads_like(article.channel)
    part, event = parts.get(article.id, ("", key))
    original = str(article.copy_of or "")
    return Known(str(article.id), at, article.title, article.body, channel, key, part if event == key else "", original)


def _by_hand(session: Session, now: datetime) -> ByHand:
    return ByHand(moving.merged_keys(session), moving.apart_keys(session, now - REMEMBERED))


def _take_lease(now: datetime) -> bool:
    with transaction() as session:
        return office.hold_lease(session, "grouper", _owner(), now, LEASE)


def _something_due(now: datetime) -> bool:
    with reading() as session:
        return session.scalar(select(Article.id).where(Article.group_at <= now).limit(1)) is not None


def _owner() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"
