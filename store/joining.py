"""A lead entered by hand meets the event its article was grouped into: one matter has one lead."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.case import CaseState, LeadState
from store import assignments, deadlines, journal, seals
from store.db import hold
from store.people import unit_named
from store.proposing import first_posted, lead_of_event, level_of
from store.tables.articles import Article, Judged
from store.tables.cases import Lead
from store.tables.events import Event
from store.tables.handling import Attachment, UpwardReport
from store.tables.people import DutyEntry

WORDS = "与已有线索、事项为同一话题，已并入"
FOLLOW: tuple[type[Attachment] | type[DutyEntry] | type[UpwardReport], ...] = (Attachment, DutyEntry, UpwardReport)
"""What follows a lead that is merged into another."""


def join(session: Session, event: Event, article: Article, verdict: Judged | None, now: datetime) -> Lead | None:
    """Bring the lead an article was entered with into its event; return it, None where the article has none.

    Where the event has an open lead or a case that goes on, the entered lead is merged into that one, with its pictures
    and the duty log; a quiet lead of the event is merged into the entered one, which somebody waits for. A lead that
    was judged meanwhile takes its case along, unless the event has another matter: people decide about 并案.
    """
    own = (Lead.article_id == article.id, Lead.event_id.is_(None), Lead.state != str(LeadState.MERGED))
    lead = session.scalars(select(Lead).where(*own).order_by(Lead.id.desc()).limit(1)).first()
    if lead is None:
        return None
    known = lead_of_event(session, event.id)
    hold(session, *sorted((one for one in (lead, known) if one is not None), key=lambda one: one.id))
    if known is not None and _goes_on(session, known) and not (known.quiet and known.state == LeadState.OPEN):
        if lead.state == LeadState.OPEN:
            _merge(session, lead, known, now)
        return lead
    if known is not None and known.state == LeadState.OPEN and lead.state == LeadState.OPEN:
        _merge(session, known, lead, now)
    lead.event_id = event.id
    if lead.case is not None:
        lead.case.event_id = event.id
    if lead.state == LeadState.OPEN and verdict is not None:
        propose_beside(session, lead, article, verdict)
    session.flush()
    journal.record(session, "system", "join_event", f"lead-{lead.id}", now, event=event.id, article=article.id)
    return lead


def _goes_on(session: Session, known: Lead) -> bool:
    case = assignments.going_on(session, known.case)
    return known.state == LeadState.OPEN or (case is not None and case.state != CaseState.CLOSED)


def propose_beside(session: Session, lead: Lead, article: Article, verdict: Judged) -> None:
    """Put the verdict beside what the person wrote: unit, level and reasons; what the person chose stays."""
    if lead.unit_id is None and verdict.sections:
        unit = unit_named(session, verdict.sections[0])
        lead.unit_id = unit.id if unit else None
    if lead.title == article.link[:300]:
        lead.title = article.title or lead.title
    lead.level = str(level_of(verdict))
    if article.seal_id is not None and lead.seal_id is None:
        seals.shut_later(session, lead, article.seal_id)
    lead.reasons = [*lead.reasons, *verdict.reasons]
    if lead.event_id is not None:
        lead.first_posted_at = first_posted(session, lead.event_id)


def _merge(session: Session, lead: Lead, into: Lead, now: datetime) -> None:
    """End an open lead because another of the same event goes on; pictures, duty log and reports follow it."""
    lead.state, lead.judged_at, lead.judgement, lead.event_id = str(LeadState.MERGED), now, WORDS, None
    for deadline in lead.deadlines:
        deadlines.void(session, deadline, now, None, WORDS)
    for table in FOLLOW:
        session.execute(update(table).where(table.lead_id == lead.id).values(lead_id=into.id))
    session.flush()
    journal.record(session, "system", "merge_lead", f"lead-{lead.id}", now, into=into.id)
