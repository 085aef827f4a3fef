"""投诉举报: the articles that complain of something of ours, counted by topic and place, and one by one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from domain.surge import EVERYWHERE, Series
from domain.verdict import RELEVANT
from store.tables.articles import Article, Judged
from store.tables.sources import Source
from store.tables.watches import Watch, WatchHit
from store.watch_trials import DAYS

INTENTS = ("投诉", "举报")
UNSORTED = "未分类"
_AT = func.coalesce(Article.published_at, Article.first_seen_at)
"""When it was written; an export of last month's complaints is no surge of today."""
_PERSON = aliased(Judged)
Window = tuple[datetime, datetime]


def _said(name: str) -> ColumnElement[Any]:
    """Return a field of the verdict that counts: a person's where there is one, else the system's."""
    by_person, by_system = getattr(_PERSON, name), getattr(Judged, name)
    return case((_PERSON.id.is_not(None), by_person), else_=by_system)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which complaints are wanted: from `start` up to `end`; of one topic (UNSORTED for none) unless it is None."""

    start: datetime
    end: datetime
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Complaints of every series in each window, the present one first, and who they are in the present one."""

    counts: Mapping[Series, Sequence[int]]
    now: Mapping[Series, frozenset[int]]


def _complaints(*columns: Any) -> Select[Any]:
    """Return the question for columns of complaints: relevant, ours, no copies."""
    asked = select(*columns).select_from(Article)
    asked = asked.outerjoin(Judged, and_(Judged.article_id == Article.id, Judged.maker == "system"))
    asked = asked.outerjoin(_PERSON, and_(_PERSON.article_id == Article.id, _PERSON.maker == "person"))
    return asked.where(
        Article.copy_of.is_(None),
        _said("intent").in_(INTENTS),
        _said("relevance") >= RELEVANT,
        _said("ours"),
    )


def _within(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the condition on the time, written so that the indexes on either time serve it."""
    published = and_(Article.published_at >= start, Article.published_at < end)
    seen = and_(Article.published_at.is_(None), Article.first_seen_at >= start, Article.first_seen_at < end)
    return or_(published, seen)


def first_at(session: Session) -> datetime | None:
    """Return when the oldest article was first seen: since then the office watches."""
    return session.scalar(select(func.min(Article.first_seen_at)))


def counted(session: Session, windows: Sequence[Window]) -> Counted:
    """Count the complaints of every topic and 专题, everywhere and by place, in each window; the present one is first.

    Only sources that already brought something before the oldest window ended: a source added since is no surge.
    """
    start, old = windows[-1]
    # Asked once for each source, not for each complaint.
    brought = exists().where(Article.source_id == Source.id, old > _AT).correlate(Source)
    watched = Article.source_id.in_(select(Source.id).where(brought))
    asked = _complaints(Article.id, _AT.label("at"), _said("topic").label("topic"), _said("place").label("place"))
    rows = session.execute(asked.where(or_(*(_within(*window) for window in windows)), watched)).all()
    watches = _watches(session, [row.id for row in rows], start + timedelta(days=DAYS))
    counts: dict[Series, list[int]] = {}
    present: dict[Series, set[int]] = {}
    for row in rows:
        place = next(at for at, (start, end) in enumerate(windows) if start <= row.at < end)
        for series in _series(row.topic, row.place or (), watches.get(row.id, ())):
            counts.setdefault(series, [0] * len(windows))[place] += 1
            if place == 0:
                present.setdefault(series, set()).add(row.id)
    return Counted(counts, {series: frozenset(ids) for series, ids in present.items()})


def _watches(session: Session, ids: Sequence[int], since: datetime) -> dict[int, list[str]]:
    """Return the 专题 unchanged since `since` that articles hit, by article; their earlier hits were looked up then."""
    asked = (
        select(WatchHit.article_id, WatchHit.watch_id)
        .join(Watch, Watch.id == WatchHit.watch_id)
        .where(Watch.active, Watch.changed_at <= since)
    )
    found: dict[int, list[str]] = {}
    wanted = set(ids)
    for article_id, watch_id in session.execute(asked.where(WatchHit.article_id >= min(wanted, default=0))):
        if article_id in wanted:
            found.setdefault(article_id, []).append(str(watch_id))
    return found


def _series(topic: str | None, places: Sequence[str], watches: Sequence[str]) -> list[Series]:
    subjects = [("watch", watch) for watch in watches] + ([("topic", topic)] if topic else [])
    named = (EVERYWHERE, *dict.fromkeys(place[:60] for place in places if place))
    return [Series(kind, subject, place) for kind, subject in subjects for place in named]


def by_topic(session: Session, start: datetime, end: datetime) -> Counter[str]:
    """Return how many complaints each topic has in a time; those without a topic as UNSORTED."""
    topic = _said("topic").label("topic")
    asked = _complaints(topic, func.count().label("many")).where(_within(start, end)).group_by(topic)
    found: Counter[str] = Counter()
    for row in session.execute(asked):
        found[row.topic or UNSORTED] += row.many
    return found


def _narrowed(asked: Asked) -> Select[Any]:
    ids = _complaints(Article.id).where(_within(asked.start, asked.end))
    if asked.topic == UNSORTED:
        return ids.where(or_(_said("topic").is_(None), _said("topic") == ""))
    return ids if asked.topic is None else ids.where(_said("topic") == asked.topic)


def count(session: Session, asked: Asked) -> int:
    """Return how many complaints a question finds."""
    return session.scalar(select(func.count()).select_from(_narrowed(asked).subquery())) or 0


def listed(session: Session, asked: Asked, limit: int, offset: int = 0) -> list[Article]:
    """Return complaints, the newest first."""
    wanted = select(Article).where(Article.id.in_(_narrowed(asked))).options(joinedload(Article.source))
    return list(session.scalars(wanted.order_by(_AT.desc(), Article.id.desc()).limit(limit).offset(offset)))
