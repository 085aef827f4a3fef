"""声量: how many articles came on each subject and for each unit, hour by hour, and what is usual."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from domain.baseline import Baseline, baseline
from domain.heat_table import Numbers
from store.db import insert_into
from store.tables.articles import Article, Judged
from store.tables.heat import Volume

ALL, TOPIC, UNIT = "all", "topic", "unit"
LONGEST = 60
KEPT = timedelta(weeks=26)
"""An office may look back that far."""
DAY = timedelta(days=1)


def told_at(article: Article) -> datetime:
    """Return when an article was told: a date alone says less than when we saw it, and nobody tells in the future."""
    return told(article.published_at, article.first_seen_at, date_only=article.date_only)


def told(published: datetime | None, seen: datetime, *, date_only: bool) -> datetime:
    """Return the same of an article's three columns."""
    return seen if published is None or date_only else min(published, seen)


def count(session: Session, article: Article, verdict: Judged | None) -> None:
    """Count one article in its hour: over all, for its subject, for the unit it is about."""
    hour = told_at(article).replace(minute=0, second=0, microsecond=0)
    keys = [(ALL, "")]
    if verdict is not None and verdict.topic:
        keys.append((TOPIC, verdict.topic))
    if verdict is not None and verdict.sections:
        keys.append((UNIT, verdict.sections[0][:LONGEST]))
    rows = [{"scope": scope, "name": name, "hour": hour, "articles": 1} for scope, name in keys]
    one_more = {"articles": Volume.articles + 1}
    new = insert_into(session, Volume).on_conflict_do_update(index_elements=["scope", "name", "hour"], set_=one_more)
    session.execute(new, rows)


def hours(session: Session, scope: str, name: str, since: datetime) -> list[tuple[datetime, int]]:
    """Return (beginning of the hour, articles) since a time, the oldest first; hours without any are left out."""
    asked = select(Volume.hour, Volume.articles).where(Volume.scope == scope, Volume.name == name, Volume.hour >= since)
    return [(hour, number) for hour, number in session.execute(asked.order_by(Volume.hour))]


def usual(session: Session, scope: str, name: str, now: datetime, numbers: Numbers) -> Baseline:
    """Return what is usual for a subject or unit; the last 24 hours do not count: what runs is not usual yet."""
    since = now - timedelta(weeks=numbers.baseline["weeks"])
    first = session.scalar(select(func.min(Volume.hour)).where(Volume.scope == ALL, Volume.name == ""))
    return baseline(hours(session, scope, name, since), first, now - DAY, numbers.baseline)


def forget(session: Session, now: datetime) -> None:
    """Delete the hours too old to say what is usual."""
    session.execute(delete(Volume).where(Volume.hour < now - KEPT))
