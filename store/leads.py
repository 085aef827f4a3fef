"""Leads: proposed by the system or entered by hand, then confirmed or dismissed by a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import ITEM_CHANNELS, CaseState, LeadState, Level, duties_of, is_stale, start_of
from domain.verdict import Opens
from domain.workdays import beijing_day
from store import assignments, deadlines, journal, upward
from store.db import hold
from store.office import next_number
from store.people import unit_named
from store.tables.articles import Article, Judged
from store.tables.cases import Case, Lead
from store.tables.events import Event
from store.tables.people import Person, Unit

STALE_REASON = {"words": "首次看到时已超过72小时，只列线索不发通知", "weight": 0, "about": "age", "span": None}


def propose(session: Session, event: Event, article: Article, verdict: Judged, now: datetime) -> Lead | None:
    """Open, or raise, the lead an article asks for; None where it asks for nothing or its event has one already.

    Called in the transaction of the grouping: an event has at most one open lead or case. A provisional verdict raises
    an open lead to a suspected emergency and starts its clocks; late articles never restart one. A judged matter asks
    anew only where its case is closed, or where it was not taken for an emergency and now looks like one. An article
    older than 72 h at first sight does neither; a fresh one wakes a lead that such an article had opened quietly.
    """
    if verdict.opens == Opens.NONE:
        return None
    stale = is_stale(article.published_at, article.first_seen_at, date_only=article.date_only)
    provisional = verdict.opens == Opens.PROVISIONAL and not stale
    known = lead_of_event(session, event.id)
    if known is not None:
        hold(session, known)
    if known is None or _asks_anew(session, known, provisional):
        return _open(session, event, article, verdict, now, quiet=stale)
    if known.state != LeadState.OPEN or stale:
        return None
    if provisional and not known.suspected:
        return _raise(session, known, article, verdict, now)
    return _wake(session, known, article, verdict, now) if known.quiet else None


def _asks_anew(session: Session, known: Lead, provisional: bool) -> bool:
    """Return whether a judged lead's event needs a person again: its case is closed, or it turns into an emergency.

    For a merged case the one that goes on counts.
    """
    case = assignments.going_on(session, known.case)
    if known.state == LeadState.OPEN:
        return False
    if case is not None and case.state == CaseState.CLOSED:
        return True
    return provisional and not known.suspected and not (case is not None and case.emergency)


def _open(session: Session, event: Event, article: Article, verdict: Judged, now: datetime, *, quiet: bool) -> Lead:
    lead = _lead_of(session, event, article, verdict, now, quiet=quiet)
    session.add(lead)
    session.flush()
    journal.record(session, "system", "propose", f"lead-{lead.id}", now, article=article.id, opens=verdict.opens)
    if not lead.quiet:
        deadlines.write_deadline(
            session, lead, "LEAD_CONFIRM", now, now, ladder="suspected" if lead.suspected else "lead"
        )
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
        channel=article.channel,
        suspected=suspected,
        quiet=quiet,
        first_posted_at=first_posted(session, event.id),
        detected_at=article.first_seen_at,
        proposed_at=now,
        unit_id=unit.id if unit else None,
        level=str(level_of(verdict)),
        reasons=[*verdict.reasons, *([STALE_REASON] if quiet else [])],
    )


def lead_of_event(session: Session, event_id: int) -> Lead | None:
    """Return the newest lead of an event, judged or not."""
    return session.scalars(select(Lead).where(Lead.event_id == event_id).order_by(Lead.id.desc()).limit(1)).first()


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
    """Start the 5 h and 24 h clocks of a suspected I/II emergency at once, before anybody confirmed it."""
    start = start_of(detected=lead.detected_at, first_posted=lead.first_posted_at)
    for code in duties_of(emergency=True, channel=lead.channel):
        deadlines.write_deadline(session, lead, code, start.at, now, ladder="duty")


def _raise(session: Session, lead: Lead, article: Article, verdict: Judged, now: datetime) -> Lead:
    """Raise an open lead to a suspected emergency: its confirmation is asked for anew, on the shorter ladder."""
    lead.suspected, lead.level = True, str(Level.RED)
    _show(session, lead, article, verdict)
    for deadline in lead.deadlines:
        deadlines.void(session, deadline, now, None, "升级为疑似突发事件，重新计时")
    journal.record(session, "system", "raise", f"lead-{lead.id}", now, article=article.id)
    deadlines.write_deadline(session, lead, "LEAD_CONFIRM", now, now, ladder="suspected")
    start_provisionally(session, lead, now)
    upward.start_limit(session, lead, now)
    return lead


def _wake(session: Session, lead: Lead, article: Article, verdict: Judged, now: datetime) -> Lead:
    """Ask for the judgement of a quiet lead that is being written about now."""
    _show(session, lead, article, verdict)
    journal.record(session, "system", "wake", f"lead-{lead.id}", now, article=article.id)
    deadlines.write_deadline(session, lead, "LEAD_CONFIRM", now, now, ladder="lead")
    return lead


def _show(session: Session, lead: Lead, article: Article, verdict: Judged) -> None:
    """Let an open lead rest on another article: what it asks for now was found with that one, T0 stays the earliest."""
    lead.article_id, lead.title, lead.reasons, lead.quiet = (
        article.id,
        article.title or lead.title,
        list(verdict.reasons),
        False,
    )
    posted = first_posted(session, lead.event_id) if lead.event_id is not None else None
    lead.first_posted_at = min(at for at in (posted, lead.first_posted_at, lead.detected_at) if at is not None)
    lead.detected_at = article.first_seen_at
    session.flush()


def confirm(
    session: Session,
    lead: Lead,
    person: Person,
    now: datetime,
    *,
    unit: Unit,
    level: Level,
    emergency: bool,
    occurred_at: datetime | None = None,
    title: str | None = None,
    about: Unit | None = None,
) -> Case:
    """Make a case of an open lead, in one transaction: its number, its T0, its deadlines with all their rungs.

    A suspected emergency confirmed as such keeps the clocks that run; regraded to none of I/II they become void and
    the ordinary limit is written. `about` is the unit the matter is about, which never leads it. ValueError if it
    would, if the lead was judged already or `occurred_at` lies in the future.
    """
    hold(session, lead)
    if lead.state != LeadState.OPEN:
        raise ValueError("这条线索已经研判过，请刷新")
    if occurred_at is not None and occurred_at > now:
        raise ValueError("事发时间不能晚于现在")
    assignments.refuse_about(unit, about)
    if lead.event_id is not None:
        lead.first_posted_at = first_posted(session, lead.event_id)
    lead.state, lead.judged_at, lead.judged_by, lead.occurred_at = str(LeadState.CONFIRMED), now, person.id, occurred_at
    said = {"title": title or lead.title, "level": str(level), "emergency": emergency, "unit_id": unit.id}
    case = _case_of(session, lead, person, now, **said, about_unit_id=about.id if about else None)
    session.add(case)
    session.flush()
    session.refresh(lead, ["case", "deadlines"])
    journal.record(session, f"person-{person.id}", "confirm", f"lead-{lead.id}", now, case=case.id, emergency=emergency)
    assignments.assign_lead(session, case, unit, person, now)
    _settle_clocks(session, lead, case, now, person)
    if emergency:
        upward.start_limit(session, lead, now)
    return case


def _case_of(session: Session, lead: Lead, person: Person, now: datetime, **said: Any) -> Case:
    """Return the case of a lead with its number and its T0; `said` is what the person decided."""
    start = start_of(detected=lead.detected_at, first_posted=lead.first_posted_at, occurred=lead.occurred_at)
    year = beijing_day(now).year
    return Case(
        year=year,
        number=next_number(session, f"case-{year}"),
        lead_id=lead.id,
        event_id=lead.event_id,
        channel=lead.channel,
        state=str(CaseState.ASSIGNED),
        t0=start.at,
        t0_basis=start.basis,
        detected_at=lead.detected_at,
        opened_at=now,
        opened_by=person.id,
        **said,
    )


def _settle_clocks(session: Session, lead: Lead, case: Case, now: datetime, person: Person) -> None:
    """Meet the internal limit, keep or end the provisional clocks, write those that are missing."""
    wanted = duties_of(emergency=case.emergency, channel=case.channel)
    running = set()
    for deadline in lead.deadlines:
        if deadline.rule == "LEAD_CONFIRM" and deadline.state == "open":
            deadlines.meet(session, deadline, now, now, person.id, "judgement")
        elif case.emergency and deadline.ladder == "report":
            continue
        elif deadline.state == "open" and (deadline.rule not in wanted or deadline.start_at != case.t0):
            deadlines.void(session, deadline, now, person.id, "研判后重新计时")
        elif deadline.state == "open":
            running.add(deadline.rule)
            deadlines.tell_again(session, deadline, now)
    for code in wanted:
        if code not in running:
            deadlines.write_duty(session, lead, code, case.t0, now)
    session.refresh(lead, ["deadlines"])
    deadlines.hand_to_case(session, lead, case)


def dismiss(session: Session, lead: Lead, person: Person, now: datetime, why: str) -> None:
    """Dismiss an open lead (非本单位事项): its judging limit is met, its other clocks become void.

    ValueError without a reason or if it was judged already.
    """
    hold(session, lead)
    if lead.state != LeadState.OPEN:
        raise ValueError("这条线索已经研判过，请刷新")
    if not why.strip():
        raise ValueError("请写明理由")
    lead.state, lead.judged_at, lead.judged_by, lead.judgement = str(LeadState.DISMISSED), now, person.id, why.strip()
    for deadline in lead.deadlines:
        if deadline.rule == "LEAD_CONFIRM" and deadline.state == "open":
            deadlines.meet(session, deadline, now, now, person.id, "judgement")
        else:
            deadlines.void(session, deadline, now, person.id, "研判为非本单位事项")
    journal.record(session, f"person-{person.id}", "dismiss", f"lead-{lead.id}", now)


def enter(
    session: Session,
    person: Person,
    now: datetime,
    *,
    title: str,
    text: str,
    channel: str,
    unit: Unit | None,
    number: str = "",
    limit: datetime | None = None,
) -> Lead:
    """Open a lead by hand (来电、截图、转告). `number` and `limit` are those written on a ticket or document.

    ValueError without a title, or where a hotline ticket or an item handed down comes without number or limit.
    """
    if not title.strip():
        raise ValueError("请写一个标题")
    if channel in ITEM_CHANNELS and (not number.strip() or limit is None):
        raise ValueError(f"{ITEM_CHANNELS[channel]}要写明编号和上面的办理时限")
    lead = Lead(
        title=title.strip(),
        channel=channel,
        detected_at=now,
        proposed_at=now,
        level=str(Level.YELLOW),
        unit_id=unit.id if unit else None,
        given_number=number.strip()[:100] or None if channel in ITEM_CHANNELS else None,
        given_limit=limit if channel in ITEM_CHANNELS else None,
        reasons=[{"words": f"人工录入：{text.strip()[:200]}", "weight": 0, "about": "entered", "span": None}],
    )
    session.add(lead)
    session.flush()
    journal.record(session, f"person-{person.id}", "enter", f"lead-{lead.id}", now)
    deadlines.write_deadline(session, lead, "LEAD_CONFIRM", now, now, ladder="lead")
    return lead


def open_leads(session: Session) -> list[Lead]:
    """Return the leads that wait for a person: suspected emergencies first, quiet ones last, then the oldest."""
    asked = select(Lead).where(Lead.state == str(LeadState.OPEN))
    return list(session.scalars(asked.order_by(Lead.suspected.desc(), Lead.quiet, Lead.proposed_at)))
