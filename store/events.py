"""Events: what the grouping decided, written together with the lead it proposes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import leads
from store.articles import verdict_of
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.events import Event


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the index decided of one article; `copy_of` is the id of the original."""

    key: str
    copy_of: int | None
    similarity: float


def put(session: Session, article: Article, grouping: Grouping, now: datetime) -> tuple[Event, Lead | None]:
    """Put an article into its event and propose the lead it asks for, in the caller's transaction."""
    event = session.scalars(select(Event).where(Event.key == grouping.key).with_for_update(key_share=True)).first()
    if event is None:
        at = article.published_at or article.first_seen_at
        event = Event(
            key=grouping.key, title=article.title or article.body[:40], channel=article.channel, first_at=at, last_at=at
        )
        session.add(event)
        session.flush()
    article.event_id, article.copy_of, article.similarity = event.id, grouping.copy_of, grouping.similarity
    _count(event, article)
    session.flush()
    verdict = verdict_of(article)
    return event, leads.propose(session, event, article, verdict, now) if verdict else None


def _count(event: Event, article: Article) -> None:
    at = article.published_at or article.first_seen_at
    event.first_at, event.last_at = min(event.first_at, at), max(event.last_at, at)
    event.articles += 1
    event.copies += article.copy_of is not None


def listed(session: Session, limit: int = 50) -> list[Event]:
    """Return events, the latest first."""
    return list(session.scalars(select(Event).order_by(Event.last_at.desc(), Event.id.desc()).limit(limit)))
