"""Hits of 专题: each subscriber is told once per event and cool-down, never in quiet hours, many hits in one letter."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from alerts.watch_letter import Item, watch_message
from domain.watch import PACE, told_from
from store import notices
from store.channels import channels_for
from store.db import transaction
from store.due import Taken, finish, take_due
from store.settings import Settings
from store.tables.articles import Article
from store.tables.notices import Notice
from store.tables.people import Person
from store.tables.watches import WatchHit, WatchTell
from store.watches import CHANNELS, quiet_of

RETRY = timedelta(seconds=30)
BATCH = 200
TOPIC = "watch-"


def tell_watches(now: datetime, settings: Settings | None = None) -> int:
    """Tell subscribers of hits that are due, one letter a person; return how many notices were written.

    They are ordinary notices: what the law asks for goes out before them and never waits for them.
    """
    by_person: dict[int, list[Taken]] = {}
    taken = take_due(WatchTell.tell_at, now, RETRY, BATCH)
    if taken:
        with transaction() as session:
            asked = select(WatchTell.id, WatchTell.person_id).where(WatchTell.id.in_([row.id for row in taken]))
            whose = {id_: person_id for id_, person_id in session.execute(asked)}  # noqa: C416, rows are no pairs to mypy
        for row in taken:
            by_person.setdefault(whose[row.id], []).append(row)
    written = 0
    for person_id, rows in by_person.items():
        with transaction() as session:
            written += _tell(session, session.get_one(Person, person_id), rows, now, settings)
    return written


def _tell(session: Session, person: Person, rows: Sequence[Taken], now: datetime, settings: Settings | None) -> int:
    """Write one letter of what this person is to hear now; the rest is put off or needs no telling."""
    loaded = (
        joinedload(WatchTell.hit).joinedload(WatchHit.watch),
        joinedload(WatchTell.hit).joinedload(WatchHit.article),
    )
    asked = select(WatchTell).where(WatchTell.id.in_([row.id for row in rows])).options(*loaded)
    tells = {tell.id: tell for tell in session.scalars(asked.order_by(WatchTell.id))}
    pause = _pace(session, person, now)
    wanted: list[tuple[Taken, WatchTell]] = []
    for row in rows:
        tell = tells[row.id]
        if not tell.hit.watch.active or not person.active or _told_lately(session, tell, now):
            finish(session, WatchTell.tell_at, row)
        elif (later := max(told_from(now, quiet_of(tell.hit.watch)), pause)) > now:
            finish(session, WatchTell.tell_at, row, tell_at=later)
        else:
            wanted.append((row, tell))
    if not wanted:
        return 0
    written = _write(session, person, [tell for _, tell in wanted], now, settings)
    for row, _ in wanted:
        finish(session, WatchTell.tell_at, row, told_at=now, notice_id=written[0].id if written else None)
    return len(written)


def _pace(session: Session, person: Person, now: datetime) -> datetime:
    """Return when the next letter may go to a person: hits that come meanwhile are collected."""
    last = session.scalar(select(func.max(WatchTell.told_at)).where(WatchTell.person_id == person.id))
    return now if last is None or last > now else max(now, last + PACE)


def _told_lately(session: Session, tell: WatchTell, now: datetime) -> bool:
    """Return whether the person heard of this event by this 专题 within its cool-down."""
    hit = tell.hit
    same = Article.id == hit.article_id
    if hit.article.event_id is not None:
        same = or_(same, Article.event_id == hit.article.event_id)
    asked = (
        select(WatchTell.id)
        .join(WatchHit, WatchHit.id == WatchTell.hit_id)
        .join(Article, Article.id == WatchHit.article_id)
        .where(WatchTell.person_id == tell.person_id, WatchHit.watch_id == hit.watch_id, same)
        .where(WatchTell.told_at > now - timedelta(minutes=hit.watch.cool_minutes))
    )
    return session.scalar(asked.limit(1)) is not None


def _write(
    session: Session, person: Person, tells: Sequence[WatchTell], now: datetime, settings: Settings | None
) -> list[Notice]:
    """Write the letter by every channel the 专题 name, by the person's first one where they name none."""
    message = watch_message(session, person, _items(tells), now)
    wanted = {channel for tell in tells for channel in tell.hit.watch.channels}
    able = [channel for channel in channels_for(person, settings) if channel in CHANNELS]
    chosen = [channel for channel in able if channel in wanted] or able[:1]
    topic = f"{TOPIC}{person.id}-{tells[0].id}"
    written = (
        notices.write(session, person, topic, message, now, legal=False, channel=channel, settings=settings)
        for channel in chosen
    )
    return [notice for notice in written if notice is not None]


def _items(tells: Iterable[WatchTell]) -> list[Item]:
    """Return what a letter lists: each event once for each 专题, its first article and how many more there are."""
    found: dict[tuple[int, str], Item] = {}
    for tell in tells:
        article = tell.hit.article
        event = f"event-{article.event_id}" if article.event_id is not None else f"article-{article.id}"
        known = found.setdefault((tell.hit.watch_id, event), Item(tell.hit.watch, article, tell.hit.spans))
        known.others += known.article is not article
    return list(found.values())
