"""What the people of the demo city did in the past month: read from acts.toml, done as if by clicks."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Grade, Level
from store import acts, cases, dutylog, entering, leads, notices, people, regrading, upward
from store.db import transaction
from store.tables import Article, Case, Lead, Notice, Person
from store.tables.people import Unit


@dataclass(frozen=True, slots=True)
class Story:
    """What people did about the matters whose first article's key begins with `about`. Times are minutes after the step
    before; a step without a time was never taken."""

    about: str
    confirm: float | None = None
    unit: str | None = None
    level: str | None = None
    emergency: bool = False
    acknowledge: float | None = None
    release: float | None = None
    conference: float | None = None
    called: float | None = None
    press: float | None = None
    grade: str | None = None
    final: float | None = None
    close: float | None = None
    channel: str = "清源市场监管官网"
    link: str | None = None
    """A page of the city's site."""
    dismiss: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone call or letter entered by hand, `minutes` from the epoch; `key` names it for its story."""

    key: str
    minutes: float
    title: str
    text: str
    unit: str
    channel: str = "news"


class Play(Protocol):
    """What acting needs of the player."""

    at: datetime
    epoch: datetime
    site: str
    """Address of the city's site."""

    def schedule(self, at: datetime, act: Callable[[], None]) -> None:
        """Have something happen at `at`."""

    def go_on(self) -> None:
        """Judge and group what is there."""


def read_acts() -> tuple[list[Story], list[Call]]:
    """Return the packaged acts. TypeError names an unknown field."""
    table = tomllib.loads(files(__package__).joinpath("acts.toml").read_text(encoding="utf8"))
    return [Story(**row) for row in table["stories"]], [Call(**row) for row in table["calls"]]


