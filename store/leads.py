"""Leads, proposed by the system or entered by hand, confirmed or dismissed by a person."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import ITEM_CHANNELS, CaseState, LeadState, Level, duties_of, start_of
from domain.regroup import earliest
from domain.workdays import beijing_day
from store import assignments, deadlines, journal, judging, seals, tickets, upward, warnings
from store.db import hold
from store.office import next_number
from store.proposing import first_posted
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Lead
from store.tables.people import Person, Unit


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
    about = about or seals.about(session, lead.seal_id)
    assignments.refuse_about(unit, about)
    if lead.event_id is not None:
        # Never later than it was: the article that was the first may have been split off since.
        lead.first_posted_at = earliest([lead.first_posted_at, first_posted(session, lead.event_id)])
    lead.state, lead.judged_at, lead.judged_by, lead.occurred_at = str(LeadState.CONFIRMED), now, person.id, occurred_at
    said = {
        "title": lead.title if lead.seal_id else title or lead.title,
        "seal_id": lead.seal_id,
        "level": str(level),
        "emergency": emergency,
        "unit_id": unit.id,
    }
    case = _case_of(session, lead, person, now, **said, about_unit_id=about.id if about else None)
    session.add(case)
    session.flush()
    session.refresh(lead, ["case", "deadlines"])
    journal.record(session, f"person-{person.id}", "confirm", f"lead-{lead.id}", now, case=case.id, emergency=emergency)
    warnings.decided(session, lead, level, person, now)
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
        elif deadline.state == "open" and not _stays(deadline, wanted, case.t0):
            deadlines.void(session, deadline, now, person.id, "研判后重新计时")
        elif deadline.state == "open":
            running.add(deadline.rule)
            deadlines.tell_again(session, deadline, now)
    for code in wanted:
        if code not in running:
            deadlines.write_duty(session, lead, code, case.t0, now)
    session.refresh(lead, ["deadlines"])
    deadlines.hand_to_case(session, lead, case)


def _stays(deadline: Deadline, wanted: Collection[str], t0: datetime) -> bool:
    """Return whether a provisional clock goes on in the case: the limit on a ticket stands there, whatever T0 is."""
    return deadline.rule in wanted and (deadline.rule in tickets.RULES.values() or deadline.start_at == t0)


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
    if lead.seal_id is not None:
        seals.shut_later(session, lead, lead.seal_id)
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
    article: Article | None = None,
) -> Lead:
    """Open a lead by hand (来电、截图、转告). `number` and `limit` are those written on a ticket or document.

    `article` is the one it was entered with; see store.entering. ValueError as of `check`.
    """
    check(title, channel, number, limit)
    words = f"人工录入：{text.strip()[:200]}" if text.strip() else "人工录入"
    lead = Lead(
        seal_id=article.seal_id if article else None,
        event_id=article.event_id if article else None,
        article_id=article.id if article else None,
        first_posted_at=article.published_at if article and not article.date_only else None,
        title=title.strip(),
        channel=channel,
        detected_at=now,
        proposed_at=now,
        level=str(Level.YELLOW),
        unit_id=unit.id if unit else None,
        given_number=number.strip()[:100] or None if channel in ITEM_CHANNELS else None,
        given_limit=limit if channel in ITEM_CHANNELS else None,
        reasons=[{"words": words, "weight": 0, "about": "entered", "span": None}],
    )
    session.add(lead)
    session.flush()
    journal.record(session, f"person-{person.id}", "enter", f"lead-{lead.id}", now)
    judging.ask(session, lead, now)
    return lead


def check(title: str, channel: str, number: str, limit: datetime | None) -> None:
    """Raise ValueError without a title, or where a hotline ticket or an item handed down lacks number or limit."""
    if not title.strip():
        raise ValueError("请写一个标题")
    if channel in ITEM_CHANNELS and (not number.strip() or limit is None):
        raise ValueError(f"{ITEM_CHANNELS[channel]}要写明编号和上面的办理时限")


def open_leads(session: Session) -> list[Lead]:
    """Return the leads that wait for a person: suspected emergencies first, quiet ones last, then the oldest."""
    asked = select(Lead).where(Lead.state == str(LeadState.OPEN))
    return list(session.scalars(asked.order_by(Lead.suspected.desc(), Lead.quiet, Lead.proposed_at)))
