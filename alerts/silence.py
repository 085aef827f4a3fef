"""Sources that fell silent: the duty officer is told once of each, all in one message, at most one an hour.

At night only of what cannot wait; the rest is told in the morning, where it has not come back by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from alerts.matter import to_tell
from alerts.silence_letter import Troubled, silence_message
from domain.silence import tell_from
from store import chores, journal, notices
from store.db import reading, transaction
from store.settings import Settings
from store.sources import PASSIVE, Health, silence
from store.tables.notices import Notice
from store.tables.office import Fact
from store.tables.sources import Source

EVERY = timedelta(seconds=60)
APART = timedelta(hours=1)
GRACE = timedelta(hours=1)
"""A source is left this long to come back by itself."""
CHORE = "silence"
TOPIC = "silence-"
FAILING = frozenset({Health.NEVER, Health.REFUSED, Health.FAILING})
WORTH_TELLING = FAILING | {Health.SPARSE}


def tell_silence(now: datetime, settings: Settings | None = None) -> int:
    """Tell the duty officers of sources newly in trouble; return how many notices were written."""
    with reading() as session:
        if not _due(session, now):
            return 0
    with transaction() as session:
        if not chores.due(session, CHORE, EVERY, now):
            return 0
        found = _news(session, now)
        return _tell(session, found, now, settings) if found else 0


def _due(session: Session, now: datetime) -> bool:
    """Return whether a minute has gone since the last look and an hour since the last message."""
    last = session.get(Fact, f"chore_{CHORE}")
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last.value) < EVERY:
        return False
    told = session.scalar(select(func.max(Notice.created_at)).where(Notice.topic.startswith(TOPIC)))
    return told is None or not timedelta(0) <= now - told < APART


def _news(session: Session, now: datetime) -> list[Troubled]:
    """Return the sources in trouble nobody was told of, as far as that does not wait for morning; the gravest first."""
    lasting = [
        (source, health)
        for source, health in silence(session, now).troubled
        if health in WORTH_TELLING and _lasts(source, now)
    ]
    failing = sum(health in FAILING and source.kind not in PASSIVE for source, health in lasting)
    watched = _watched(session)
    return [
        (source, health)
        for source, health in lasting
        if source.trouble_told_at is None
        and tell_from(now, own=source.role == "own", failing=failing, watched=watched) <= now
    ]


def _watched(session: Session) -> int:
    """Return how many enabled sources are fetched."""
    asked = select(func.count()).select_from(Source).where(Source.enabled, Source.kind.not_in(PASSIVE))
    return session.scalar(asked) or 0


def _lasts(source: Source, now: datetime) -> bool:
    """Return whether the trouble has lasted; what brings too little was watched for a day already."""
    return source.warning is not None or now - (source.failing_since or source.created_at) >= GRACE


def _tell(session: Session, found: Sequence[Troubled], now: datetime, settings: Settings | None) -> int:
    watched = _watched(session)
    topic = f"{TOPIC}{now:%Y%m%d%H%M%S}"
    written = [
        notices.write(
            session,
            told.person,
            topic,
            silence_message(session, told, found, watched, now),
            now,
            legal=False,
            settings=settings,
        )
        for told in to_tell(session, ["duty_officer"], None, now)
    ]
    ids = [source.id for source, _ in found]
    session.execute(update(Source).where(Source.id.in_(ids)).values(trouble_told_at=now))
    sent = [notice.id for notice in written if notice]
    journal.record(session, "system", "tell_silence", "sources", now, sources=ids, notices=sent)
    return len(sent)
