"""A story on fast-forwarded time: what is found, what people do, who is told what at which minute."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import clock
from alerts.channels import Mail
from alerts.sender import send_due
from domain.case import Level
from domain.verdict import Opens, Reason, Sentiment, Verdict
from domain.workdays import BEIJING
from store import articles, cases, events, journal, leads, sources
from store.articles import NewArticle
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Article, Assignment, Bounce, Case, Deadline, Lead, Notice, Person, Source, Stage, Unit

YEAR = 2026
WAITING = (Stage.look_at, Assignment.tell_at, Bounce.tell_at, Notice.send_at, Notice.chase_at)
BESIDE = ("【舆情日报", "【未签收", "【周期性工作", "【值班自检")
"""What comes beside a matter's own ladder: digests, follow-ups for want of 签收, chores."""


def beijing(text: str, year: int = YEAR) -> datetime:
    """Return `9-30 23:40` of the year, Beijing time."""
    return datetime.strptime(f"{year}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


class Journey:
    """One story. `mails` are (minute, person, subject) of all that the ladders sent, `beside` of what came beside."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = beijing("1-1 0:00")
        self.mails: list[tuple[datetime, str, str]] = []
        self.beside: list[tuple[datetime, str, str]] = []

    def until(self, text: str, year: int = YEAR) -> None:
        """Let time pass: everything that falls due on the way is told and sent in its own minute."""
        end = beijing(text, year)
        while True:
            upcoming = self._next()
            if upcoming is None or upcoming > end:
                break
            self._tick(max(upcoming, self.now))
        self._tick(end)

    def _next(self) -> datetime | None:
        with reading() as session:
            # A call that waits for a person carries its time too; no machine makes it.
            machines = Notice.channel != "phone"
            asked = (select(func.min(one)).where(*([machines] if one.class_ is Notice else [])) for one in WAITING)
            found = [session.scalar(one) for one in asked]
        return min((at for at in found if at is not None), default=None)

    def _tick(self, at: datetime) -> None:
        self.now = at
        clock.tick(at, self.settings)
        clock.tick(at, self.settings)  # A second clock changes nothing.
        send_due(at, self._send, self.settings)

    def _send(self, mail: Mail) -> str:
        kept = self.beside if mail.subject.startswith(BESIDE) else self.mails
        kept.append((self.now, mail.to.partition("@")[0], mail.subject))
        return "250 queued"

    def found(self, title: str, *, opens: str = "provisional", posted: str | None = None, channel: str = "news") -> int:
        """Let an article come in now, be judged and grouped; return the id of the lead it opens."""
        with transaction() as session:
            source = session.scalars(select(Source).where(Source.channel == channel)).first()
            source = source or sources.add_source(session, f"https://{channel}.example/feed", self.now, channel=channel)
            sources.note_ok(source, self.now, 1)
            published = beijing(posted) if posted else self.now
            item = NewArticle(f"https://{channel}.example/{title}", title, title, published_at=published)
            made = articles.add_articles(session, session.get_one(Source, source.id), [item], self.now)[0]
            articles.save_verdict(session, made.id, _verdict(opens), self.now)
            session.refresh(made, ["judged"])
            _, lead = events.put(
                session, session.get_one(Article, made.id), events.Grouping(title, None, 1.0), self.now
            )
            assert lead is not None
            return lead.id

    def confirmed(self, lead_id: int, *, emergency: bool = True, unit: str = "食品安全科", **more: Any) -> int:
        """Have the duty officer confirm a lead now; return the id of its case."""

        def act(session: Session) -> int:
            level = more.pop("level", Level.RED if emergency else Level.YELLOW)
            chosen = {"unit": named(session, unit), "level": level, "emergency": emergency, **more}
            return leads.confirm(session, session.get_one(Lead, lead_id), officer(session), self.now, **chosen).id

        return self.do(act)

    def do(self, act: Callable[[Session], Any]) -> Any:
        """Have somebody do something now, in one transaction."""
        with transaction() as session:
            return act(session)

    def released(self, case_id: int, at: str | None = None, kind: str = "release", **more: Any) -> None:
        """Record a release; without `at` it happened now."""
        act = cases.Act(kind, beijing(at) if at else self.now, "局网站", "清源市市场监督管理局", **more)
        self.do(
            lambda session: cases.record_release(
                session, session.get_one(Case, case_id), act, officer(session), self.now
            )
        )

    def told(self, person: str, since: str | None = None) -> list[str]:
        """Return the minutes at which a person was sent something, `9-30 23:48`, from `since` on."""
        begin = beijing(since) if since else beijing("1-1 0:00")
        return [minute(at) for at, name, _ in self.mails if name == person and at >= begin]

    def said(self, person: str) -> list[str]:
        """Return the subjects a person was sent."""
        return [subject for _, name, subject in self.mails if name == person]

    def at(self, text: str) -> set[str]:
        """Return who was sent something in this minute."""
        return {name for at, name, _ in self.mails if minute(at) == text}

    def clocks(self, case_id: int) -> dict[str, str]:
        """Return the state of every duty of a case by its rule; of several the one that is not void."""
        with reading() as session:
            rows = session.scalars(select(Deadline).where(Deadline.case_id == case_id)).all()
            found = sorted(rows, key=lambda one: one.state != "void")
            return {one.rule: one.state for one in found if one.rule != "LEAD_CONFIRM"}

    def clock(self, case_id: int, rule: str) -> Deadline:
        """Return the duty of this rule that is not void."""
        with transaction() as session:
            asked = select(Deadline).where(Deadline.case_id == case_id, Deadline.rule == rule, Deadline.state != "void")
            return session.scalars(asked).one()

    def keeps_its_promises(self) -> None:
        """Check what holds in every story: the chain, rungs for every open duty, nobody told the same thing twice."""
        with transaction() as session:
            assert journal.first_broken(session) is None
            for deadline in session.scalars(select(Deadline)):
                pending = [stage for stage in deadline.stages if stage.state == "pending"]
                assert not pending or deadline.state == "open", deadline.rule
                assert pending or deadline.state != "open" or deadline.ladder != "duty" or deadline.found_late
            for stage in session.scalars(select(Stage).where(Stage.state == "told")):
                assert stage.told_at is not None
                assert stage.told_at - stage.due_at <= timedelta(hours=1), "only reminders are brought into step"
        assert len(self.mails) == len(set(self.mails)), "nobody is told the same thing twice"


def minute(at: datetime) -> str:
    """Return an instant as the stories write it, `9-30 23:48` Beijing time."""
    local = at.astimezone(BEIJING)
    return f"{local.month}-{local.day} {local:%H:%M}"


def named(session: Session, unit: str) -> Unit:
    """Return a unit by its name."""
    return session.scalars(select(Unit).where(Unit.name == unit)).one()


def officer(session: Session) -> Person:
    """Return the duty officer."""
    return person(session, "值班员A")


def person(session: Session, name: str) -> Person:
    """Return a person by name."""
    return session.scalars(select(Person).where(Person.name == name)).one()


def _verdict(opens: str) -> Verdict:
    return Verdict(
        relevance=0.9,
        sections=("食品安全科",),
        sentiment=Sentiment.NEGATIVE,
        sentiment_score=-0.8,
        intent="投诉",
        topic=None,
        emergency=0.9 if opens == "provisional" else 0.1,
        emergency_kind=None,
        casualties=12 if opens == "provisional" else None,
        rumour=0.0,
        place=("清源市",),
        ours=True,
        grave=opens == "provisional",
        opens=Opens(opens),
        reasons=(Reason("集体腹泻", 2.1, "emergency", None),),
    )
