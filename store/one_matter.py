"""One event has one open lead: those of merged events become one; no limit becomes later, and it can be taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.case import ITEM_CHANNELS, CaseState, LeadState
from domain.handling import taken_over
from domain.regroup import Waiting, earliest, goes_on
from domain.verdict import Opens
from store import assignments, deadlines, hasten, journal, merging, tickets
from store.articles import verdict_of
from store.db import hold
from store.joining import FOLLOW
from store.proposing import propose
from store.seasons import JUDGING
from store.tables.articles import Article, Judged
from store.tables.cases import Case, Deadline, Lead
from store.tables.events import Event
from store.tables.people import Person

WORDS = "两个话题合并，已并入同一话题的线索或事项"
Ended = dict[str, Any]
"""A lead that ended, in JSON: {"lead", "into", "home": event, "rests": whether its article was there, "clocks": [[id,
that of its copy or None]], "followed": {table: ids}}."""


def leads_of(session: Session, *events: Event) -> list[Lead]:
    """Return all leads of events, judged or not, the oldest first."""
    return list(session.scalars(select(Lead).where(Lead.event_id.in_([e.id for e in events])).order_by(Lead.id)))


def hold_leads(session: Session, *events: Event) -> list[Lead]:
    """Return all leads of events, locked in the order of their numbers."""
    leads = leads_of(session, *events)
    hold(session, *leads)
    return leads


def open_case(session: Session, lead: Lead) -> Case | None:
    """Return the case of a lead that goes on, for a merged one the other; None without, or where it is closed."""
    case = assignments.going_on(session, lead.case)
    return case if case is not None and case.state != CaseState.CLOSED else None


def is_live(session: Session, lead: Lead) -> bool:
    """Return whether a lead waits for a person or its case goes on."""
    return lead.state == LeadState.OPEN or open_case(session, lead) is not None


def running(session: Session, leads: Collection[Lead]) -> dict[str, datetime]:
    """Return until when the duties of leads, and of the cases that go on for them, have to be done, by rule."""
    cases = [case for lead in leads if (case := open_case(session, lead)) is not None]
    ids = {lead.id for lead in leads} | {case.lead_id for case in cases}
    return hasten.dues(session.scalars(select(Deadline).where(Deadline.lead_id.in_(ids))))


def unite(
    session: Session, event: Event, came: Collection[int], home: int, why: str, person: Person, now: datetime
) -> list[Ended]:
    """Let one open lead, and one of two cases, go on in an event to which the leads `came` from the event `home`.

    Cases are merged (并案), into the one that was here. Of open leads the one whose clocks run goes on; one that asks
    for no clocks its case has not goes into the case. Returns the leads that ended. A suspected emergency beside an
    ordinary case stays open: a person has to judge it, as where it had come into the event by itself.
    """
    leads = hold_leads(session, event)
    if not came:
        return []
    _unite_cases(session, leads, came, why, person, now)
    homes = {one.id: home if one.id in came else event.id for one in leads}
    ended = _one_waiting(session, leads, homes, came, person, now)
    lead = next((one for one in leads if one.state == LeadState.OPEN), None)
    case = next((case for one in leads if (case := open_case(session, one)) is not None), None)
    if lead is None or case is None or (lead.suspected and not case.emergency):
        return ended
    if (lead.id in came) != (case.lead_id in came):
        ended.append(_end(session, lead, case.lead, homes[lead.id], person, now))
        assignments.note_change(session, case, "merged", f"并入线索：{lead.title[:200]}", why, person, now)
    return ended


def one_waiting(session: Session, event: Event, person: Person, now: datetime) -> None:
    """Let one open lead of an event go on for the others, if it has several."""
    leads = hold_leads(session, event)
    _one_waiting(session, leads, {one.id: event.id for one in leads}, (), person, now)


def _one_waiting(
    session: Session,
    leads: Collection[Lead],
    homes: Mapping[int, int],
    came: Collection[int],
    person: Person,
    now: datetime,
) -> list[Ended]:
    waiting = {one.id: one for one in leads if one.state == LeadState.OPEN}
    if len(waiting) < 2:
        return []
    best = goes_on(Waiting(one.id, one.quiet, one.suspected, one.id not in came) for one in waiting.values())
    into = waiting.pop(best.id)
    return [_end(session, other, into, homes[other.id], person, now) for other in waiting.values()]


def _unite_cases(
    session: Session, leads: Collection[Lead], came: Collection[int], why: str, person: Person, now: datetime
) -> None:
    here = [case for one in leads if one.id not in came and (case := open_case(session, one)) is not None]
    for lead in leads if here else ():
        case = open_case(session, lead) if lead.id in came else None
        if case is not None and case.id != here[0].id:
            merging.merge(session, case, here[0], why, person, now)


def _end(session: Session, lead: Lead, into: Lead, home: int, person: Person, now: datetime) -> Ended:
    """End an open lead because another goes on, with all its clocks that are earlier; return what undoes it."""
    session.refresh(lead, ["deadlines"])
    session.refresh(into, ["deadlines", "case"])
    clocks = _carry(session, lead, into, person, now)
    _add_ticket(session, lead, into, now)
    if into.case is None:
        into.detected_at = min(into.detected_at, lead.detected_at)
        into.first_posted_at = earliest([into.first_posted_at, lead.first_posted_at])
    followed = {table.__tablename__: _follow(session, table, lead, into) for table in FOLLOW}
    article = session.get(Article, lead.article_id) if lead.article_id is not None else None
    rests = article is not None and article.event_id in (home, lead.event_id)
    lead.state, lead.judged_at, lead.judged_by = str(LeadState.MERGED), now, person.id
    lead.judgement, lead.event_id = WORDS, None
    session.flush()
    journal.record(session, f"person-{person.id}", "merge_lead", f"lead-{lead.id}", now, into=into.id)
    return {"lead": lead.id, "into": into.id, "home": home, "rests": rests, "clocks": clocks, "followed": followed}


def _carry(session: Session, lead: Lead, into: Lead, person: Person, now: datetime) -> list[list[int | None]]:
    """Let the clocks of a lead go on in the other where they are earlier than its own; its judging limit too.

    A lead that goes into a case is judged thereby. Returns each clock that ran, with its copy in the other.
    """
    ran = [one.id for one in lead.deadlines if one.state == "open"]
    by_id = {one.id: one for one in (*lead.deadlines, *into.deadlines)}
    for one in lead.deadlines if into.case is not None else ():
        if one.rule == JUDGING and one.state == "open":
            deadlines.meet(session, one, now, now, person.id, "judgement")
    # A judgement asked for earlier, and given, does not stand for the one that is asked for now.
    own = [one for one in into.deadlines if one.rule != JUDGING or one.state == "open"]
    copies: dict[int, int] = {}
    for taken in taken_over([merging.clock_of(one) for one in own], [merging.clock_of(one) for one in lead.deadlines]):
        if taken.instead is not None:
            deadlines.void(session, by_id[taken.instead], now, person.id, "两个话题合并，以更早的时限为准")
        copies[taken.id] = deadlines.carry(session, by_id[taken.id], into, now).id
    for one in lead.deadlines:
        deadlines.void(session, one, now, person.id, WORDS)
    session.refresh(into, ["deadlines"])
    return [[id_, copies.get(id_)] for id_ in ran]


def _add_ticket(session: Session, lead: Lead, into: Lead, now: datetime) -> None:
    """Let the number and the limit of a ticket go along; whose limit runs already was carried."""
    if lead.given_limit is None or lead.channel not in ITEM_CHANNELS:
        return
    rule = tickets.RULES[lead.channel]
    ran = any(one.rule == rule and one.given for one in lead.deadlines)
    if not ran and (into.case is not None or into.suspected):
        limit, start = lead.given_limit, min(lead.detected_at, lead.given_limit)
        deadlines.write_deadline(session, into, rule, start, now, ladder="duty", limit=limit, known_at=lead.detected_at)
    if into.case is None:
        numbers = [*(into.given_number or "").split("、"), *(lead.given_number or "").split("、")]
        into.given_number = "、".join(dict.fromkeys(filter(None, numbers)))[: tickets.LONGEST] or None
        into.given_limit = earliest([into.given_limit, lead.given_limit])
        into.channel = into.channel if into.channel in ITEM_CHANNELS else lead.channel
        session.flush()


def _follow(session: Session, table: Any, lead: Lead, into: Lead) -> list[int]:
    ids = list(session.scalars(select(table.id).where(table.lead_id == lead.id)))
    session.execute(update(table).where(table.id.in_(ids)).values(lead_id=into.id))
    return ids


def reopen(session: Session, ended: Ended, person: Person, now: datetime) -> Lead | None:
    """Let a lead that ended in another wait again, with its article or where it came from; None if it did before.

    Its clocks run again with the due times they had, or the earlier ones they got meanwhile; it is judged anew.
    """
    lead, into = session.get_one(Lead, ended["lead"]), session.get_one(Lead, ended["into"])
    hold(session, *sorted((lead, into), key=lambda one: one.id))
    if lead.state != LeadState.MERGED:
        return None
    lead.state, lead.judged_at, lead.judged_by, lead.judgement = str(LeadState.OPEN), None, None, None
    article = session.get(Article, lead.article_id) if ended["rests"] else None
    lead.event_id = article.event_id if article is not None else ended["home"]
    for table in FOLLOW:
        back = update(table).where(table.id.in_(ended["followed"][table.__tablename__]), table.lead_id == into.id)
        session.execute(back.values(lead_id=lead.id))
    session.flush()
    for id_, copy in ended["clocks"]:
        deadlines.carry(session, session.get_one(Deadline, id_), lead, now)
        if copy is not None:
            hasten.never_later(session, lead, hasten.dues([session.get_one(Deadline, copy)]), now)
    journal.record(session, f"person-{person.id}", "reopen_lead", f"lead-{lead.id}", now, event=lead.event_id)
    return lead


def propose_missing(
    session: Session, event: Event, before: Mapping[str, datetime], posted: datetime | None, now: datetime
) -> Lead | None:
    """Propose the lead that the articles of an event ask for where it has none; None where they ask for nothing.

    A lead whose case was merged into that of another event (并案) is none of its own any more. T0 comes from its own
    articles, and from `posted` where that is known to be earlier; none of its duties falls due later than one of its
    rule `before`. Of its articles the one that asks for most comes first.
    """
    if any(_is_own(session, one, event) for one in leads_of(session, event)):
        return None
    lead = None
    for article, verdict in _asking(session, event):
        lead = propose(session, event, article, verdict, now, anew=lead is None) or lead
    if lead is not None:
        lead.first_posted_at = earliest([lead.first_posted_at, posted])
        hasten.never_later(session, lead, before, now)
    return lead


def _is_own(session: Session, lead: Lead, event: Event) -> bool:
    case = assignments.going_on(session, lead.case)
    return case is None or case.event_id == event.id


def merged_away(session: Session, event: Event) -> list[Case]:
    """Return the cases of an event that were merged into that of another one (并案)."""
    asked = select(Case).where(Case.event_id == event.id, Case.merged_into.is_not(None))
    found = [(case, assignments.going_on(session, case)) for case in session.scalars(asked)]
    return [case for case, other in found if other is not None and other.event_id != event.id]


def _asking(session: Session, event: Event) -> list[tuple[Article, Judged]]:
    asks = select(Judged.article_id).where(Judged.opens != str(Opens.NONE))
    mine = Article.id.in_(asks) | Article.limit_at.is_not(None)
    asked = select(Article).where(Article.event_id == event.id, mine).order_by(Article.id)
    found = [(article, verdict) for article in session.scalars(asked) if (verdict := verdict_of(article)) is not None]
    first = sorted(found, key=lambda one: (one[1].opens != Opens.PROVISIONAL, one[1].opens == Opens.NONE, one[0].id))
    return [*first[:1], *(one for one in first[1:] if one[1].opens == Opens.PROVISIONAL or tickets.is_ticket(one[0]))]
