"""可能是同一话题: what the grouping was not sure of, asked of a person once and remembered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.event import IDLE
from domain.regroup import Doubt
from store import journal, moving
from store.db import hold, insert_into
from store.tables.articles import Article
from store.tables.events import Event, EventDoubt
from store.tables.people import Person

SAME, NOT_SAME = "same", "not_same"
MOST = 500
"""So many of the latest doubts are looked at."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """One doubt as it stands now: the article that raised it, its event, and the event it may be about as well."""

    doubt: EventDoubt
    article: Article
    event: Event
    other: Event


def note(session: Session, article: Article, event: Event, doubt: Doubt, now: datetime) -> None:
    """Remember what the grouping was not sure of: once for an article, and once for two events, answered or not."""
    other = session.scalars(select(Event).where(Event.key == doubt.other)).first()
    other = moving.final(session, other) if other is not None else None
    if (
        other is None
        or other.id == event.id
        or _between(session, event, other)
        or moving.are_apart(session, event, other)
    ):
        return
    row = {
        "article_id": article.id,
        "other_id": other.id,
        "alike": doubt.alike,
        "reasons": list(doubt.words),
        "at": now,
    }
    new = insert_into(session, EventDoubt).values(**row)
    session.execute(new.on_conflict_do_nothing(index_elements=["article_id"]))


def _between(session: Session, one: Event, other: Event) -> list[EventDoubt]:
    ones, others = moving.family(session, one.id), moving.family(session, other.id)
    asked = select(EventDoubt).join(Article, Article.id == EventDoubt.article_id)
    forth = (Article.event_id == one.id) & EventDoubt.other_id.in_(others)
    back = (Article.event_id == other.id) & EventDoubt.other_id.in_(ones)
    return list(session.scalars(asked.where(or_(forth, back))))


def waiting(session: Session, now: datetime, event_id: int | None = None) -> list[Unsure]:
    """Return the doubts nobody answered, the latest first; `event_id` narrows to those about one event.

    They end with their events: once either takes no more articles nobody is asked.
    """
    asked = select(EventDoubt, Article).join(Article, Article.id == EventDoubt.article_id)
    asked = asked.where(EventDoubt.answer.is_(None), Article.event_id.is_not(None)).options(joinedload(Article.source))
    rows = session.execute(asked.order_by(EventDoubt.at.desc(), EventDoubt.id.desc()).limit(MOST))
    found = list(_alive(session, [(doubt, article) for doubt, article in rows], now))
    return [one for one in found if event_id is None or event_id in (one.event.id, one.other.id)]


def _alive(session: Session, rows: list[tuple[EventDoubt, Article]], now: datetime) -> Iterator[Unsure]:
    seen: set[frozenset[int]] = set()
    for doubt, article in rows:
        event, other = session.get_one(Event, article.event_id), session.get_one(Event, doubt.other_id)
        other = moving.final(session, other)
        both = frozenset((event.id, other.id))
        if len(both) == 2 and both not in seen and all(_is_live(one, now) for one in (event, other)):
            seen.add(both)
            if not moving.are_apart(session, event, other):
                yield Unsure(doubt, article, event, other)


def _is_live(event: Event, now: datetime) -> bool:
    return event.articles > 0 and event.last_at + IDLE.get(event.channel, IDLE["news"]) >= now


def say_not_same(session: Session, doubt: EventDoubt, person: Person, now: datetime) -> None:
    """Remember that two events are not one: nobody is asked again. ValueError where somebody answered already."""
    moving.one_at_a_time(session)
    hold(session, doubt)
    if doubt.answer is not None:
        raise ValueError("已经有人答过了，请刷新")
    two = two_of(session, doubt)
    if two is None:
        raise ValueError("两个话题已经合并，请刷新")
    event, other = two
    moving.tell_apart(session, event, other, person, now)
    _answer(session, event, other, NOT_SAME, person, now)
    facts = {"doubt": doubt.id, "other": other.id}
    journal.record(session, f"person-{person.id}", "tell_events_apart", f"event-{event.id}", now, **facts)


def two_of(session: Session, doubt: EventDoubt) -> tuple[Event, Event] | None:
    """Return the two events of a doubt as they are now, its article's first; None where they are one by now."""
    article = session.get_one(Article, doubt.article_id, populate_existing=True)
    event = session.get(Event, article.event_id) if article.event_id is not None else None
    other = moving.final(session, session.get_one(Event, doubt.other_id))
    return (event, other) if event is not None and event.id != other.id else None


def say_same(session: Session, one: Event, other: Event, person: Person, now: datetime) -> None:
    """Answer what was asked about two events that a person merges."""
    _answer(session, one, other, SAME, person, now)


def _answer(session: Session, one: Event, other: Event, answer: str, person: Person, now: datetime) -> None:
    for doubt in _between(session, one, other):
        if doubt.answer is None:
            doubt.answer, doubt.answered_at, doubt.answered_by = answer, now, person.id
    session.flush()
