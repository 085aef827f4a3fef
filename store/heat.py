"""热度: what is known of a topic's last day, its heat written, and when it is looked at next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from domain.baseline import Baseline
from domain.heat import DAY, HOUR, Facts, Heat, Seen, direction, engagement_of, facts_of, heat
from domain.heat_table import Numbers
from store import volumes
from store.tables.articles import Article, Judged
from store.tables.events import Event
from store.tables.sources import Source

OWN = "own"
"""Role of the bureau's own channels: what we publish ourselves makes nothing loud."""
SOON = timedelta(seconds=15)
"""Articles that come together are counted together."""
WARM, COOL = timedelta(minutes=10), timedelta(hours=1)
"""A topic with articles in the last hour, or in the last day, is looked at again after so long."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a topic found."""

    seen: list[Seen]
    facts: Facts
    heat: Heat
    baseline: Baseline
    topic: str | None
    section: str | None

    @property
    def times(self) -> list[datetime]:
        """When the articles were told, in no order."""
        return [one.at for one in self.seen]

    @property
    def ours(self) -> bool:
        """Whether any of them concerns the bureau."""
        return any(one.relevance >= 0.5 for one in self.seen)


def wake(event: Event, now: datetime) -> None:
    """Ask for a topic's heat because an article joined it; one that is asked for soon anyway stays so."""
    if event.heat_at is None or event.heat_at > now + SOON:
        event.heat_at = now + SOON


def look(session: Session, event: Event, now: datetime, numbers: Numbers, known: dict[str, Baseline]) -> Look:
    """Return what the last day of a topic says. `known` keeps what is usual for each subject, for a batch."""
    rows = day_of(session, event.id, now)
    topics = Counter(row.topic for row in rows if row.topic)
    sections = Counter(row.sections[0] for row in rows if row.sections)
    topic = topics.most_common(1)[0][0] if topics else event.topic
    section = sections.most_common(1)[0][0][: volumes.LONGEST] if sections else event.section
    usual = usual_of(session, topic, now, numbers, known)
    seen = [seen_of(row) for row in rows]
    facts = facts_of(seen, usual, now)
    return Look(seen, facts, heat(facts, numbers), usual, topic, section)


def usual_of(
    session: Session, topic: str | None, now: datetime, numbers: Numbers, known: dict[str, Baseline]
) -> Baseline:
    """Return what is usual for a subject; where a topic has none, nothing is usual."""
    if (topic or "") not in known:
        known[topic or ""] = volumes.usual(session, volumes.TOPIC, topic or "", now, numbers)
    return known[topic or ""]


COLUMNS = (
    Article.id,
    Article.published_at,
    Article.date_only,
    Article.first_seen_at,
    Article.source_id,
    Article.channel,
    Article.counts,
    Source.authority,
    Judged.sentiment,
    Judged.relevance,
    Judged.topic,
    Judged.sections,
)


def day_of(session: Session, event_id: int, now: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Return what is asked of the articles of a topic told in the last 24 hours, but for our own publications.

    What was told in a day was first seen in it: the index of event and first sight is enough. A person's verdict stands
    above the system's.
    """
    asked = (
        select(*COLUMNS)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(Judged, Judged.article_id == Article.id)
        .where(Article.event_id == event_id, Article.first_seen_at > now - DAY, Source.role != OWN)
        .order_by(Article.id, Judged.maker.desc())
    )
    found = {row.id: row for row in session.execute(asked)}
    return [row for row in found.values() if now - DAY < _told_at(row) <= now]


def _told_at(row: Row[*tuple[Any, ...]]) -> datetime:
    return volumes.told(row.published_at, row.first_seen_at, date_only=row.date_only)


def seen_of(row: Row[*tuple[Any, ...]]) -> Seen:
    """Return an article as heat sees it."""
    return Seen(
        at=_told_at(row),
        source=row.source_id,
        authority=row.authority,
        channel=row.channel,
        engagement=engagement_of(row.counts),
        sentiment=row.sentiment,
        relevance=row.relevance or 0.0,
    )


def outcome(found: Look, now: datetime, numbers: Numbers) -> dict[str, Any]:
    """Return what is written of a look: heat, parts, direction, the day in hours, when to look again."""
    return {
        "heat": found.heat.value,
        "heat_parts": [asdict(part) for part in found.heat.parts],
        "direction": str(direction(found.times, found.baseline, now, numbers.direction)),
        "day": day_in_hours(found.times, now),
        "topic": found.topic,
        "section": found.section,
        "heated_at": now,
        "heat_fault": None,
        "heat_at": next_look(found.facts, now),
    }


def day_in_hours(times: Sequence[datetime], now: datetime) -> list[int]:
    """Return the articles of each of the last 24 hours, the oldest first."""
    counts = [0] * 24
    for at in times:
        back = int((now - at) / HOUR)
        if 0 <= back < 24:
            counts[23 - back] += 1
    return counts


def next_look(facts: Facts, now: datetime) -> datetime | None:
    """Return when a topic is looked at again while it is warm; None once it had nothing for a day."""
    if facts.volume["hour"]:
        return now + WARM
    return now + COOL if facts.volume["day"] else None
