"""值班表: the shifts of a month, replaced, substituted, and where they have gaps."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.gaps import LOOK_AHEAD, USUAL_PERSONS, Gap, OnDuty, Raise, gaps, shortages
from domain.rota import DEFAULT_START, DUTY_POSTS, Planned, Table, read_table, shift_of
from domain.workdays import BEIJING, DAY, beijing_day
from store import journal
from store.office import fact, set_fact
from store.seasons import touching
from store.sheets import rows_of
from store.tables.people import Person, Shift

USED_WITHIN = timedelta(days=31)
"""An office whose last shift lies further back keeps no rota: its posts are enough."""


def begins(session: Session) -> time:
    """Return when a shift begins in this office (fact `shift_start`, e.g. 08:30)."""
    return time.fromisoformat(fact(session, "shift_start", f"{DEFAULT_START:%H:%M}"))


def set_begins(session: Session, said: str, by: str, now: datetime) -> None:
    """Set when shifts begin, for those written from now on. ValueError in the user's words."""
    try:
        start = time.fromisoformat(said)
    except ValueError:
        raise ValueError("交接班时间请写成 08:30 的样子") from None
    set_fact(session, "shift_start", f"{start:%H:%M}")
    journal.record(session, by, "set_shift_start", "office", now, start=f"{start:%H:%M}")


def between(session: Session, start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts that touch a time, in order, 值班员 before 带班领导, with their people."""
    asked = select(Shift).where(Shift.start_at < end, Shift.end_at > start).options(joinedload(Shift.person))
    ordered = asked.order_by(Shift.start_at, Shift.post.desc(), Shift.id)
    return list(session.scalars(ordered))


def month_of(session: Session, day: date) -> list[Shift]:
    """Return the shifts that begin in the month of a Beijing day."""
    first, following = month_span(day)
    asked = select(Shift).where(Shift.start_at >= first, Shift.start_at < following)
    return list(session.scalars(asked.options(joinedload(Shift.person)).order_by(Shift.start_at, Shift.id)))


def month_span(day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a month, Beijing time, and that of the next."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, time(), BEIJING), datetime.combine(following, time(), BEIJING)


def read(session: Session, data: bytes, now: datetime) -> Table:
    """Return what an Excel file says about shifts of one month. ValueError in the user's words."""
    names: dict[str, list[int]] = {}
    for id_, name in session.execute(select(Person.id, Person.name).where(Person.active).order_by(Person.id)):
        names.setdefault("".join(name.split()), []).append(id_)
    table = read_table(rows_of(data), names, now.astimezone(BEIJING).date())
    _one_month(table.planned)
    return table


def replace_month(session: Session, planned: Iterable[Planned], by: str, now: datetime) -> int:
    """Let a month's shifts be those planned and return how many were written.

    Shifts that have begun stay as they were: who was on duty is not rewritten. ValueError for an empty plan, one over
    two months, or a person who is not there.
    """
    wanted = sorted(set(planned), key=lambda one: (one.day, one.post, one.person))
    _one_month(wanted)
    active = set(session.scalars(select(Person.id).where(Person.active)))
    if not all(one.person in active and one.post in DUTY_POSTS for one in wanted):
        raise ValueError("表里有已停用或不存在的人，请重新上传")
    kept = {(shift.post, shift.start_at) for shift in _drop_coming(session, wanted[0].day, now)}
    start = begins(session)
    made = [_shift(one, start) for one in wanted]
    made = [shift for shift in made if (shift.post, shift.start_at.astimezone(UTC)) not in kept]
    session.add_all(made)
    session.flush()
    month = f"{wanted[0].day:%Y-%m}"
    journal.record(session, by, "replace_rota", f"rota-{month}", now, shifts=len(made))
    return len(made)


def _drop_coming(session: Session, day: date, now: datetime) -> list[Shift]:
    """Delete the shifts of a month that have not begun and return those that have."""
    shifts = month_of(session, day)
    for shift in shifts:
        if shift.start_at > now:
            session.delete(shift)
    session.flush()
    return [shift for shift in shifts if shift.start_at <= now]


def _shift(one: Planned, start: time) -> Shift:
    start_at, end_at = shift_of(one.day, start)
    return Shift(post=one.post, person_id=one.person, start_at=start_at, end_at=end_at)


def _one_month(planned: Iterable[Planned]) -> None:
    months = sorted({(one.day.year, one.day.month) for one in planned})
    if not months:
        raise ValueError("表里没有一个能用的班次：请核对表头、日期和姓名")
    if len(months) > 1:
        named = "、".join(f"{year}年{month}月" for year, month in months)
        raise ValueError(f"表里不止一个月（{named}）：请每次上传一个月")


def substitute(session: Session, shift: Shift, person: Person, by: str, now: datetime) -> None:
    """Let somebody stand in for the person of a shift; standing back restores it.

    ValueError for a shift that is over, somebody who has left, or who has that shift already.
    """
    if shift.end_at <= now:
        raise ValueError("这一班已经结束，不能再换人")
    if not person.active:
        raise ValueError(f"{person.name} 已停用")
    if person.id == shift.person_id:
        raise ValueError(f"{person.name} 本来就在这一班")
    before = shift.person_id
    original = shift.stands_in_for or before
    shift.person_id, shift.stands_in_for = person.id, None if person.id == original else original
    session.flush()
    session.refresh(shift, ["person"])
    journal.record(session, by, "substitute", f"shift-{shift.id}", now, before=before, after=person.id)


def coming_gaps(session: Session, now: datetime) -> list[Gap]:
    """Return where the next 14 days have nobody at a post, or in a 敏感时期 too few people, in order.

    Nothing in an office that keeps no rota.
    """
    kept = select(Shift.id).where(Shift.end_at > now - USED_WITHIN).limit(1)
    if session.scalar(kept) is None:
        return []
    end = now + LOOK_AHEAD
    shifts = [shift for shift in between(session, now, end) if shift.person.active]
    found = gaps([(one.post, one.start_at, one.end_at) for one in shifts], now, end)
    people = [OnDuty(one.post, one.person_id, one.start_at, one.end_at) for one in shifts]
    return sorted([*found, *shortages(people, raises(session, now, end), now, end)], key=lambda gap: gap.start)


def raises(session: Session, start: datetime, end: datetime) -> list[Raise]:
    """Return the times from `start` to `end` in which a season wants more people: its days' shifts, to their end."""
    begin, first, last = begins(session), beijing_day(start) - DAY, beijing_day(end)
    return [
        Raise(
            shift_of(season.start_on, begin)[0],
            shift_of(season.end_on, begin)[1],
            season.persons,
            f"敏感时期：{season.name}",
        )
        for season in touching(session, first, last)
        if season.persons > USUAL_PERSONS
    ]


def turns(session: Session, now: datetime) -> tuple[list[Shift], list[Shift]]:
    """Return the shifts of now, and those of the next turn."""
    present = between(session, now, now + timedelta(microseconds=1))
    coming = [shift for shift in between(session, now, now + 3 * DAY) if shift.start_at > now]
    return present, [shift for shift in coming if shift.start_at == coming[0].start_at]