class Actors:
    """Sees new leads and has the people of the city act on them."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.stories, self.calls = read_acts()

    def enter(self) -> None:
        """Schedule the calls."""
        for call in self.calls:
            self.play.schedule(self.play.epoch + timedelta(minutes=call.minutes), self._entered(call))

    def _entered(self, call: Call) -> Callable[[], None]:
        def act() -> None:
            with transaction() as session:
                person = people.on_duty(session, "duty_officer", self.play.at)[0]
                unit = people.unit_named(session, call.unit)
                words = entering.Entered(call.text, call.title, call.channel, called=True, unit=unit)
                lead = entering.enter(session, person, self.play.at, words)
                said = dutylog.Said(
                    "call", self.play.at, f"{call.title}\n{call.text}", caller="来电人", action="已登记为线索"
                )
                dutylog.write(session, person, said, self.play.at, lead)
                lead_id = lead.id
            self.play.go_on()
            self._take_up(lead_id, call.key)

        return act

    def notice(self, last: int) -> None:
        """Take up the leads proposed after lead `last`."""
        with transaction() as session:
            asked = select(Lead.id, Article.link).join(Article, Article.id == Lead.article_id).where(Lead.id > last)
            fresh = session.execute(asked).all()
        for lead_id, link in fresh:
            self._take_up(lead_id, link.rpartition("/")[2].removesuffix(".html"))

    def _take_up(self, lead_id: int, key: str) -> None:
        """Schedule what was done about a lead, by the story with the longest matching name."""
        found = [story for story in self.stories if key.startswith(story.about)]
        if not found:
            return
        story = max(found, key=lambda story: len(story.about))
        if story.dismiss is not None:
            self._after(story.dismiss, lambda session, person: self._dismissed(session, lead_id, person, story))
        if story.confirm is not None:
            self._after(story.confirm, lambda session, person: self._confirmed(session, lead_id, person, story))

    def _after(self, minutes: float, act: Callable[[Session, Person], None]) -> None:
        """Have the duty officer do something later."""

        def done() -> None:
            with transaction() as session:
                act(session, people.on_duty(session, "duty_officer", self.play.at)[0])

        self.play.schedule(self.play.at + timedelta(minutes=minutes), done)

    def _dismissed(self, session: Session, lead_id: int, person: Person, story: Story) -> None:
        leads.dismiss(session, session.get_one(Lead, lead_id), person, self.play.at, story.why)

    def _confirmed(self, session: Session, lead_id: int, person: Person, story: Story) -> None:
        lead = session.get_one(Lead, lead_id)
        unit = people.unit_named(session, story.unit) if story.unit else lead.unit
        if unit is None or lead.state != "open":
            return
        case = leads.confirm(
            session,
            lead,
            person,
            self.play.at,
            unit=unit,
            level=Level(story.level or lead.level),
            emergency=story.emergency,
        )
        self._follow(case.id, unit, story)

    def _follow(self, case_id: int, unit: Unit, story: Story) -> None:
        """Schedule what happens in a case after its confirmation."""
        steps: Mapping[str, tuple[float | None, Callable[[Session, Person], None]]] = {
            "acknowledge": (story.acknowledge, lambda session, _: self._acknowledged(session, case_id)),
            "release": (story.release, lambda session, person: self._released(session, case_id, person, story)),
            "called": (story.called, lambda session, person: self._called(session, case_id, person)),
            "press": (story.press, lambda session, person: self._asked(session, case_id, person, story)),
            "conference": (story.conference, lambda session, person: self._held(session, case_id, person)),
            "final": (story.final, lambda session, person: self._ended(session, case_id, person, story)),
            "close": (story.close, lambda session, person: self._closed(session, case_id, person)),
        }
        for minutes, act in steps.values():
            if minutes is not None:
                self._after(minutes, act)

    def _acknowledged(self, session: Session, case_id: int) -> None:
        case = session.get_one(Case, case_id)
        asked = select(Notice).where(Notice.lead_id == case.lead_id, Notice.asks_ack, Notice.ack_at.is_(None))
        for notice in session.scalars(asked):
            if notice.person.role == "section":
                notices.acknowledge(session, notice, "凭邮件链接签收", self.play.at, f"person-{notice.person_id}")

    def _released(self, session: Session, case_id: int, person: Person, story: Story) -> None:
        case = session.get_one(Case, case_id)
        kind = "reply" if case.channel == "message" and not case.emergency else "release"
        final = kind == "release" and story.close is not None and story.final is None
        link = f"{self.play.site}{story.link}" if story.link else None
        self._record(session, case, person, kind, story.channel, link, final=final)

    def _ended(self, session: Session, case_id: int, person: Person, story: Story) -> None:
        case = session.get_one(Case, case_id)
        self._record(session, case, person, "release", story.channel, None, final=True)

    def _called(self, session: Session, case_id: int, person: Person) -> None:
        """Report the matter by telephone to all the city reports to."""
        lead = session.get_one(Case, case_id).lead
        for target in upward.targets(session):
            report = upward.Report("phone", self.play.at, target, "值班员")
            upward.record(session, lead, report, person, self.play.at)

    def _asked(self, session: Session, case_id: int, person: Person, story: Story) -> None:
        """Put the press conference to 市新闻办; by then the competent unit has graded the emergency."""
        case = session.get_one(Case, case_id)
        acts.ask_press_office(session, case, "电话报请，对方同意当日举行", self.play.at, person, self.play.at)
        if story.grade:
            by = "清源市应急管理局 清应急〔2026〕31号"
            regrading.grade(session, case, Grade(story.grade), by, person, self.play.at)

    def _held(self, session: Session, case_id: int, person: Person) -> None:
        said = {"form": "新闻发布会", "host": "市政府新闻办", "speaker": "分管领导"}
        self._record(session, session.get_one(Case, case_id), person, "conference", "市政府新闻发布厅", None, **said)

    def _record(
        self,
        session: Session,
        case: Case,
        person: Person,
        kind: str,
        channel: str,
        link: str | None,
        **more: Any,
    ) -> None:
        act = cases.Act(kind, self.play.at - timedelta(minutes=4), channel, "清源市市场监督管理局", link, **more)
        cases.record_release(session, case, act, person, self.play.at)

    def _closed(self, session: Session, case_id: int, person: Person) -> None:
        cases.close(session, session.get_one(Case, case_id), person, self.play.at)


def unused(stories: list[Story], keys: Mapping[str, Any]) -> list[str]:
    """Return the stories that are about none of the given keys."""
    return [story.about for story in stories if not any(key.startswith(story.about) for key in keys)]
