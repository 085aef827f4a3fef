"""Questions about single matters for the screens: articles of an event, copies, duties, notices."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.case import CaseState, LeadState
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Lead
from store.tables.events import Event
from store.tables.handling import Assignment
from store.tables.notices import Digest, Notice

MOST = 200


def cases_listed(session: Session, *, closed: bool | None, unit_id: int | None, limit: int, offset: int) -> list[Case]:
    """Return cases, the newest number first;

    `closed` None for all, `unit_id` None for every unit, else those it leads or helps with. Duties are loaded.
    """
    asked = select(Case).options(joinedload(Case.unit), selectinload(Case.deadlines))
    if closed is not None:
        asked = asked.where((Case.state == str(CaseState.CLOSED)) == closed)
    if unit_id is not None:
        helped = select(Assignment.case_id).where(Assignment.unit_id == unit_id, Assignment.ended_at.is_(None))
        asked = asked.where((Case.unit_id == unit_id) | Case.id.in_(helped))
    asked = asked.order_by(Case.year.desc(), Case.number.desc()).limit(limit).offset(offset)
    return list(session.scalars(asked))


def articles_of(session: Session, event_id: int | None, limit: int = MOST) -> list[Article]:
    """Return the articles of an event, the earliest seen first; none without an event."""
    if event_id is None:
        return []
    asked = select(Article).where(Article.event_id == event_id).options(joinedload(Article.source))
    return list(session.scalars(asked.order_by(Article.first_seen_at, Article.id).limit(limit)))


def load_details(session: Session, articles: Iterable[Article]) -> None:
    """Load source and verdicts of articles in two questions instead of two for each."""
    ids = [article.id for article in articles]
    asked = select(Article).where(Article.id.in_(ids))
    session.scalars(asked.options(joinedload(Article.source), selectinload(Article.judged))).all()


def copies_of(session: Session, article_ids: Iterable[int]) -> dict[int, int]:
    """Return how many copies each article has, by article; articles without any are left out."""
    asked = select(Article.copy_of, func.count()).where(Article.copy_of.in_(list(article_ids)))
    return {copied: number for copied, number in session.execute(asked.group_by(Article.copy_of)) if copied}


def matter_of_event(session: Session, event_id: int | None) -> Lead | None:
    """Return the open lead of an event, else its newest with its case, None without."""
    if event_id is None:
        return None
    asked = select(Lead).where(Lead.event_id == event_id).options(joinedload(Lead.case))
    order = ((Lead.state == str(LeadState.OPEN)).desc(), Lead.id.desc())
    return session.scalars(asked.order_by(*order).limit(1)).first()


def event(session: Session, event_id: int | None) -> Event | None:
    """Return an event."""
    return session.get(Event, event_id) if event_id is not None else None


def leads_judged(session: Session, limit: int = 50) -> list[Lead]:
    """Return the leads a person has judged, the latest first."""
    asked = select(Lead).where(Lead.state != "open").options(joinedload(Lead.case))
    return list(session.scalars(asked.order_by(Lead.judged_at.desc()).limit(limit)))


def notices_for(session: Session, person_id: int, limit: int = 50) -> list[Notice]:
    """Return the notices to one person, the newest first."""
    asked = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    return list(session.scalars(asked.limit(limit)))


def deadlines_of(session: Session, lead_id: int) -> list[Deadline]:
    """Return the duties of a matter with their rungs, void ones last, then by due time."""
    asked = select(Deadline).where(Deadline.lead_id == lead_id).options(selectinload(Deadline.stages))
    return list(session.scalars(asked.order_by(Deadline.state == "void", Deadline.due_at, Deadline.id)))


def digests(session: Session, limit: int = 60) -> list[Digest]:
    """Return the digests, the newest first."""
    return list(session.scalars(select(Digest).order_by(Digest.day.desc()).limit(limit)))
