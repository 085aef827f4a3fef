"""监测质量: what the sources, vendors and 专题 did in one week, asked of the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain.quality import (
    Tally,
    Watched,
    Week,
    delays,
    firsts,
    is_first_by_hand,
    tallied,
    worst_night,
)
from store.quality_facts import ENTRY, Facts, watches_of
from store.quality_facts import facts as facts_of
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.notices import Notice
from store.tables.sources import Source
from store.tables.watches import Watch, WatchHit

VENDOR = "push"
"""The kind of a source that a vendor pushes."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One week: a tally for each source and 专题, how many matters were confirmed, and the false alarms by night."""

    sources: list[tuple[Source, Tally]]
    vendors: list[tuple[Source, Tally]]
    watches: list[tuple[Watch, Tally]]
    matters: int
    first_by_hand: list[int]
    false_nights: list[int]
    worst_night: int


def week(session: Session, of: Week) -> Quality:
    """Return the quality of the watching in a week: matters proposed in it, notices sent in its nights."""
    rows = list(session.scalars(select(Source).order_by(Source.name, Source.id)))
    facts = facts_of(session, of, {row.id: row for row in rows})
    tallies = _of_sources(session, of, rows, facts)
    by_night = [
        (lead.id, notice.sent_at or notice.created_at) for notice, lead in facts.calls if lead.id in facts.false
    ]
    found = [
        (row, tallies[row.id]) for row in rows if row.enabled or tallies[row.id].articles or not tallies[row.id].silent
    ]
    found.sort(key=_order)
    return Quality(
        sources=[pair for pair in found if pair[0].kind != VENDOR],
        vendors=[pair for pair in found if pair[0].kind == VENDOR],
        watches=_of_watches(session, of, facts),
        matters=len(facts.matters),
        first_by_hand=[one.lead_id for one in facts.matters if is_first_by_hand(one)],
        false_nights=list(dict.fromkeys(lead_id for lead_id, _ in by_night)),
        worst_night=worst_night(by_night),
    )


def _order(pair: tuple[Source, Tally]) -> tuple[int, int, int, str]:
    """Return where a source stands: those who find first, then those who cry wolf, then those who bring most."""
    source, tally = pair
    return -len(tally.first), -len(tally.false) - len(tally.nights), -tally.articles, source.name


def _of_sources(session: Session, of: Week, rows: Iterable[Source], facts: Facts) -> dict[int, Tally]:
    tallies: dict[int, Tally] = defaultdict(Tally)
    asked = select(Article.source_id, func.count()).where(
        Article.first_seen_at >= of.start, Article.first_seen_at < of.end
    )
    for source_id, number in session.execute(asked.group_by(Article.source_id)):
        tallies[source_id].articles = number
    watched = [
        Watched(row.id, row.channel, row.created_at)
        for row in rows
        if row.enabled and row.kind != ENTRY and row.role == "open"
    ]
    tallied(watched, facts.matters, tallies)
    for lead in facts.false.values():
        if of.start <= lead.proposed_at < of.end and (mine := _tally_of(lead, facts, tallies)):
            mine.false.append(lead.id)
    for notice, lead in facts.calls:
        if mine := _tally_of(lead, facts, tallies):
            _night(mine, notice, lead, facts)
    return tallies


def _tally_of(lead: Lead, facts: Facts, tallies: Mapping[int, Tally]) -> Tally | None:
    """Return the tally of the source whose article proposed a lead, None where it rests on none."""
    source_id = facts.article_source.get(lead.article_id or 0)
    return tallies[source_id] if source_id is not None else None


def _night(tally: Tally, notice: Notice, lead: Lead, facts: Facts) -> None:
    tally.nights.append((notice.id, lead.id))
    if lead.id in facts.false:
        tally.nights_false.append(notice.id)


def _of_watches(session: Session, of: Week, facts: Facts) -> list[tuple[Watch, Tally]]:
    """Return the tallies of the 专题: a matter it hit was found by the watching, or by a person first."""
    tallies: dict[int, Tally] = defaultdict(Tally)
    counted = select(WatchHit.watch_id, func.count()).where(WatchHit.at >= of.start, WatchHit.at < of.end)
    for watch_id, number in session.execute(counted.group_by(WatchHit.watch_id)):
        tallies[watch_id].articles = number
    by_lead = watches_of(
        session, {one.lead_id for one in facts.matters} | set(facts.false) | {c[1].id for c in facts.calls}
    )
    for matter in facts.matters:
        for watch_id in by_lead.get(matter.lead_id, ()):
            (tallies[watch_id].first if firsts(matter) else tallies[watch_id].missed).append(matter.lead_id)
            if is_first_by_hand(matter) and (late := delays(matter)):
                tallies[watch_id].late.append((matter.lead_id, min(late.values())))
    for lead in facts.false.values():
        for watch_id in by_lead.get(lead.id, ()) if of.start <= lead.proposed_at < of.end else ():
            tallies[watch_id].false.append(lead.id)
    for notice, lead in facts.calls:
        for watch_id in by_lead.get(lead.id, ()):
            _night(tallies[watch_id], notice, lead, facts)
    rows = session.scalars(select(Watch).order_by(Watch.name))
    return [(row, tallies[row.id]) for row in rows if row.active or tallies[row.id].articles]


def leads_of(session: Session, ids: Collection[int]) -> list[Lead]:
    """Return leads with their cases, the newest first."""
    asked = select(Lead).where(Lead.id.in_(ids)).options(joinedload(Lead.case), joinedload(Lead.unit))
    return list(session.scalars(asked.order_by(Lead.proposed_at.desc(), Lead.id.desc())))


def notices_of(session: Session, ids: Collection[int]) -> list[Notice]:
    """Return notices with whom they went to, in the order they were sent."""
    asked = select(Notice).where(Notice.id.in_(ids)).options(joinedload(Notice.person))
    return list(session.scalars(asked.order_by(Notice.sent_at, Notice.id)))
