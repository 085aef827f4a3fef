"""Periodic duties: one row a period, written when it begins, recorded when it is done."""

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from domain.periodic import Period, following, looks, periodic_codes, periods
from domain.regulations import Rule
from domain.workdays import BEIJING, Calendar, beijing_day, end_of
from store import journal
from store.calendar import calendar
from store.db import hold, insert_into
from store.limits import rule_of
from store.tables.office import PeriodicDuty
from store.tables.people import Person

MOST_DONE = 60


def missing(session: Session, now: datetime) -> list[tuple[Rule, Period]]:
    """Return the periods that run at `now` and have no row yet."""
    days = calendar(session)
    wanted = [(rule, period) for rule in _followed(session) for period in periods(rule, beijing_day(now), days)]
    keys = [(rule.code, period.name) for rule, period in wanted]
    pair = tuple_(PeriodicDuty.rule, PeriodicDuty.period)
    known = {(row.rule, row.period) for row in session.scalars(select(PeriodicDuty).where(pair.in_(keys)))}
    return [one for one, key in zip(wanted, keys, strict=True) if key not in known]


def _followed(session: Session) -> Iterator[Rule]:
    for code in periodic_codes():
        yield rule_of(session, code)


def open_periods(session: Session, now: datetime) -> int:
    """Write a row for every period that began, with the time of its first reminder; return how many were new.

    Reminders whose time had passed before the row was written are left out: a new office is not reproached.
    """
    days = calendar(session)
    return sum(_open(session, rule, period, days, now) for rule, period in missing(session, now))


def _open(session: Session, rule: Rule, period: Period, days: Calendar, now: datetime) -> bool:
    new = insert_into(session, PeriodicDuty).values(
        rule=rule.code,
        period=period.name,
        due_at=period.due_at,
        look_at=following(looks(period, days), now),
        attempts=0,
        told=0,
        state="open",
    )
    known = new.on_conflict_do_nothing(index_elements=["rule", "period"])
    id_ = session.scalars(known.returning(PeriodicDuty.id)).first()
    if id_ is not None:
        journal.record(session, "system", "open_period", f"periodic-{id_}", now, rule=rule.code, period=period.name)
    return id_ is not None


def period_of(session: Session, duty: PeriodicDuty) -> Period:
    """Return the period of a row, with its first and last day."""
    day = beijing_day(duty.due_at)
    found = periods(rule_of(session, duty.rule), day, calendar(session))
    return next((one for one in found if one.name == duty.period), Period(duty.period, day.replace(day=1), day))


def waiting(session: Session) -> list[PeriodicDuty]:
    """Return the duties not recorded yet, the next to fall due first; those of rules switched off are left out."""
    asked = select(PeriodicDuty).where(PeriodicDuty.state == "open")
    found = session.scalars(asked.order_by(PeriodicDuty.due_at, PeriodicDuty.id)).all()
    return [duty for duty in found if not rule_of(session, duty.rule).off]


def done(session: Session, limit: int = MOST_DONE) -> list[PeriodicDuty]:
    """Return the duties recorded as done, the newest entry first."""
    asked = select(PeriodicDuty).where(PeriodicDuty.state == "met")
    return list(session.scalars(asked.order_by(PeriodicDuty.recorded_at.desc(), PeriodicDuty.id).limit(limit)))


def record(session: Session, duty: PeriodicDuty, on: date, words: str, person: Person, now: datetime) -> None:
    """Record that a duty was done on a Beijing day: what was done, with its link or file number; reminders end.

    ValueError without words, for a day to come or before its period, or where it was recorded already.
    """
    hold(session, duty)
    if duty.state != "open":
        raise ValueError("这项工作已经登记过，请刷新")
    if not words.strip():
        raise ValueError("请写明做了什么")
    if on > beijing_day(now):
        raise ValueError("实际日期不能晚于今天")
    if on < period_of(session, duty).start:
        raise ValueError("实际日期早于这个周期，请核对")
    duty.state, duty.met_at, duty.words = "met", min(end_of(on), now), words.strip()
    duty.recorded_at, duty.recorded_by, duty.look_at = now, person.id, None
    session.flush()
    journal.record(session, f"person-{person.id}", "record_periodic", f"periodic-{duty.id}", now, on=on)


def opens_at(day: date) -> datetime:
    """Return when the office opens on a Beijing day: reminders of the office's own channels come then."""
    return datetime.combine(day, time(9, 0), BEIJING)
