"""The office's calendar: the packaged table with the years it loaded above it, and what a load does to open limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar_file import YearTable
from domain.recount import recount
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
    loaded = session.scalars(select(CalendarYear)).all()
    if not loaded:
        return packaged_calendar()
    years = {str(row.year): {"off": row.off, "work": row.work} for row in loaded}
    return calendar_from({**packaged_table(), **years})


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


def years(session: Session) -> Sequence[CalendarYear]:
    """Return the years the office loaded, in order."""
    return session.scalars(select(CalendarYear).order_by(CalendarYear.year)).all()
