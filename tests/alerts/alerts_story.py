"""What the stories of `alerts` do and ask: propose, confirm, who was told what."""

from datetime import datetime

from sqlalchemy import select

from domain.case import Level
from domain.chase import CALL, CHASE
from store import leads, proposing
from store.db import reading, transaction
from store.tables.articles import Article, Judged
from store.tables.cases import Deadline, Lead, Stage
from store.tables.events import Event
from store.tables.notices import Notice
from store.tables.people import Person, Unit
from store.tables.sources import Source

OF_RUNGS = tuple(Notice.topic.not_like(f"{mark}%") for mark in (CHASE, CALL))
"""Leaves out what follows where nobody acknowledges."""


def propose(
    now: datetime, title: str = "清源一中多名学生饭后腹泻送医", *, opens: str = "provisional", **said: object
) -> int:
    """Propose a lead from an article and return its id."""
    with transaction() as session:
        source = session.scalars(select(Source)).first()
        if source is None:
            source = Source(name="清源论坛", url="https://forum.example/feed", created_at=now, last_ok_at=now)
            session.add(source)
        event = Event(key=title, title=title, channel="news", first_at=now, last_at=now)
        session.add_all([source, event])
        session.flush()
        article = Article(
            source_id=source.id,
            link=f"https://forum.example/{title}",
            title=title,
            body=title,
            channel="news",
            published_at=said.pop("published", now),  # type: ignore[arg-type]
            first_seen_at=now,
            event_id=event.id,
        )
        session.add(article)
        session.flush()
        lead = proposing.propose(session, event, article, verdict(article, opens, now), now)
        assert lead is not None
        return lead.id


def verdict(article: Article, opens: str, now: datetime) -> Judged:
    """Return a verdict of an article that opens what is wanted."""
    return Judged(
        article_id=article.id,
        at=now,
        relevance=0.9,
        sections=["食品安全科"],
        sentiment="negative",
        sentiment_score=-0.8,
        intent="投诉",
        emergency=0.9 if opens == "provisional" else 0.1,
        casualties=12,
        rumour=0.0,
        place=["清源市"],
        ours=True,
        grave=opens == "provisional",
        opens=opens,
        reasons=[{"words": "集体腹泻", "weight": 2.1, "about": "emergency", "span": None}],
    )


def confirm(lead_id: int, now: datetime, *, emergency: bool = True, level: Level = Level.RED, **said: object) -> int:
    """Confirm a lead as the duty officer does and return the id of its case."""
    with transaction() as session:
        lead = session.get_one(Lead, lead_id)
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        case = leads.confirm(
            session,
            lead,
            officer,
            now,
            unit=unit,
            level=level,
            emergency=emergency,
            **said,  # type: ignore[arg-type]
        )
        return case.id


def duty(case_id: int, code: str) -> int:
    """Return the id of a case's duty."""
    with reading() as session:
        return session.scalars(select(Deadline.id).where(Deadline.case_id == case_id, Deadline.rule == code)).one()


def rungs_told(lead_id: int, code: str | None = None) -> list[str]:
    """Return the rungs of a matter that were told, in time order."""
    asked = select(Stage.rung).join(Deadline).where(Deadline.lead_id == lead_id, Stage.state == "told")
    if code:
        asked = asked.where(Deadline.rule == code)
    with transaction() as session:
        return list(session.scalars(asked.order_by(Stage.told_at, Stage.id)))


def told(lead_id: int) -> list[tuple[str, str]]:
    """Return (person, subject) of all notices of a matter's rungs, in the order they were written."""
    with transaction() as session:
        found = session.scalars(select(Notice).where(Notice.lead_id == lead_id, *OF_RUNGS).order_by(Notice.id))
        return [(notice.person.name, notice.subject) for notice in found]


def who_told(lead_id: int, since: datetime) -> set[str]:
    """Return the names of those told of a matter's rungs from `since` on."""
    asked = select(Person.name).join(Notice).where(Notice.lead_id == lead_id, Notice.created_at >= since, *OF_RUNGS)
    with transaction() as session:
        return set(session.scalars(asked))
