"""早期预警: what is proposed of a topic, a subject or a unit, what it raises, and what a person decided afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from domain.case import CaseState, LeadState, Level
from domain.criteria import Proposal, measures, propose
from domain.early_warning import Decision, Told, cusum, decide, excess, higher, usual_of_event, usual_of_subject
from domain.heat import HOUR
from domain.heat_table import Numbers
from store import assignments, journal, publishing, volumes
from store.db import hold
from store.entries import Entry
from store.heat import Look
from store.proposing import lead_of_event
from store.tables.cases import Case, Lead
from store.tables.events import Event
from store.tables.heat import Warning
from store.tables.people import Person

ABOUT = "warning"
"""What a reason given by a warning is about."""
DAY = timedelta(days=1)
RECENT = timedelta(hours=3)
CLEARLY = 1.5
"""From so many times the usual on the comparison is worth saying. Ours."""


def consider(session: Session, event: Event, found: Look, now: datetime, numbers: Numbers, season: bool) -> list[int]:
    """Warn of a topic where it is louder than usual or reaches a level; return the id of the warning, or nothing.

    Only a topic that concerns the bureau is warned of. The open lead or case is held, raised if need be, and the
    warning asks to be told.
    """
    if not found.ours or not found.facts.volume["day"]:
        return []
    proposal = propose(measures(found.facts, found.seen, now, numbers.warning.half_life, season=season), numbers.levels)
    lead, case = matter_of(session, event.id)
    earlier = of_event(session, event.id)
    last = max((one.at for one in earlier), default=None)
    value = excess(found.times, now, usual_of_event(found.baseline, numbers.warning), numbers.warning, last)
    told = [Told(one.at, Level(one.level), lead is not None and one.lead_id == lead.id) for one in earlier]
    present = Level(case.level if case else lead.level) if lead else None
    cool = timedelta(hours=numbers.warning.cool_hours)
    decision = decide(value >= numbers.warning.threshold, proposal.level, present, told, now, cool)
    if not decision.warn:
        return []
    return [_warn(session, event, found, proposal, decision, (lead, case), value, now)]


def matter_of(session: Session, event_id: int) -> tuple[Lead | None, Case | None]:
    """Return the open lead of a topic, or its lead and the case that goes on; (None, None) where neither is open."""
    lead = lead_of_event(session, event_id)
    if lead is None:
        return None, None
    case = assignments.going_on(session, lead.case)
    if lead.state == LeadState.OPEN:
        return lead, None
    return (case.lead, case) if case is not None and case.state != CaseState.CLOSED else (None, None)


def of_event(session: Session, event_id: int) -> list[Warning]:
    """Return the warnings of a topic, the newest first."""
    asked = select(Warning).where(Warning.event_id == event_id).order_by(Warning.at.desc(), Warning.id.desc())
    return list(session.scalars(asked.options(joinedload(Warning.decider))))


def of_lead(session: Session, lead_id: int) -> list[Warning]:
    """Return the warnings of a matter, the newest first."""
    asked = select(Warning).where(Warning.lead_id == lead_id).order_by(Warning.at.desc(), Warning.id.desc())
    return list(session.scalars(asked.options(joinedload(Warning.decider))))


def entries(session: Session, lead_id: int) -> list[Entry]:
    """Return the warnings of a matter as its timeline tells them, with the level it was raised to."""
    return [
        Entry(one.at, "warning", "系统初判", f"早期预警：{_became(one)}（{_why(one)}）")
        for one in of_lead(session, lead_id)
    ]


def _became(one: Warning) -> str:
    level = Level(one.level).label
    return f"等级由{Level(one.was or one.level).label}上调为{level}" if one.raised else "等级没有变化"


def _why(one: Warning) -> str:
    return "，".join(str(reason["words"]) for reason in one.reasons)


def _warn(
    session: Session,
    event: Event,
    found: Look,
    proposal: Proposal,
    decision: Decision,
    matter: tuple[Lead | None, Case | None],
    value: float,
    now: datetime,
) -> int:
    lead, case = matter
    made = Warning(
        scope="event",
        event_id=event.id,
        lead_id=lead.id if lead else None,
        case_id=case.id if case else None,
        at=now,
        level=str(proposal.level),
        was=(case.level if case else lead.level) if lead else None,
        excess=round(value, 2),
        heat=found.heat.value,
        reasons=_reasons(_said(found, proposal)),
        tell_at=now,
    )
    session.add(made)
    if lead is not None and decision.raise_to is not None:
        made.raised = _raise(session, lead, case, decision.raise_to, now)
    session.flush()
    facts = {"warning": made.id, "level": made.level, "heat": made.heat}
    journal.record(session, "system", "warn", f"event-{event.id}", now, **facts)
    return made.id


def _said(found: Look, proposal: Proposal) -> list[str]:
    """Return why there is a warning: how loud the topic is, and what of the criteria that does not say already."""
    volume, usual = found.facts.volume, found.facts.usual
    louder = f"近 24 小时 {volume['day']} 条"
    if usual is not None and usual["day"] >= 1 and volume["day"] >= CLEARLY * usual["day"]:
        louder += f"，是平日同时段的 {volume['day'] / usual['day']:.1f} 倍"
    elif volume["hour"]:
        louder += f"，其中 1 小时内 {volume['hour']} 条"
    return [louder, *(words for words in proposal.reasons if not louder.startswith(words))]


def _reasons(words: Iterable[str]) -> list[dict[str, object]]:
    said = dict.fromkeys(words)
    return [{"words": one, "weight": 0, "about": ABOUT, "span": None} for one in said]


def _raise(session: Session, lead: Lead, case: Case | None, level: Level, now: datetime) -> bool:
    """Raise the level of a matter; False where somebody raised it meanwhile. It never lowers."""
    hold(session, lead, *([case] if case else []))
    kept = case or lead
    if not higher(level, Level(kept.level)):
        return False
    was, kept.level = kept.level, str(level)
    session.flush()
    about = f"case-{case.id}" if case else f"lead-{lead.id}"
    journal.record(session, "system", "raise_level", about, now, was=was, level=str(level))
    if case is not None:
        publishing.settle_next(session, case, None, now)
    return True


def decided(session: Session, lead: Lead, level: Level, person: Person, now: datetime) -> None:
    """Write beside the warnings of a matter which level a person gave it; an earlier decision stays."""
    waiting = update(Warning).where(Warning.lead_id == lead.id, Warning.decided_at.is_(None))
    session.execute(waiting.values(decided_level=str(level), decided_at=now, decided_by=person.id))


def consider_subject(session: Session, scope: str, name: str, now: datetime, numbers: Numbers) -> int | None:
    """Warn of a subject (topic) or unit whose articles come faster than usual; return the warning's id, or None.

    There is no level: a subject is no matter. It is shown among the topics and told to nobody.
    """
    usual = volumes.usual(session, scope, name, now, numbers)
    if usual.thin:
        return None
    told = list(
        session.scalars(
            select(Warning)
            .where(Warning.scope == scope, Warning.name == name, Warning.at > now - DAY)
            .order_by(Warning.at.desc())
        )
    )
    mean = usual_of_subject(usual, numbers.warning)
    since = max([one.at for one in told], default=now - DAY)
    counts = volumes.hours(session, scope, name, now - DAY)
    slots = [(float(number), mean(hour, min(hour + HOUR, now))) for hour, number in _each(counts, since, now)]
    value = cusum(slots, numbers.warning.ratio)
    cooled = not told or now - told[0].at >= timedelta(hours=numbers.warning.cool_hours)
    if value < numbers.warning.threshold or not cooled:
        return None
    recent, expected = sum(number for hour, number in counts if hour > now - RECENT), usual.expected(now - RECENT, now)
    words = f"近 3 小时 {recent} 条" + (f"，是平日同时段的 {recent / expected:.1f} 倍" if expected >= 1 else "")
    made = Warning(scope=scope, name=name, at=now, level=str(Level.BLUE), excess=round(value, 2), heat=0)
    made.reasons = _reasons([words])
    session.add(made)
    session.flush()
    journal.record(session, "system", "warn", f"{scope}", now, warning=made.id)
    return made.id


def _each(counts: list[tuple[datetime, int]], since: datetime, now: datetime) -> list[tuple[datetime, int]]:
    """Return every hour from the one after `since` to the present one, those without articles as well."""
    known, found = dict(counts), []
    hour = since.replace(minute=0, second=0, microsecond=0) + HOUR
    while hour <= now:
        found.append((hour, known.get(hour, 0)))
        hour += HOUR
    return found


def of_subjects(session: Session, since: datetime) -> list[Warning]:
    """Return the warnings of subjects and units since a time, the newest first."""
    asked = select(Warning).where(Warning.scope != "event", Warning.at >= since)
    return list(session.scalars(asked.order_by(Warning.at.desc(), Warning.id.desc())))
