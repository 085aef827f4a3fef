"""命中: which articles hit which 专题, with the places of the words; written with the verdict, told by the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, joinedload

from domain.case import is_stale
from domain.watch import SETTLE
from domain.workdays import BEIJING, DAY, beijing_day
from store.db import insert_into
from store.tables.articles import Article
from store.tables.watches import Watch, WatchHit, WatchTell

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Marked:
    """One 专题 an article hit: its id and name, and the places of its words."""

    watch_id: int
    name: str
    spans: tuple[tuple[int, int], ...]


def write(
    session: Session,
    found: Mapping[int, Mapping[int, Spans]],
    now: datetime,
    subscribers: Mapping[int, Sequence[int]],
) -> None:
    """Write what articles hit, by article and 专题, in the caller's transaction; subscribers are to be told of it.

    A hit that is gone after a second reading is taken back unless somebody is told of it. Of an article that was old
    when it was first seen nobody is told. Two questions for all of them, however many.
    """
    known: dict[tuple[int, int], WatchHit] = {}
    for hit in session.scalars(select(WatchHit).where(WatchHit.article_id.in_(found))):
        known[hit.article_id, hit.watch_id] = hit
    gone = [hit.id for (article_id, watch_id), hit in known.items() if watch_id not in found[article_id]]
    if gone:
        session.execute(delete(WatchHit).where(WatchHit.id.in_(gone), ~_told()))
    hit_ids = [article_id for article_id, hits in found.items() if hits]
    for article in session.scalars(select(Article).where(Article.id.in_(hit_ids))) if hit_ids else ():
        for watch_id, spans in found[article.id].items():
            if (before := known.get((article.id, watch_id))) is not None:
                before.spans = [list(span) for span in spans]
                continue
            made = _add(session, article, watch_id, spans)
            if made is not None and not _is_old(article):
                _tell(session, made, subscribers.get(watch_id, ()), now)


def _told() -> ColumnElement[bool]:
    return select(WatchTell.id).where(WatchTell.hit_id == WatchHit.id).exists()


def forget(session: Session, watch_id: int) -> None:
    """Take back the hits of a 专题 nobody is told of: its query changed, and they are looked up anew."""
    session.execute(delete(WatchHit).where(WatchHit.watch_id == watch_id, ~_told()))


def add(session: Session, watch_id: int, found: Sequence[tuple[int, Spans]]) -> None:
    """Write earlier hits of a 专题, by article, of which nobody is told; those known get their places anew."""
    ids = [article_id for article_id, _ in found]
    asked = select(WatchHit).where(WatchHit.watch_id == watch_id, WatchHit.article_id.in_(ids))
    known = {hit.article_id: hit for hit in session.scalars(asked)}
    articles = {article.id: article for article in session.scalars(select(Article).where(Article.id.in_(ids)))}
    for article_id, spans in found:
        if article_id in known:
            known[article_id].spans = [list(span) for span in spans]
        elif article_id in articles:
            _add(session, articles[article_id], watch_id, spans)


def _add(session: Session, article: Article, watch_id: int, spans: Spans) -> int | None:
    """Return the id of the new hit; None where another process wrote it meanwhile, or the 专题 is gone."""
    new = insert_into(session, WatchHit).values(
        watch_id=watch_id, article_id=article.id, at=article.first_seen_at, spans=[list(span) for span in spans]
    )
    known = new.on_conflict_do_nothing(index_elements=["watch_id", "article_id"])
    return session.scalars(known.returning(WatchHit.id)).first()


def _tell(session: Session, hit_id: int, people: Iterable[int], now: datetime) -> None:
    session.add_all(WatchTell(hit_id=hit_id, person_id=person_id, tell_at=now + SETTLE) for person_id in people)
    session.flush()


def _is_old(article: Article) -> bool:
    return is_stale(article.published_at, article.first_seen_at, date_only=article.date_only)


def of_articles(session: Session, article_ids: Iterable[int]) -> dict[int, list[Marked]]:
    """Return what articles hit, by article, in the order of the names."""
    asked = (
        select(WatchHit.article_id, WatchHit.spans, Watch.id, Watch.name)
        .join(Watch, Watch.id == WatchHit.watch_id)
        .where(WatchHit.article_id.in_(list(article_ids)))
        .order_by(Watch.name)
    )
    found: dict[int, list[Marked]] = {}
    for article_id, spans, watch_id, name in session.execute(asked):
        found.setdefault(article_id, []).append(Marked(watch_id, name, tuple((start, end) for start, end in spans)))
    return found


def latest(session: Session, watch_id: int, limit: int = 30, offset: int = 0, on: date | None = None) -> list[WatchHit]:
    """Return hits of a 专题, of one Beijing day if it is given, the newest article first."""
    loaded = joinedload(WatchHit.article).joinedload(Article.source)
    asked = select(WatchHit).where(*_of(watch_id, on)).options(loaded)
    return list(session.scalars(asked.order_by(WatchHit.at.desc(), WatchHit.id.desc()).limit(limit).offset(offset)))


def counts(session: Session, since: datetime) -> dict[int, int]:
    """Return how many articles hit each 专题 since then."""
    asked = select(WatchHit.watch_id, func.count()).where(WatchHit.at >= since).group_by(WatchHit.watch_id)
    return {watch_id: found for watch_id, found in session.execute(asked)}  # noqa: C416, rows are no pairs to mypy


def newest(session: Session) -> dict[int, datetime]:
    """Return when the newest article that hit each 专题 was first seen."""
    asked = select(WatchHit.watch_id, func.max(WatchHit.at)).group_by(WatchHit.watch_id)
    return {watch_id: at for watch_id, at in session.execute(asked)}  # noqa: C416, rows are no pairs to mypy


def count(session: Session, watch_id: int, on: date | None = None) -> int:
    """Return how many articles hit a 专题, ever or on one Beijing day."""
    return session.scalar(select(func.count(WatchHit.id)).where(*_of(watch_id, on))) or 0


def _of(watch_id: int, on: date | None) -> list[ColumnElement[bool]]:
    wanted = [WatchHit.watch_id == watch_id]
    if on is not None:
        start = datetime(on.year, on.month, on.day, tzinfo=BEIJING)
        wanted += [WatchHit.at >= start, WatchHit.at < start + DAY]
    return wanted


def per_day(session: Session, watch_id: int, now: datetime, days: int = 30) -> list[tuple[str, int]]:
    """Return (Beijing day as 2026-11-22, hits) of the last days, days without any too, the oldest first."""
    asked = select(WatchHit.at).where(WatchHit.watch_id == watch_id, WatchHit.at >= now - timedelta(days=days))
    return by_day(session.scalars(asked), now, days)


def by_day(times: Iterable[datetime], now: datetime, days: int) -> list[tuple[str, int]]:
    """Return (Beijing day, how many of the times fall on it) of the last days, the oldest first."""
    today = beijing_day(now)
    found = {(today - timedelta(days=n)).isoformat(): 0 for n in range(days - 1, -1, -1)}
    for at in times:
        day = beijing_day(at).isoformat()
        if day in found:
            found[day] += 1
    return list(found.items())
