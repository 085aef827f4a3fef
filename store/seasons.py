"""敏感时期: days of heightened watch, shown on every page and in the digest."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.seasons import span_words
from store import journal
from store.tables.office import Season

LONGEST = timedelta(days=90)


def add(
    session: Session, name: str, start: date, end: date, by: str, now: datetime, *, words: str | None = None
) -> Season:
    """Add a season and return it. ValueError for a nameless one, wrong days, or one that is there already."""
    if not name.strip() or len(name) > 60:
        raise ValueError("请写一个60字以内的名称")
    if not timedelta(0) <= end - start <= LONGEST:
        raise ValueError(f"最后一天应不早于第一天，前后不超过{LONGEST.days}天")
    if session.scalar(select(Season.id).where(Season.name == name.strip(), Season.start_on == start)):
        raise ValueError(f"{name}（{span_words(start, end)}）已经登记过")
    season = Season(name=name.strip(), start_on=start, end_on=end, words=words)
    session.add(season)
    session.flush()
    journal.record(session, by, "add_season", f"season-{season.id}", now, start=start, end=end)
    return season


def remove(session: Session, season_id: int, by: str, now: datetime) -> None:
    """Take a season away. ValueError where there is none."""
    season = session.get(Season, season_id)
    if season is None:
        raise ValueError(f"没有编号为 {season_id} 的敏感时期")
    session.delete(season)
    session.flush()
    journal.record(session, by, "remove_season", f"season-{season_id}", now)


def listed(session: Session) -> list[Season]:
    """Return all seasons in time order."""
    return list(session.scalars(select(Season).order_by(Season.start_on, Season.id)))


def in_season(session: Session, day: date) -> bool:
    """Return whether a Beijing day lies in a 敏感时期."""
    asked = select(Season.id).where(Season.start_on <= day, Season.end_on >= day).limit(1)
    return session.scalar(asked) is not None


def season_words(session: Session, day: date) -> str | None:
    """Return the seasons of a Beijing day in words, `敏感时期：国庆（9月28日至10月8日）`; None on an ordinary day."""
    asked = select(Season).where(Season.start_on <= day, Season.end_on >= day)
    found = session.scalars(asked.order_by(Season.start_on, Season.id)).all()
    words = "、".join(f"{season.name}（{span_words(season.start_on, season.end_on)}）" for season in found)
    return f"敏感时期：{words}" if words else None
