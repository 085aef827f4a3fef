"""What the rota screens show: a month as days, a plan as text, who can stand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.who import ADMINS
from domain.rota import DUTY_POSTS, Planned, shift_of
from domain.seasons import Raised
from domain.workdays import BEIJING, DAY
from store import people, rota
from store.seasons import raised_between
from store.tables.people import Person, Shift

MOST_PLANNED = 400
OFFICER, LEADER = DUTY_POSTS


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar with the shifts that begin on it."""

    day: date
    officers: list[Shift]
    leaders: list[Shift]
    today: bool
    past: bool
    season: Raised | None = None

    @property
    def short(self) -> int:
        """How many people a season wants beside those of the day; an empty post is named by itself."""
        if self.season is None or not (self.officers and self.leaders):
            return 0
        return max(self.season.persons - len({shift.person_id for shift in (*self.officers, *self.leaders)}), 0)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day as an uploaded table says it, in names."""

    day: date
    officers: list[str]
    leaders: list[str]


def month(session: Session, first: date, now: datetime) -> list[Day]:
    """Return the days of a month."""
    today, start = now.astimezone(BEIJING).date(), rota.begins(session)
    by_day: dict[tuple[date, str], list[Shift]] = {}
    for shift in rota.month_of(session, first):
        by_day.setdefault((shift.start_at.astimezone(BEIJING).date(), shift.post), []).append(shift)
    seasons = raised_between(session, first, shifted(first, 1) - DAY)
    return [
        Day(
            day,
            by_day.get((day, OFFICER), []),
            by_day.get((day, LEADER), []),
            day == today,
            _over(day, start, now),
            seasons.get(day),
        )
        for day in days_of(first)
    ]


def days_of(first: date) -> list[date]:
    """Return the days of the month that begins on `first`."""
    return [first + timedelta(days=off) for off in range((shifted(first, 1) - first).days)]


def _over(day: date, start: time, now: datetime) -> bool:
    return shift_of(day, start)[1] <= now


def shifted(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def planned(session: Session, plan: Iterable[Planned]) -> list[PlannedDay]:
    """Return every day of a plan's month, in names; days and posts the plan leaves out are empty."""
    names = {person.id: person.name for person in session.scalars(select(Person))}
    by_day: dict[date, dict[str, list[str]]] = {}
    for one in plan:
        by_day.setdefault(one.day, {}).setdefault(one.post, []).append(names[one.person])
    return [
        PlannedDay(day, by_day.get(day, {}).get(OFFICER, []), by_day.get(day, {}).get(LEADER, []))
        for day in days_of(min(by_day).replace(day=1))
    ]


def as_text(plan: Iterable[Planned]) -> str:
    """Return a plan as a form carries it."""
    return " ".join(f"{one.day.isoformat()}/{one.post}/{one.person}" for one in plan)


def from_text(text: str) -> list[Planned]:
    """Return the plan a form carries. ValueError where it carries none."""
    found = []
    try:
        for word in text.split()[:MOST_PLANNED]:
            day, post, person = word.split("/")
            found.append(Planned(date.fromisoformat(day), post, int(person)))
    except ValueError:
        found = []
    if not found:
        raise ValueError("没有收到要导入的班次，请重新上传")
    return found


def fills(session: Session) -> dict[str, list[Person]]:
    """Return who fills a gap at each post: its holders, outside the rota."""
    return {post: people.holders(session, post) for post in DUTY_POSTS}


def candidates(session: Session, shift: Shift) -> tuple[list[Person], list[Person]]:
    """Return (those who have had shifts or hold the post, everybody else) without who has the shift.

    Only active people; administrators keep the service and are not on duty.
    """
    used = set(session.scalars(select(Shift.person_id).where(Shift.post == shift.post).distinct()))
    used |= {person.id for person in people.holders(session, shift.post)} | {shift.stands_in_for or 0}
    fit = (Person.active, Person.id != shift.person_id, Person.role.not_in(ADMINS))
    asked = select(Person).where(*fit).order_by(Person.id)
    everybody = list(session.scalars(asked))
    return [p for p in everybody if p.id in used], [p for p in everybody if p.id not in used]
