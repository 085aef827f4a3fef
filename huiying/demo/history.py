"""Plays the demo city's month in fast-forward: the real line on a moving clock, with real mails to the sink."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from classifier.grouper import Grouper
from classifier.jobs import judge_due
from classifier.judge import Judge
from crawler.evidence import Keeper
from crawler.fetch import Getter, Rules
from crawler.jobs import dial_of
from crawler.page_visits import visit_page
from crawler.visited import Kit
from crawler.visits import visit_source
from domain.digest import send_at
from domain.workdays import BEIJING
from huiying.demo.acts import Actors
from huiying.demo.chores import chores_at, do_chores
from huiying.demo.city import City
from huiying.demo.mailfolder import MailFolder
from huiying.demo.sink import MailSink
from huiying.demo.site import Site
from huiying.demo.texts import read_texts
from huiying.demo.told import tell_until
from huiying.folder import DEMO_MAIL, Folder
from store import evidence, files, office
from store.db import reading, transaction
from store.due import take
from store.org import read_org
from store.periodic import opens_at
from store.settings import Settings
from store.tables import Article, Lead, Notice, Source, Stage

LIVE = timedelta(minutes=30)
"""What was published in the last half hour is left for the crawler to find when the service starts."""
DELAY = timedelta(minutes=3)
HOLD = timedelta(minutes=5)


class Player:
    """One play of the history. `now` is the moving clock that the site and the mail sink see too."""

    def __init__(self, settings: Settings, folder: Folder, city: City, say: Callable[[str], None]) -> None:
        self.settings = replace(settings, smtp_url=f"smtp://{folder.smtp}", full_text_domains=frozenset({DEMO_MAIL}))
        self.folder, self.city, self.say = folder, city, say
        self.epoch, self.site = folder.made_at, f"http://{folder.site}"
        self.texts = [text for text in read_texts() if text.published_at(self.epoch) <= self.epoch - LIVE]
        self.at = self.epoch - timedelta(days=31)
        org = read_org(settings.org_file)
        self.judge = Judge(org)
        self.grouper = Grouper(self.at, org, owner="demo")
        getter = Getter(Rules(allowed_private=frozenset({folder.site or ""}), timeout=10))
        self.kit = Kit(
            getter,
            Keeper(settings.data_dir / evidence.FOLDER),
            settings.secret_file,
            settings.data_dir / files.UPLOADS,
            dial_of(settings),
        )
        self.sources = self._sources()
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.actors = Actors(self)

    def now(self) -> datetime:
        """Return the instant the play has reached."""
        return self.at

    def schedule(self, at: datetime, act: Callable[[], None]) -> None:
        """Have something happen at `at`, or never if that lies after the epoch."""
        if at < self.epoch:
            heapq.heappush(self._events, (max(at, self.at), next(self._order), act))

    def play(self) -> None:
        """Play everything up to the epoch, with progress; ends with nothing due and the index's lease given back."""
        for text in self.texts:
            watched = self.epoch + timedelta(minutes=self.city.source(text.source).watched)
            self.schedule(max(text.published_at(self.epoch) + DELAY, watched), self._visits(text.source))
        for source in self.city.sources:
            self.schedule(self.epoch + timedelta(minutes=source.watched), self._visits(source.key))
        for day in range(-30, 1):
            on = self.epoch.astimezone(BEIJING).date() + timedelta(days=day)
            self.schedule(send_at(on), lambda: None)
            self.schedule(opens_at(on), lambda: None)
            self.schedule(chores_at(on), lambda: do_chores(self.at))
        self.actors.enter()
        mails = MailFolder(self.settings.data_dir / "mail")
        site_port, smtp_port = (
            int((address or ":0").rpartition(":")[2]) for address in (self.folder.site, self.folder.smtp)
        )
        with Site(self.epoch, site_port, now=self.now, mails=mails), MailSink(mails, smtp_port, now=self.now):
            self._run()
        self.kit.getter.close()
        self.kit.keeper.close()
        with transaction() as session:
            office.hold_lease(session, "grouper", "demo", self.epoch - timedelta(minutes=1), timedelta(0))

    def _run(self) -> None:
        for done in itertools.count(1):
            at = self._events[0][0] if self._events else self.epoch
            tell_until(self, at)
            if not self._events:
                return
            self.at, _, act = heapq.heappop(self._events)
            act()
            if done % 20 == 0:
                self.say(
                    f"  演示历史：{self.at.astimezone(BEIJING):%m月%d日}（{100 * done // (done + len(self._events))}%）"
                )

    def _visits(self, key: str) -> Callable[[], None]:
        return lambda: self.found(self.sources[key])

    def found(self, source_id: int) -> None:
        """Visit a source that has something new, and take its items through the whole line."""
        with transaction() as session:
            session.execute(update(Source).where(Source.id == source_id).values(fetch_at=self.at))
            taken = take(session, Source.fetch_at, self.at, HOLD, only=Source.id == source_id)
        for row in taken:
            visit_source(self.kit, row, self.now)
        with transaction() as session:
            session.execute(update(Source).where(Source.id == source_id).values(fetch_at=None))
            pages = take(session, Article.page_at, self.at, HOLD)
        for row in pages:
            visit_page(self.kit, row, self.now)
        with reading() as session:
            last = session.scalar(select(func.max(Lead.id))) or 0
        self.go_on()
        self.actors.notice(last)

    def go_on(self) -> None:
        """Judge and group what is there."""
        judge_due(self.judge, self.now)
        self.grouper.group_due(self.at)

    def _sources(self) -> dict[str, int]:
        """Return the ids of the city's sources by their keys."""
        with reading() as session:
            by_url = {url: id_ for id_, url in session.execute(select(Source.id, Source.url))}
        return {row.key: by_url[f"http://{self.folder.site}{row.path}"] for row in self.city.sources}

    def next_stage(self) -> datetime | None:
        """Return when the next rung falls due, or what nobody acknowledged is followed up."""
        with reading() as session:
            asked = (session.scalar(select(func.min(when))) for when in (Stage.look_at, Notice.chase_at))
            return min((at for at in asked if at is not None), default=None)
