"""What the 监测质量表 rests on: the matters of a week and who had them when, what was false, what called by night."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.case import LeadState, reads_like
from domain.quality import Matter, Week, night_of
from store import corrections
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.notices import Notice
from store.tables.sources import Source
from store.tables.watches import WatchHit

ENTRY = "entry"
"""The kind of the source of what people enter."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One week: confirmed matters, false leads by id, night calls with their leads, the source by article."""

    matters: list[Matter]
    false: dict[int, Lead]
    calls: list[tuple[Notice, Lead]]
    article_source: Mapping[int, int]


def facts(session: Session, of: Week, sources: Mapping[int, Source]) -> Facts:
    """Return what is known of a week."""
    leads = list(session.scalars(select(Lead).where(Lead.proposed_at >= of.start, Lead.proposed_at < of.end)))
    calls = _calls(session, of)
    known = {lead.id: lead for lead in (*leads, *(lead for _, lead in calls))}
    ids = {lead.article_id for lead in known.values() if lead.article_id is not None}
    where = dict(session.execute(select(Article.id, Article.source_id).where(Article.id.in_(ids))).all())
    confirmed = [lead for lead in leads if lead.state == LeadState.CONFIRMED]
    return Facts(_matters(session, confirmed, sources), _false(session, known.values()), calls, where)


def _calls(session: Session, of: Week) -> list[tuple[Notice, Lead]]:
    """Return what was sent by night for suspected emergencies nobody had judged yet."""
    asked = (
        select(Notice, Lead)
        .join(Lead, Lead.id == Notice.lead_id)
        .where(Notice.state == "sent", Notice.sent_at >= of.start, Notice.sent_at < of.end, Lead.suspected)
        .where(or_(Lead.judged_at.is_(None), Notice.created_at <= Lead.judged_at))
        .order_by(Notice.sent_at, Notice.id)
    )
    rows = session.execute(asked).all()
    return [(notice, lead) for notice, lead in rows if notice.sent_at and night_of(notice.sent_at) is not None]


def _false(session: Session, leads: Iterable[Lead]) -> dict[int, Lead]:
    """Return the leads the system should not have proposed: dismissed by a person, or corrected as 无关 or 误报."""
    unwanted = {id_ for id_, row in corrections.in_force(session).items() if corrections.answers_of(row).unwanted}
    proposed = [lead for lead in leads if not _entered(lead)]
    return {
        lead.id: lead
        for lead in proposed
        if (lead.state == LeadState.DISMISSED and lead.judged_by is not None)
        or (lead.article_id in unwanted and lead.state != LeadState.CONFIRMED)
    }


def _entered(lead: Lead) -> bool:
    return any(reason["about"] == "entered" for reason in lead.reasons)


def _matters(session: Session, leads: Collection[Lead], sources: Mapping[int, Source]) -> list[Matter]:
    events = [lead.event_id for lead in leads if lead.event_id is not None]
    seen = _seen(session, events)
    since = _begins(session, leads)
    return [_matter(lead, seen.get(lead.event_id or 0, {}), since.get(lead.id), sources) for lead in leads]


def _seen(session: Session, events: Collection[int]) -> dict[int, dict[int, list[datetime]]]:
    """Return when each source had articles of these events."""
    asked = select(Article.event_id, Article.source_id, Article.first_seen_at).where(Article.event_id.in_(events))
    found: dict[int, dict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for event_id, source_id, at in session.execute(asked.order_by(Article.first_seen_at)):
        if event_id is not None:
            found[event_id][source_id].append(at)
    return found


def _begins(session: Session, leads: Collection[Lead]) -> dict[int, datetime]:
    """Return when an earlier lead of the same event was judged: what came before belongs to that one's matter."""
    events = {lead.event_id for lead in leads if lead.event_id is not None}
    asked = select(Lead.id, Lead.event_id, Lead.judged_at).where(Lead.event_id.in_(events), Lead.judged_at.is_not(None))
    earlier = session.execute(asked).all()
    found = {}
    for lead in leads:
        before = [at for id_, event_id, at in earlier if event_id == lead.event_id and id_ < lead.id and at]
        if before:
            found[lead.id] = max(before)
    return found


def _matter(
    lead: Lead, seen: Mapping[int, list[datetime]], since: datetime | None, sources: Mapping[int, Source]
) -> Matter:
    first = {
        id_: next(at for at in times if since is None or at > since)
        for id_, times in seen.items()
        if any(since is None or at > since for at in times)
    }
    own = {id_: at for id_, at in first.items() if sources[id_].kind != ENTRY}
    by_hand = [at for id_, at in first.items() if sources[id_].kind == ENTRY] + (
        [lead.detected_at] if _entered(lead) else []
    )
    channels = frozenset(sources[id_].channel for id_ in own) or frozenset({reads_like(lead.channel)})
    return Matter(lead.id, channels, own, min(by_hand, default=None))


def watches_of(session: Session, lead_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the 专题 that any article of a lead's matter hit, by lead."""
    found: dict[int, set[int]] = defaultdict(set)
    own = select(Lead.id, WatchHit.watch_id).join(WatchHit, WatchHit.article_id == Lead.article_id)
    whole = (
        select(Lead.id, WatchHit.watch_id)
        .join(Article, Article.event_id == Lead.event_id)
        .join(WatchHit, WatchHit.article_id == Article.id)
    )
    for asked in (own, whole):
        for lead_id, watch_id in session.execute(asked.where(Lead.id.in_(lead_ids)).distinct()):
            found[lead_id].add(watch_id)
    return found
