"""Articles of events: which event holds one now, moving them, counting anew, and telling the index that they moved."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from domain.regroup import pair
from store import heat
from store.db import hold, insert_into
from store.office import next_number
from store.tables.articles import Article
from store.tables.events import Event, EventApart, EventChange
from store.tables.office import Number
from store.tables.people import Person

SERIES = "regroup"


def one_at_a_time(session: Session) -> None:
    """Let people's changes to events follow one another: two that want the same two events never wait in a circle.

    Called before any event is locked. The grouping goes from a merged event to that it was merged into; whoever locks
    both does it in this order, too.
    """
    next_number(session, SERIES)


def final(session: Session, event: Event) -> Event:
    """Return the event that goes on for a merged one, else the event itself."""
    while event.merged_into is not None:
        event = session.get_one(Event, event.merged_into)
    return event


def held_final(session: Session, event: Event) -> Event:
    """Return the event that goes on for one, locked until the transaction ends and read as it is now."""
    while True:
        event = final(session, event)
        hold(session, event)
        if event.merged_into is None:
            return event


def held_event_of(session: Session, article: Article) -> Event | None:
    """Return the event that holds an article now, locked; None where it is in none. People may have moved it."""
    while article.event_id is not None:
        event = held_final(session, session.get_one(Event, article.event_id))
        session.refresh(article, ["event_id"])
        if article.event_id == event.id:
            return event
    return None


def family(session: Session, event_id: int) -> set[int]:
    """Return the id of an event and of all that were merged into it, directly or through another."""
    found, new = {event_id}, {event_id}
    while new:
        new = set(session.scalars(select(Event.id).where(Event.merged_into.in_(new)))) - found
        found |= new
    return found


def copies_by_article(session: Session, event_id: int) -> dict[int, int | None]:
    """Return the articles of an event with the original each is a copy of, in the order they came."""
    asked = select(Article.id, Article.copy_of).where(Article.event_id == event_id).order_by(Article.id)
    return dict(session.execute(asked).all())


def move(session: Session, article_ids: Collection[int], to: Event) -> None:
    """Put articles into an event; the caller counts both anew."""
    moved = update(Article).where(Article.id.in_(article_ids)).values(event_id=to.id)
    session.execute(moved.execution_options(synchronize_session="fetch"))


def recount(session: Session, now: datetime, *events: Event) -> None:
    """Count the articles of events anew, with copies, first and last; name one whose first article went by its first.

    The index takes them in anew, and their heat is asked for.
    """
    number = next_number(session, SERIES)
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    for event in events:
        asked = select(func.count(), func.count(Article.copy_of), func.min(at), func.max(at))
        articles, copies, first, last = session.execute(asked.where(Article.event_id == event.id)).one()
        event.articles, event.copies, event.regrouped = articles, copies, number
        heat.wake(event, now)
        if articles:
            event.first_at, event.last_at = first, last
            _name(session, event)
    session.flush()


def _name(session: Session, event: Event) -> None:
    titled = select(Article.title, Article.body).where(Article.event_id == event.id).order_by(Article.id).limit(1)
    title, body = session.execute(titled).one()
    named = session.scalar(
        select(Article.id).where(Article.event_id == event.id, Article.title == event.title).limit(1)
    )
    if named is None:
        event.title = title or body[:40]


def latest_change(session: Session) -> int:
    """Return the number of the latest change people made to events; 0 where they made none. One row is read."""
    row = session.get(Number, SERIES, populate_existing=True)
    return row.last if row else 0


def changed_since(session: Session, number: int) -> list[str]:
    """Return the keys of the events people changed after a change's number, and of those merged into them."""
    changed = session.scalars(select(Event.id).where(Event.regrouped > number)).all()
    ids = {one for id_ in changed for one in family(session, id_)}
    return list(session.scalars(select(Event.key).where(Event.id.in_(ids)).order_by(Event.id)))


def merged_keys(session: Session) -> dict[str, str]:
    """Return by the key of each merged event that of the event that goes on for it."""
    merged = session.scalars(select(Event).where(Event.merged_into.is_not(None)).order_by(Event.id))
    return {event.key: final(session, event).key for event in merged}


def parts(session: Session) -> dict[int, tuple[str, str]]:
    """Return by article the key of the merged event it came with, and that of the event that goes on for it.

    Where it was merged more than once the first counts. Later articles, and those that people moved since, are told by
    the event they are in.
    """
    asked = select(EventChange).where((EventChange.kind == "merge") == EventChange.undone_at.is_(None))
    found: dict[int, tuple[str, str]] = {}
    for change in session.scalars(asked.order_by(EventChange.id.desc())):
        part = session.get_one(Event, change.from_id if change.kind == "merge" else change.to_id)
        if part.merged_into is not None:
            found |= dict.fromkeys(change.facts["articles"], (part.key, final(session, part).key))
    return found


def tell_apart(session: Session, one: Event, other: Event, person: Person, now: datetime) -> None:
    """Remember that two events are not one: nobody is asked again, and no text of the one is put into the other."""
    first, second = pair(one.id, other.id)
    new = insert_into(session, EventApart).values(one_id=first, other_id=second, at=now, by=person.id)
    session.execute(new.on_conflict_do_nothing(index_elements=["one_id", "other_id"]))
    one.regrouped = next_number(session, SERIES)
    session.flush()


def tell_together(session: Session, one: Event, other: Event) -> None:
    """Forget what told two events, or those merged into them, apart."""
    for apart in _between(session, family(session, one.id), family(session, other.id)):
        session.delete(apart)
    session.flush()


def are_apart(session: Session, one: Event, other: Event) -> bool:
    """Return whether a person told two events, or events merged into them, apart."""
    if one.id == other.id:
        return False
    return bool(_between(session, family(session, one.id), family(session, other.id)))


def _between(session: Session, ones: Iterable[int], others: Iterable[int]) -> list[EventApart]:
    ones, others = list(ones), list(others)
    forth = EventApart.one_id.in_(ones) & EventApart.other_id.in_(others)
    back = EventApart.one_id.in_(others) & EventApart.other_id.in_(ones)
    return list(session.scalars(select(EventApart).where(or_(forth, back))))


def apart_keys(session: Session, since: datetime) -> dict[str, set[str]]:
    """Return by event key the keys of events told apart from it since an instant, for the index."""
    found: dict[str, set[str]] = {}
    for apart in session.scalars(select(EventApart).where(EventApart.at >= since)):
        one, other = (final(session, session.get_one(Event, id_)) for id_ in (apart.one_id, apart.other_id))
        if one.id != other.id:
            found.setdefault(one.key, set()).add(other.key)
            found.setdefault(other.key, set()).add(one.key)
    return found
