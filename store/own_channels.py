"""The bureau's own channels: when each had its newest post, and which are silent for longer than they may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from domain.regulations import due_at
from domain.workdays import beijing_day
from store.calendar import calendar
from store.limits import rule_of
from store.tables.articles import Article
from store.tables.sources import Source


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """An own channel: its newest post (or since when it is watched without any), and when the next one is due."""

    source: Source
    since: datetime
    due_at: datetime
    posted: bool
    """Whether `since` is that of a post."""

    def silent_days(self, now: datetime) -> int:
        """Return the Beijing days since the newest post."""
        return (beijing_day(now) - beijing_day(self.since)).days


def channels(session: Session, now: datetime) -> list[OwnChannel]:
    """Return the own channels in use, the longest silent first.

    A post counts from the day it says itself: an old one that is seen for the first time is no update. A channel that
    cannot be reached is counted too: nobody knows whether it is fresh. Source: 山东省商务厅2019年政务公开工作方案
    （每周更新）.
    """
    rule, days = rule_of(session, "MEDIA_FRESH"), calendar(session)
    newest = _newest(session)
    own = select(Source).where(Source.role == "own", Source.enabled, Source.created_at <= now)
    found = []
    for source in session.scalars(own.order_by(Source.id)):
        last = newest.get(source.id) or source.last_new_at
        since = last or source.created_at
        found.append(OwnChannel(source, since, due_at(rule, since, days).at, last is not None))
    return sorted(found, key=lambda one: one.since)


def stale_channels(session: Session, now: datetime) -> list[OwnChannel]:
    """Return the own channels without a new post for the days of MEDIA_FRESH, the longest silent first."""
    return [one for one in channels(session, now) if now > one.due_at]


def _newest(session: Session) -> dict[int, datetime]:
    """Return when the newest post of each own channel was made; one dated ahead counts from when it was seen."""
    at = case((Article.published_at < Article.first_seen_at, Article.published_at), else_=Article.first_seen_at)
    asked = select(Article.source_id, func.max(at)).join(Source).where(Source.role == "own")
    return {row[0]: row[1] for row in session.execute(asked.group_by(Article.source_id))}
