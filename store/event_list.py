"""The list of topics, the hottest first, with its filters and the open matter of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from store import assignments
from store.simple import spellings
from store.tables.cases import Case, Lead
from store.tables.events import Event
from store.tables.heat import Warning


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list; empty fields do not narrow. `since` asks for topics with an article since then."""

    words: str = ""
    direction: str = ""
    topic: str = ""
    section: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """The newest lead of a topic, and the case that goes on for it."""

    lead: Lead
    case: Case | None

    @property
    def level(self) -> str:
        """Its level."""
        return self.case.level if self.case else self.lead.level


def listed(session: Session, asked: Filter, limit: int = 30, offset: int = 0) -> list[Event]:
    """Return topics, the hottest first, those equally hot by their latest article."""
    order = _narrowed(select(Event), asked).order_by(Event.heat.desc(), Event.last_at.desc(), Event.id.desc())
    return list(session.scalars(order.limit(limit).offset(offset)))


def count(session: Session, asked: Filter) -> int:
    """Return how many topics a filter finds."""
    return session.scalar(_narrowed(select(func.count(Event.id)), asked)) or 0


def _narrowed(query: Select[Any], asked: Filter) -> Select[Any]:
    query = query.where(Event.merged_into.is_(None))
    for word in asked.words.split():
        query = query.where(or_(*(Event.title.icontains(one, autoescape=True) for one in spellings(word))))
    for column, value in (
        (Event.direction, asked.direction),
        (Event.topic, asked.topic),
        (Event.section, asked.section),
    ):
        query = query.where(column == value) if value else query
    return query.where(Event.last_at >= asked.since) if asked.since is not None else query


def topics(session: Session) -> list[str]:
    """Return the subjects topics are about, each once."""
    asked = select(Event.topic).where(Event.topic.is_not(None)).distinct().order_by(Event.topic)
    return [topic for topic in session.scalars(asked) if topic]


def matters(session: Session, event_ids: Iterable[int]) -> dict[int, Matter]:
    """Return the newest lead of each topic with the case that goes on, by topic; those without any are left out."""
    asked = select(Lead).where(Lead.event_id.in_(list(event_ids))).options(joinedload(Lead.case)).order_by(Lead.id)
    newest = {lead.event_id: lead for lead in session.scalars(asked) if lead.event_id is not None}
    return {id_: Matter(lead, assignments.going_on(session, lead.case)) for id_, lead in newest.items()}


def warned(session: Session, event_ids: Iterable[int], since: datetime) -> set[int]:
    """Return which topics were warned of since a time."""
    asked = select(Warning.event_id).where(Warning.event_id.in_(list(event_ids)), Warning.at >= since)
    return {id_ for id_ in session.scalars(asked) if id_ is not None}
