"""Questions of the screens about events that people merge and split: their articles, their matter, which are alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.regroup import alike
from store import assignments
from store.matters import matter_of_event
from store.simple import spellings
from store.tables.articles import Article
from store.tables.cases import Case, Lead
from store.tables.events import Event

ARTICLES = 500
"""So many of the latest articles of an event are listed."""
LOOKED_AT = 400
"""Among so many of the latest events those alike are looked for."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One event as another one's page shows it: its lead or case, and its latest articles."""

    event: Event
    lead: Lead | None
    case: Case | None
    latest: Sequence[Article]


@dataclass(frozen=True, slots=True)
class Original:
    """One article of an event with the copies that go with it."""

    article: Article
    copies: Sequence[Article]


def brief(session: Session, event: Event, articles: int = 3) -> Brief:
    """Return an event with what is being done about it and its latest articles."""
    lead = matter_of_event(session, event.id)
    asked = select(Article).where(Article.event_id == event.id).options(joinedload(Article.source))
    latest = session.scalars(asked.order_by(Article.copy_of.is_not(None), Article.id.desc()).limit(articles)).all()
    return Brief(event, lead, assignments.going_on(session, lead.case) if lead else None, latest)


def originals(session: Session, event_id: int) -> list[Original]:
    """Return the articles of an event, the latest first, copies under their originals; `ARTICLES` at most."""
    asked = select(Article).where(Article.event_id == event_id).options(joinedload(Article.source))
    found = list(session.scalars(asked.order_by(Article.id.desc()).limit(ARTICLES)))
    here = {article.id: article for article in found}
    copies: dict[int, list[Article]] = {}
    for article in found:
        root = _root(article, here)
        if root is not article:
            copies.setdefault(root.id, []).append(article)
    return [Original(article, copies.get(article.id, ())) for article in found if _root(article, here) is article]


def _root(article: Article, here: dict[int, Article]) -> Article:
    while article.copy_of in here:
        article = here[article.copy_of]
    return article


def alike_events(session: Session, event: Event, words: str, limit: int = 8) -> list[Event]:
    """Return other events: the latest of those whose titles hold all `words`; without words the likest first."""
    asked = select(Event).where(Event.merged_into.is_(None), Event.id != event.id, Event.articles > 0)
    for word in words.split():
        said = (Event.title.icontains(one, autoescape=True) for one in spellings(word))
        asked = asked.where(or_(*said))
    latest = asked.order_by(Event.last_at.desc(), Event.id.desc())
    if words.split():
        return list(session.scalars(latest.limit(limit)))
    found = session.scalars(latest.limit(LOOKED_AT)).all()
    return sorted(found, key=lambda other: alike(event.title, other.title), reverse=True)[:limit]


def briefs(session: Session, events: Iterable[Event]) -> list[Brief]:
    """Return events as `brief` does, without their articles."""
    return [brief(session, event, 0) for event in events]
