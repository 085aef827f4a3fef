"""Events: what the grouping decided, written together with the lead it proposes."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.event import APART, Sighting, elsewhere, same_emergency
from domain.org import Org
from domain.regroup import Doubt
from domain.verdict import EMERGENCY, Opens
from store import doubts, heat, joining, moving, proposing, tickets, volumes
from store.articles import counts, verdict_of
from store.tables.articles import Article, Judged
from store.tables.cases import Lead
from store.tables.events import Event
from store.tables.sources import Source

ENTRY = "entry"
"""The kind of the source of what people enter."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the index decided of one article; `copy_of` is the id of the original, `doubt` what a person should see."""

    key: str
    copy_of: int | None
    similarity: float
    doubt: Doubt | None = None


def put(session: Session, article: Article, grouping: Grouping, now: datetime) -> tuple[Event, Lead | None]:
    """Put an article into its event and propose the lead it asks for, in the caller's transaction.

    A lead the article was entered with belongs to the event from now on; a person's judgement of it is not asked anew.
    What people merged or moved meanwhile is followed.
    """
    event = _decided(session, article, grouping)
    if event is None:
        at = article.published_at or article.first_seen_at
        event = Event(
            key=grouping.key, title=article.title or article.body[:40], channel=article.channel, first_at=at, last_at=at
        )
        session.add(event)
        session.flush()
    new, verdict = article.event_id != event.id, verdict_of(article)
    article.event_id, article.copy_of, article.similarity = event.id, grouping.copy_of, grouping.similarity
    if new:
        _count(event, article)
        volumes.count(session, article, verdict)
        heat.wake(event, now)
    session.flush()
    if grouping.doubt is not None:
        doubts.note(session, article, event, grouping.doubt, now)
    entered = joining.join(session, event, article, verdict, now)
    if verdict is None or (entered is not None and entered.judged_by is not None):
        return event, None
    return event, proposing.propose(session, event, article, verdict, now)


def reconsider(session: Session, article: Article, now: datetime) -> Lead | None:
    """Propose what a later verdict of a grouped article asks for, in the caller's transaction; None for nothing.

    What was entered with a link is judged by the words beside it at once, and again when the page is there. A person's
    judgement of it is not asked anew, and a ticket keeps its one limit.
    """
    event, verdict = moving.held_event_of(session, article), verdict_of(article)
    if event is None:
        raise LookupError(f"article {article.id} is in no event")
    known = proposing.lead_of_event(session, event.id)
    judged = known is not None and known.judged_by is not None and known.article_id == article.id
    if verdict is None or judged or tickets.is_ticket(article):
        return None
    return proposing.propose(session, event, article, verdict, now)


def _decided(session: Session, article: Article, grouping: Grouping) -> Event | None:
    """Return the event the index decided for, locked, as people have it now; None for a new one.

    A copy goes with its original where a person told the two events apart meanwhile.
    """
    event = session.scalars(select(Event).where(Event.key == grouping.key)).first()
    original = session.get(Article, grouping.copy_of) if grouping.copy_of is not None else None
    if event is None:
        return None
    if original is not None and original.event_id is not None:
        other = moving.final(session, session.get_one(Event, original.event_id))
        event = other if moving.are_apart(session, moving.final(session, event), other) else event
    return moving.held_final(session, event)


def _count(event: Event, article: Article) -> None:
    at = article.published_at or article.first_seen_at
    event.first_at, event.last_at = min(event.first_at, at), max(event.last_at, at)
    event.articles += 1
    event.copies += article.copy_of is not None


def told_at(article: Article) -> datetime:
    """Return the time by which an article is compared: a date alone says less than when we saw it."""
    return article.first_seen_at if article.published_at is None or article.date_only else article.published_at


def same_matter(session: Session, article: Article, at: datetime, org: Org) -> str:
    """Return the key of the running event an emergency belongs to by unit, place and time; empty if there is none.

    Only emergencies are joined this way: their clocks must not start once for every witness. One whose unit is not
    known (the office gets what matches none) is joined to nothing.
    """
    verdict = verdict_of(article)
    if verdict is None or verdict.emergency < EMERGENCY:
        return ""
    mine = _sighting(verdict, at)
    if mine.section in ("", org.fallback):
        return ""
    asked = (
        select(Article, Judged, Event.key)
        .join(Judged, Judged.article_id == Article.id)
        .join(Event, Event.id == Article.event_id)
        .where(Article.seal_id.is_(None), Judged.emergency >= EMERGENCY, counts())
        .where(Article.first_seen_at >= at - 2 * APART)
        .order_by(Article.id.desc())
        .limit(500)
    )
    for other, judged, key in session.execute(asked):
        if same_emergency(mine, _sighting(judged, told_at(other)), org.wide_places):
            return str(key)
    return ""


def same_page(session: Session, article: Article) -> tuple[int, str] | None:
    """Return id and event key of the first article grouped that another source brought from the same address.

    None where there is none. What a vendor sums up in its own words is known by it; a site's front page is no article.
    """
    parts = urlsplit(article.link)
    if not parts.netloc or "#" in article.link or not (parts.path.strip("/") or parts.query):
        return None
    # Every source is named so that the index of source and link is used.
    asked = (
        select(Article.id, Event.key)
        .join(Event, Event.id == Article.event_id)
        .where(Article.source_id.in_(select(Source.id)), Article.link == article.link, Article.id != article.id)
        .where(Article.seal_id.is_(None))
        .order_by(Article.id)
        .limit(1)
    )
    found = session.execute(asked).first()
    return (found[0], found[1]) if found else None


def stands_alone(session: Session, article: Article, key: str, org: Org) -> bool:
    """Return whether an article must not join the event its words are alike to.

    That is so where it says nothing yet (a link whose page could not be had), and where it asks for a clock, or a
    person entered it, about another place: its clock does not begin with an old report from elsewhere, and what
    somebody wrote down is never lost in a matter elsewhere; people decide about 并案.
    """
    if not (article.title or article.body):
        return True
    verdict = verdict_of(article)
    if verdict is None or (verdict.opens == Opens.NONE and article.source.kind != ENTRY):
        return False
    asked = (
        select(Judged.place).join(Article, Article.id == Judged.article_id).join(Event, Event.id == Article.event_id)
    )
    named = {place for places in session.scalars(asked.where(Event.key == key)) for place in places}
    return elsewhere(verdict.place, named, org.wide_places)


def _sighting(verdict: Judged, at: datetime) -> Sighting:
    return Sighting(verdict.sections[0] if verdict.sections else "", frozenset(verdict.place), at)
