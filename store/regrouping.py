"""整理话题: people merge events, split articles off, and take either back; clocks never become later."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.regroup import check_split, check_undo, earliest, following, with_copies
from store import doubts, journal, moving, one_matter
from store.db import hold
from store.office import next_number
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.events import Event, EventChange
from store.tables.people import Person

MERGE, SPLIT = "merge", "split"
AUTO, STAYS, GOES = "", "stays", "goes"
"""Where the lead or case goes in a split: with its article, or as the person says."""


def merge(session: Session, event: Event, into: Event, why: str, person: Person, now: datetime) -> EventChange:
    """Merge an event into another, which has all its articles, leads and cases from now on. Returns the change.

    Open leads become one, cases are merged (并案); the earliest T0 and every earlier limit stay. ValueError in the
    user's words without a reason, for one and the same event, or where one was merged already.
    """
    why = _reason(why, "请写明合并理由")
    if event.id == into.id:
        raise ValueError("不能并入本话题自己")
    _hold(session, event, into)
    doubts.say_same(session, event, into, person, now)
    moving.tell_together(session, event, into)
    facts = _pour(session, event, into, why, person, now)
    return _write(session, MERGE, event, into, facts, why, person, now)


def split(
    session: Session,
    event: Event,
    article_ids: Collection[int],
    why: str,
    person: Person,
    now: datetime,
    *,
    to: Event | None = None,
    matter: str = AUTO,
) -> EventChange:
    """Split articles with their copies off an event, into a new one or into `to`. Returns the change.

    A lead or case stays with the part that holds its article, or as `matter` says. A part without any gets the lead its
    articles ask for, with T0 from them, but no limit later than before. The grouping keeps the two apart. ValueError in
    the user's words for what cannot be.
    """
    why = _reason(why, "请写明拆分理由")
    if to is not None and to.id == event.id:
        raise ValueError("选中的信息已在本话题里")
    _hold(session, *(one for one in (event, to) if one is not None))
    here = moving.copies_by_article(session, event.id)
    check_split(article_ids, here)
    moved = with_copies(article_ids, here)
    check_split(moved, here)
    target = to or _new(session, event, now)
    facts = _part(session, event, target, moved, matter, why, person, now)
    moving.tell_apart(session, event, target, person, now)
    return _write(session, SPLIT, event, target, facts | {"made": to is None}, why, person, now)


def undo(session: Session, change: EventChange, why: str, person: Person, now: datetime) -> None:
    """Take a merge or a split back, also where both events got new articles since.

    Those stay where they are, copies go with their originals. Leads that ended wait again with the limits they had;
    merged cases (并案) stay merged, and the part without one gets a lead of its own. ValueError, in the user's words,
    for what cannot be taken back.
    """
    why = _reason(why, "请写明撤销理由")
    source, target = session.get_one(Event, change.from_id), session.get_one(Event, change.to_id)
    moving.one_at_a_time(session)
    hold(session, source, target, change)
    if change.undone_at is not None:
        raise ValueError("这次整理已经撤销过了")
    _check_standing(source, target, change)
    if change.kind == SPLIT and change.facts["made"]:
        _check_alone(session, change)
        moving.tell_together(session, source, target)
        _pour(session, target, source, why, person, now)
    else:
        _give_back(session, change, source, target, why, person, now)
    change.undone_at, change.undone_by, change.undone_why = now, person.id, why
    facts = {"change": change.id, "kind": change.kind, "into": target.id}
    journal.record_words(session, f"person-{person.id}", "undo_regroup", f"event-{source.id}", now, why, facts)


def history(session: Session, event_id: int) -> list[EventChange]:
    """Return what people merged into an event or split from it, the latest first."""
    mine = or_(EventChange.from_id == event_id, EventChange.to_id == event_id)
    return list(session.scalars(select(EventChange).where(mine).order_by(EventChange.id.desc())))


def _reason(why: str, words: str) -> str:
    if not why.strip():
        raise ValueError(words)
    return why.strip()[:500]


def _hold(session: Session, *events: Event) -> None:
    """Lock events that stand for themselves. ValueError where one was merged meanwhile, or is sealed."""
    moving.one_at_a_time(session)
    shut = select(Article.id).where(Article.event_id.in_([event.id for event in events]), Article.seal_id.is_not(None))
    if session.scalar(shut.limit(1)) is not None:
        raise ValueError("密封件由纪检办理，不能合并或拆分")
    for event in events:
        session.refresh(event)
    if not any(event.merged_into is not None for event in events):
        hold(session, *events)
    if any(event.merged_into is not None for event in events):
        raise ValueError("话题已并入其他话题，请刷新")


def _new(session: Session, event: Event, now: datetime) -> Event:
    """Return a new event beside another; its key is none an article could get."""
    key = f"split-{next_number(session, 'split')}"
    made = Event(key=key, title=event.title, channel=event.channel, first_at=now, last_at=now)
    session.add(made)
    session.flush()
    return made


def _write(
    session: Session,
    kind: str,
    event: Event,
    to: Event,
    facts: dict[str, Any],
    why: str,
    person: Person,
    now: datetime,
) -> EventChange:
    change = EventChange(
        kind=kind, from_id=event.id, to_id=to.id, at=now, by=person.id, why=why, facts={"made": False, **facts}
    )
    session.add(change)
    session.flush()
    said = {"change": change.id, "to": to.id, "articles": len(facts["articles"]), "ended": len(facts["ended"])}
    journal.record_words(session, f"person-{person.id}", f"{kind}_event", f"event-{event.id}", now, why, said)
    return change


def _pour(session: Session, event: Event, into: Event, why: str, person: Person, now: datetime) -> dict[str, Any]:
    """Move all that an event has into another and let one matter go on; return what was moved and what ended."""
    leads = [one for one in one_matter.hold_leads(session, event, into) if one.event_id == event.id]
    articles = list(moving.copies_by_article(session, event.id))
    moving.move(session, articles, into)
    ids = _take_leads(session, leads, into)
    event.merged_into = into.id
    ended = one_matter.unite(session, into, ids, event.id, why, person, now)
    moving.recount(session, now, event, into)
    return {"articles": articles, "leads": ids, "ended": ended}


def _part(
    session: Session,
    event: Event,
    to: Event,
    moved: Collection[int],
    matter: str,
    why: str,
    person: Person,
    now: datetime,
) -> dict[str, Any]:
    """Move articles of an event into another with the leads that rest on them; return what was moved and what ended."""
    leads = [one for one in one_matter.hold_leads(session, event, to) if one.event_id == event.id]
    before = one_matter.running(session, leads)
    moving.move(session, moved, to)
    goes = [one for one in leads if _goes(session, one, moved, matter)]
    ids = _take_leads(session, goes, to)
    ended = one_matter.unite(session, to, ids, event.id, why, person, now)
    moving.recount(session, now, event, to)
    for part in (event, to):
        one_matter.propose_missing(session, part, before, None, now)
    return {"articles": sorted(moved), "leads": ids, "ended": ended}


def _goes(session: Session, lead: Lead, moved: Collection[int], matter: str) -> bool:
    if matter != AUTO and one_matter.is_live(session, lead):
        return matter == GOES
    return lead.article_id in moved


def _take_leads(session: Session, leads: Collection[Lead], to: Event) -> list[int]:
    """Let leads belong to another event, with their cases; return their ids."""
    for lead in leads:
        lead.event_id = to.id
        if lead.case is not None:
            lead.case.event_id = to.id
    session.flush()
    return [lead.id for lead in leads]


def _check_standing(source: Event, target: Event, change: EventChange) -> None:
    """Raise ValueError where one of the two was merged into another event since."""
    if target.merged_into is not None:
        raise ValueError("不能撤销：这些信息所在的话题后来又并入了别的话题，请先撤销那次合并")
    if change.kind == SPLIT and source.merged_into is not None:
        raise ValueError("不能撤销：原来的话题后来并入了别的话题，请先撤销那次合并")
    if change.kind == MERGE and source.merged_into != target.id:
        raise ValueError("不能撤销：原来的话题现在不在这次合并里")


def _check_alone(session: Session, change: EventChange) -> None:
    """Raise ValueError where people put more into the event a split made, or took some out of it again."""
    mine = or_(EventChange.from_id == change.to_id, EventChange.to_id == change.to_id)
    later = select(func.count()).where(mine, EventChange.id > change.id, EventChange.undone_at.is_(None))
    if session.scalar(later):
        raise ValueError("不能撤销：拆出的话题后来又整理过，请先撤销后来的那次整理")


def _give_back(
    session: Session, change: EventChange, source: Event, target: Event, why: str, person: Person, now: datetime
) -> None:
    """Bring the articles of a change back to the event they came from, with newer copies; their leads too."""
    there = moving.copies_by_article(session, target.id)
    moved = following(change.facts["articles"], there)
    check_undo(change.facts["articles"], there, there.keys() - moved)
    leads = one_matter.hold_leads(session, source, target)
    before = one_matter.running(session, leads)
    moving.move(session, moved, source)
    source.merged_into = None
    came = [one for one in leads if one.event_id == target.id]
    back = [one for one in came if one.id in change.facts["leads"] or one.article_id in moved]
    ids = _take_leads(session, back, source)
    again = [one_matter.reopen(session, ended, person, now) for ended in change.facts["ended"]]
    if change.kind == SPLIT:
        one_matter.unite(session, source, ids, target.id, why, person, now)
        moving.tell_together(session, source, target)
    else:
        moving.tell_apart(session, source, target, person, now)
    elsewhere = {lead.event_id for lead in again if lead is not None} - {source.id, target.id, None}
    parts = (source, target, *session.scalars(select(Event).where(Event.id.in_(elsewhere)).order_by(Event.id)))
    _settle(session, parts, before, person, now)


def _settle(
    session: Session, parts: tuple[Event, ...], before: Mapping[str, datetime], person: Person, now: datetime
) -> None:
    """Count the parts anew; let one lead of each go on, or propose one where a part has no matter of its own."""
    hold(session, *parts)
    moving.recount(session, now, *parts)
    for part in parts:
        one_matter.one_waiting(session, part, person, now)
        posted = earliest([case.t0 for case in one_matter.merged_away(session, part)])
        one_matter.propose_missing(session, part, before, posted, now)
