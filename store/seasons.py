"""敏感时期: days of heightened watch with what they raise; shown on every page, in the digest and at the handover."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.regulations import Rule
from domain.seasons import JUDGE_MINUTES, PERSONS, Proposal, Raised, check_raised, proposals, raised, span_words
from domain.workdays import DAY
from store import journal
from store.limits import rule_of
from store.tables.office import Season

LONGEST = timedelta(days=90)
JUDGING = "LEAD_CONFIRM"
"""Code of the rule by which leads are judged."""


@dataclass(frozen=True, slots=True)
class SeasonFields:
    """What an office says of one season: its days, both included, people a shift and minutes to judge a lead.

    Without a number of minutes 15 hold, or the ordinary limit where that is shorter.
    """

    name: str
    start: date
    end: date
    words: str | None = None
    persons: int = PERSONS
    judge_minutes: int | None = None


def add(
    session: Session, name: str, start: date, end: date, by: str, now: datetime, *, words: str | None = None
) -> Season:
    """Add a season with the usual raised level and return it. ValueError as `save`."""
    return save(session, None, SeasonFields(name, start, end, words), by, now)


def save(session: Session, season: Season | None, said: SeasonFields, by: str, now: datetime) -> Season:
    """Add a season, or change one, and return it. Leads that are open already keep their limit.

    ValueError for a nameless one, wrong days or numbers, or one that is there already.
    """
    minutes = said.judge_minutes or min(JUDGE_MINUTES, usual_minutes(session) or JUDGE_MINUTES)
    _check(session, season, said, minutes)
    made = season or Season()
    made.name, made.start_on, made.end_on = said.name.strip(), said.start, said.end
    made.words, made.persons, made.judge_minutes = said.words, said.persons, minutes
    session.add(made)
    session.flush()
    facts = {"start": said.start, "end": said.end, "persons": said.persons, "minutes": minutes}
    action = "add_season" if season is None else "change_season"
    journal.record(session, by, action, f"season-{made.id}", now, **facts)
    return made


def _check(session: Session, season: Season | None, said: SeasonFields, minutes: int) -> None:
    name = said.name.strip()
    if not name or len(name) > 60:
        raise ValueError("请写一个60字以内的名称")
    if not timedelta(0) <= said.end - said.start <= LONGEST:
        raise ValueError(f"最后一天应不早于第一天，前后不超过{LONGEST.days}天")
    check_raised(said.persons, minutes, usual_minutes(session))
    same = session.scalars(select(Season).where(Season.name == name, Season.start_on == said.start)).first()
    if same is not None and same is not season:
        raise ValueError(f"{name}（{span_words(said.start, said.end)}）已经登记过")


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


def proposed(session: Session, year: int, since: date | None = None) -> list[Proposal]:
    """Return what the system proposes for a year and nobody took over; with `since` only what is not over by then."""
    taken = {(season.name, season.start_on.year) for season in listed(session)}
    found = [one for one in proposals(year) if (one.name, one.start.year) not in taken]
    return [one for one in found if since is None or one.end >= since]


def take_over(session: Session, year: int, since: date, by: str, now: datetime, *, name: str | None = None) -> int:
    """Add all that is proposed for a year and not over by `since`, or only what is called `name`; return how many."""
    found = [one for one in proposed(session, year, since) if name in (None, one.name)]
    for one in found:
        add(session, one.name, one.start, one.end, by, now, words=one.words)
    return len(found)


def touching(session: Session, first: date, last: date) -> Sequence[Season]:
    """Return the seasons that touch the days from `first` to `last`, in time order."""
    asked = select(Season).where(Season.start_on <= last, Season.end_on >= first)
    return session.scalars(asked.order_by(Season.start_on, Season.id)).all()


def raised_on(session: Session, day: date) -> Raised | None:
    """Return what is raised on a Beijing day, None on an ordinary one."""
    return raised_between(session, day, day).get(day)


def raised_between(session: Session, first: date, last: date) -> dict[date, Raised]:
    """Return what is raised on the days from `first` to `last`, by day; ordinary days are left out."""
    seasons, usual = touching(session, first, last), usual_minutes(session)
    found = {}
    for day in (first + DAY * n for n in range((last - first).days + 1)):
        rows = [(one.name, one.persons, one.judge_minutes) for one in seasons if one.start_on <= day <= one.end_on]
        if level := raised(rows, usual):
            found[day] = level
    return found


def usual_minutes(session: Session) -> int | None:
    """Return within how many minutes a lead is judged outside seasons, None where the office counts otherwise."""
    rule = rule_of(session, JUDGING)
    return rule.limit if rule.unit == "minutes" else None


def judging_rule(session: Session, day: date) -> tuple[Rule, str | None]:
    """Return the rule by which a lead proposed on a Beijing day is judged, and in words why it is a shorter one."""
    rule, season = rule_of(session, JUDGING), raised_on(session, day)
    if season is None or season.minutes is None or rule.unit != "minutes":
        return rule, None
    return replace(rule, limit=season.minutes), season.why


def season_words(session: Session, day: date) -> str | None:
    """Return the seasons of a Beijing day with their level, None on an ordinary day.

    `敏感时期：国庆（9月28日至10月8日），每班3人，线索15分钟内研判`.
    """
    found, level = touching(session, day, day), raised_on(session, day)
    words = "、".join(f"{season.name}（{span_words(season.start_on, season.end_on)}）" for season in found)
    return f"敏感时期：{words}，{level.level}" if level else None


def coming_words(session: Session, day: date) -> str | None:
    """Return the seasons of a Beijing day, else those that begin on the next, for who takes the next shift."""
    tomorrow = season_words(session, day + DAY)
    return season_words(session, day) or (f"明天进入{tomorrow}" if tomorrow else None)
