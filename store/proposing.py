"""Leads as the system proposes them: opened once for an event, raised once, woken once; never a clock restarted."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import CaseState, LeadState, Level, duties_of, is_stale, start_of
from domain.verdict import Opens
from store import assignments, deadlines, journal, judging, tickets, upward
from store.db import hold
from store.people import unit_named
from store.tables.articles import Article, Judged
from store.tables.cases import Lead
from store.tables.events import Event

STALE_REASON = {"words": "首次看到时已超过72小时，只列线索不发通知", "weight": 0, "about": "age", "span": None}


def propose(
    session: Session, event: Event, article: Article, verdict: Judged, now: datetime, *, anew: bool = False
) -> Lead | None:
    """Open, or raise, the lead an article asks for; None where it asks for nothing or its event has one already.

    Called in the transaction of the grouping: an event has at most one open lead or case. A provisional verdict raises
    an open lead to a suspected emergency and starts its clocks; late articles never restart one. A judged matter asks
    anew only where its case is closed, or where it was not taken for an emergency and now looks like one. An article
    older than 72 h at first sight does neither; a fresh one wakes a lead that such an article had opened quietly. A
    ticket always asks: its number and limit go to the open lead, or as one more limit to the case. `anew` asks whatever
    was judged before: the event is no longer what was judged.
    """
    if verdict.opens == Opens.NONE and not tickets.is_ticket(article):
        return None
    stale = not tickets.is_ticket(article) and is_stale(
        article.published_at, article.first_seen_at, date_only=article.date_only
    )
    provisional = verdict.opens == Opens.PROVISIONAL and not stale
    known = lead_of_event(session, event.id)
    if known is not None:
        hold(session, known)
    if known is None or anew or _asks_anew(session, known, provisional, ticket=tickets.is_ticket(article)):
        return _open(session, event, article, verdict, now, quiet=stale)
    if tickets.is_ticket(article):
        _add_ticket(session, known, article, now)
    if known.state != LeadState.OPEN or stale:
        return None
    if provisional and not known.suspected:
        return _raise(session, known, article, verdict, now)
    return _wake(session, known, article, verdict, now) if known.quiet else None


def _add_ticket(session: Session, known: Lead, article: Article, now: datetime) -> None:
    case = assignments.going_on(session, known.case)
    if known.state == LeadState.OPEN:
        tickets.add_to_lead(session, known, article, now)
    elif case is not None:
        tickets.add_to_case(session, case, article, now)


def _asks_anew(session: Session, known: Lead, provisional: bool, *, ticket: bool) -> bool:
    """Return whether a judged lead's event needs a person again: its case is closed, it turns into an emergency, or a
    ticket came for what was dismissed.

    For a merged case the one that goes on counts.
    """
    case = assignments.going_on(session, known.case)
    if known.state == LeadState.OPEN:
        return False
    if (case is None and ticket) or (case is not None and case.state == CaseState.CLOSED):
        return True
    return provisional and not known.suspected and not (case is not None and case.emergency)


def _open(session: Session, event: Event, article: Article, verdict: Judged, now: datetime, *, quiet: bool) -> Lead:
    lead = _lead_of(session, event, article, verdict, now, quiet=quiet)
    session.add(lead)
    session.flush()
    journal.record(session, "system", "propose", f"lead-{lead.id}", now, article=article.id, opens=verdict.opens)
    if not lead.quiet:
        judging.ask(session, lead, now)
    if lead.suspected:
        start_provisionally(session, lead, now)
        upward.start_limit(session, lead, now)
    return lead


def _lead_of(session: Session, event: Event, article: Article, verdict: Judged, now: datetime, *, quiet: bool) -> Lead:
    suspected = verdict.opens == Opens.PROVISIONAL and not quiet
    unit = unit_named(session, verdict.sections[0] if verdict.sections else None)
    return Lead(
        event_id=event.id,
        article_id=article.id,
        title=article.title or article.body[:40],
        channel=tickets.channel_of(article),
        given_number=article.number if tickets.is_ticket(article) else None,
        given_limit=article.limit_at if tickets.is_ticket(article) else None,
        suspected=suspected,
        quiet=quiet,
        first_posted_at=first_posted(session, event.id),
        detected_at=article.first_seen_at,
        proposed_at=now,
        unit_id=unit.id if unit else None,
        level=str(level_of(verdict)),
        seal_id=article.seal_id,
        reasons=[*verdict.reasons, *([STALE_REASON] if quiet else [])],
    )


def lead_of_event(session: Session, event_id: int) -> Lead | None:
    """Return the open lead of an event, else its newest, judged or not: a merged event may have older ones too."""
    order = ((Lead.state == str(LeadState.OPEN)).desc(), Lead.id.desc())
    return session.scalars(select(Lead).where(Lead.event_id == event_id).order_by(*order).limit(1)).first()


def level_of(verdict: Judged) -> Level:
    """Return the level the system proposes: red for a suspected I/II emergency, orange for another, yellow else."""
    if verdict.opens == Opens.PROVISIONAL:
        return Level.RED
    if verdict.emergency >= 0.5:
        return Level.ORANGE
    return Level.YELLOW if verdict.sentiment == "negative" else Level.BLUE


def first_posted(session: Session, event_id: int) -> datetime | None:
    """Return when the first article of an event's present matter was published; a day alone does not count.

    What was seen before an earlier lead of the event was judged belongs to that lead's matter.
    """
    judged = session.scalar(select(func.max(Lead.judged_at)).where(Lead.event_id == event_id))
    asked = select(func.min(Article.published_at)).where(Article.event_id == event_id, Article.date_only.is_(False))
    return session.scalar(asked if judged is None else asked.where(Article.first_seen_at > judged))


def start_provisionally(session: Session, lead: Lead, now: datetime) -> None:
    """Start the 5 h and 24 h clocks of a suspected I/II emergency at once, before anybody confirmed it.

    The limit on a ticket runs beside them.
    """
    start = start_of(detected=lead.detected_at, first_posted=lead.first_posted_at)
    for code in duties_of(emergency=True, channel=lead.channel):
        deadlines.write_duty(session, lead, code, start.at, now)


def _raise(session: Session, lead: Lead, article: Article, verdict: Judged, now: datetime) -> Lead:
    """Raise an open lead to a suspected emergency: its confirmation is asked for anew, on the shorter ladder."""
    lead.suspected, lead.level = True, str(Level.RED)
    _show(session, lead, article, verdict)
    for deadline in lead.deadlines:
        deadlines.void(session, deadline, now, None, "升级为疑似突发事件，重新计时")
    journal.record(session, "system", "raise", f"lead-{lead.id}", now, article=article.id)
    judging.ask(session, lead, now)
    start_provisionally(session, lead, now)
    upward.start_limit(session, lead, now)
    return lead


def _wake(session: Session, lead: Lead, article: Article, verdict: Judged, now: datetime) -> Lead:
    """Ask for the judgement of a quiet lead that is being written about now."""
    _show(session, lead, article, verdict)
    journal.record(session, "system", "wake", f"lead-{lead.id}", now, article=article.id)
    judging.ask(session, lead, now)
    return lead


def _show(session: Session, lead: Lead, article: Article, verdict: Judged) -> None:
    """Let an open lead rest on another article: what it asks for now was found with that one, T0 stays the earliest."""
    said = [reason for reason in lead.reasons if reason["about"] == "entered"]
    lead.article_id, lead.title, lead.reasons, lead.quiet = (
        article.id,
        article.title or lead.title,
        [*said, *verdict.reasons],
        False,
    )
    posted = first_posted(session, lead.event_id) if lead.event_id is not None else None
    lead.first_posted_at = min(at for at in (posted, lead.first_posted_at, lead.detected_at) if at is not None)
    lead.detected_at = article.first_seen_at
    session.flush()
