"""The office's calendar: the packaged table with the years it loaded above it, and what a load does to open limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar_file import YearTable
from domain.recount import changed_days, recount, would_be_later
from domain.regulations import Due
from domain.workdays import Calendar, calendar_from, packaged_calendar, packaged_table
from store import journal
from store.db import hold
from store.limits import rule_for
from store.stages import rewrite_stages
from store.tables.cases import Deadline
from store.tables.office import CalendarYear


def calendar(session: Session) -> Calendar:
    """Return the calendar in force: a loaded year stands above the packaged one."""
    return _calendar(session.scalars(select(CalendarYear)).all())


def _calendar(loaded: Iterable[CalendarYear | YearTable]) -> Calendar:
    years = {str(row.year): {"off": list(row.off), "work": list(row.work)} for row in loaded}
    return calendar_from({**packaged_table(), **years}) if years else packaged_calendar()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did to the open working-day limits: moved earlier, kept without 暂定, or not touched."""

    earlier: int
    settled: int
    untouched: int


def load(session: Session, tables: Iterable[YearTable], source: str, by: str, now: datetime) -> Loaded:
    """Load years into the office's calendar and recount the open working-day limits; return what became of them.

    A limit is moved earlier where the new table says so, with its rungs to come; never later: then it only loses the
    mark 暂定. `source` is named where a table names no notice. `by` is who loads, for the journal.
    """
    before = calendar(session)
    for table in tables:
        _put(session, table, source, by, now)
    session.flush()
    return _recount(session, before, calendar(session), by, now)


def _put(session: Session, table: YearTable, source: str, by: str, now: datetime) -> None:
    row = session.get(CalendarYear, table.year) or CalendarYear(year=table.year)
    row.off, row.work, row.source = list(table.off), list(table.work), table.source or source
    row.loaded_at, row.loaded_by = now, by
    session.add(row)
    facts = {"off": list(table.off), "work": list(table.work)}
    journal.record(session, by, "load_calendar", f"calendar-{table.year}", now, **facts)


def _recount(session: Session, before: Calendar, after: Calendar, by: str, now: datetime) -> Loaded:
    """Recount open working-day limits, matters in the order of their ids: two loads must not wait in a circle."""
    found = [_one(session, deadline, before, after, by, now) for deadline in _counted(session)]
    return Loaded(found.count("earlier"), found.count("settled"), found.count("untouched"))


def _counted(session: Session) -> Iterator[Deadline]:
    asked = select(Deadline).where(Deadline.state == "open", Deadline.given.is_(False))
    for deadline in session.scalars(asked.order_by(Deadline.lead_id, Deadline.id)).all():
        if rule_for(deadline).unit == "workdays":
            yield deadline


def _one(session: Session, deadline: Deadline, before: Calendar, after: Calendar, by: str, now: datetime) -> str:
    hold(session, deadline.lead, deadline)
    was = Due(deadline.due_at, deadline.calendar_provisional)
    due = recount(was, deadline.start_at, before, after)
    if deadline.state != "open" or due == was:
        return "untouched"
    deadline.due_at, deadline.calendar_provisional = due.at, due.provisional
    moved = due.at < was.at
    if moved and was.at > now:
        rewrite_stages(session, deadline, now)
    facts = {"deadline": deadline.id, "was": was.at, "due": due.at, "provisional": due.provisional}
    journal.record(session, by, "recount", f"lead-{deadline.lead_id}", now, **facts)
    return "earlier" if moved else "settled"


@dataclass(frozen=True, slots=True)
class Moved:
    """An open limit that a load would change: from which due time to which; the same where only 暂定 goes."""

    deadline: Deadline
    was: Due
    due: Due


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a load would do: days that change and whether they are worked then, limits that change, and the others.

    `kept` would fall later by the new table and stay on their day.
    """

    days: list[tuple[date, bool]]
    moved: list[Moved]
    untouched: int
    kept: int


def foresee(session: Session, tables: Iterable[YearTable]) -> Foreseen:
    """Return what loading years would do, without doing it."""
    before = calendar(session)
    named = {table.year: table for table in tables}
    rest = [row for row in session.scalars(select(CalendarYear)) if row.year not in named]
    after = _calendar([*rest, *named.values()])
    found = []
    kept = 0
    for deadline in _counted(session):
        was = Due(deadline.due_at, deadline.calendar_provisional)
        found.append(Moved(deadline, was, recount(was, deadline.start_at, before, after)))
        kept += would_be_later(was, deadline.start_at, before, after)
    moved = [one for one in found if one.due != one.was]
    return Foreseen(changed_days(before, after), moved, len(found) - len(moved), kept)


def provisional(session: Session) -> list[Deadline]:
    """Return the open limits that cross into a year without a table (暂定), the next to fall due first."""
    asked = select(Deadline).where(Deadline.state == "open", Deadline.calendar_provisional)
    return list(session.scalars(asked.order_by(Deadline.due_at, Deadline.id)))


def years(session: Session) -> Sequence[CalendarYear]:
    """Return the years the office loaded, in order."""
    return session.scalars(select(CalendarYear).order_by(CalendarYear.year)).all()
