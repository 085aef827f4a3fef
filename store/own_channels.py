"""The bureau's own channels that have been silent for longer than they may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.regulations import due_at
from store.calendar import calendar
from store.limits import rule_of
from store.tables.sources import Source


@dataclass(frozen=True, slots=True)
class Stale:
    """An own channel without a new item: its latest one (or since when it is watched), and when it was due."""

    source: Source
    since: datetime
    due_at: datetime


def stale_channels(session: Session, now: datetime) -> list[Stale]:
    """Return the own channels without a new item for the days of MEDIA_FRESH, the longest silent first.

    A channel that cannot be reached is counted too: nobody knows whether it is fresh. Source: 山东省商务厅2019年政务公
    开工作方案（每周更新）.
    """
    rule, days = rule_of(session, "MEDIA_FRESH"), calendar(session)
    own = select(Source).where(Source.role == "own", Source.enabled, Source.created_at <= now)
    found = []
    for source in session.scalars(own.order_by(Source.id)):
        since = source.last_new_at or source.created_at
        due = due_at(rule, since, days).at
        if now > due:
            found.append(Stale(source, since, due))
    return sorted(found, key=lambda one: one.since)
