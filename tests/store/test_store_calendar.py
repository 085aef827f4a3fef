"""A loaded year stands above the packaged one and moves open limits earlier, never later."""

from datetime import UTC, date, datetime

import pytest
from making import lead, office
from sqlalchemy import func, select

from domain.calendar_file import YearTable
from domain.regulations import in_beijing
from domain.workdays import packaged_calendar
from store import deadlines, journal
from store.calendar import calendar, foresee, load, provisional, years
from store.deadlines import write_deadline
from store.tables import CalendarYear, Deadline, JournalEntry, Stage

NEW_YEAR = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
"""Thursday 10:00 Beijing; three working days end on 5 January as long as 2027 has no table."""
HOLIDAY = YearTable(2027, ("01-01",), (), "国办发明电〔2026〕1号")
MADE_UP = YearTable(2027, ("01-01",), ("01-02", "01-03"), None)


@pytest.fixture
def duty(session):
    """A message's duty of three working days that crosses into 2027."""
    office(session)
    return write_deadline(session, lead(session), "MSG_REPLY", NEW_YEAR, NEW_YEAR, ladder="duty")


def put(session, *tables, now=NEW_YEAR):
    return load(session, tables, "文件 2027.json", "command", now)


def pending(session, deadline):
    session.refresh(deadline, ["stages"])
    return {stage.rung: in_beijing(stage.look_at) for stage in deadline.stages if stage.state == "pending"}


def actions(session):
    journal.append_recorded(session)
    return list(session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_without_a_loaded_year_the_packaged_calendar_holds(session):
    assert calendar(session) is packaged_calendar()


def test_a_loaded_year_is_known_and_keeps_its_source(session):
    put(session, HOLIDAY, YearTable(2028, ("01-03",), (), None))
    assert calendar(session).years == packaged_calendar().years | {2027, 2028}
    assert [(row.year, row.source, row.loaded_by) for row in years(session)] == [
        (2027, "国办发明电〔2026〕1号", "command"),
        (2028, "文件 2027.json", "command"),
    ]


def test_a_second_load_of_a_year_replaces_the_first(session):
    put(session, MADE_UP)
    put(session, HOLIDAY)
    assert session.scalar(select(func.count()).select_from(CalendarYear)) == 1
    assert not calendar(session).work & {day for day in calendar(session).work if day.year == 2027}


def test_a_limit_written_after_the_load_counts_with_it(session, duty):
    assert (in_beijing(duty.due_at), duty.calendar_provisional) == ("2027-01-05T23:59:59+08:00", True)
    put(session, HOLIDAY)
    later = write_deadline(session, duty.lead, "INTERP", NEW_YEAR, NEW_YEAR, ladder="duty")
    assert (in_beijing(later.due_at), later.calendar_provisional) == ("2027-01-06T23:59:59+08:00", False)


def test_a_later_day_is_not_taken_over_the_mark_alone_goes(session, duty):
    rungs = pending(session, duty)
    done = put(session, HOLIDAY)
    assert (done.earlier, done.settled) == (0, 1)
    assert (in_beijing(duty.due_at), duty.calendar_provisional) == ("2027-01-05T23:59:59+08:00", False)
    assert pending(session, duty) == rungs
    assert actions(session)[-2:] == ["load_calendar", "recount"]


def test_an_earlier_day_moves_the_limit_with_its_rungs_to_come(session, duty):
    done = put(session, MADE_UP)
    assert (done.earlier, done.settled) == (1, 0)
    assert in_beijing(duty.due_at) == "2027-01-04T23:59:59+08:00"
    found = pending(session, duty)
    assert found["missed"] == "2027-01-04T23:59:59+08:00"
    assert found["last_hour"] == "2027-01-04T22:59:59+08:00"
    assert found["last_day"] == "2027-01-03T23:59:59+08:00"
    assert found["opened"] == in_beijing(NEW_YEAR)
    journal.append_recorded(session)
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "recount")).one()
    assert entry.facts["was"].startswith("2027-01-05")
    assert entry.facts["due"].startswith("2027-01-04")
    assert journal.first_broken(session) is None


def test_a_limit_moved_into_the_past_is_missed_at_once(session, duty):
    now = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    put(session, MADE_UP, now=now)
    assert pending(session, duty)["missed"] == in_beijing(now)
    assert "last_hour" not in pending(session, duty)


def test_rungs_told_stay_told(session, duty):
    opened = session.scalars(select(Stage).where(Stage.deadline_id == duty.id, Stage.rung == "opened")).one()
    opened.state, opened.look_at, opened.told_at = "told", None, NEW_YEAR
    session.flush()
    put(session, MADE_UP)
    assert [stage.state for stage in duty.stages if stage.rung == "opened"] == ["told"]


def test_met_given_and_clock_hour_limits_are_left_alone(session, duty):
    deadlines.meet(session, duty, NEW_YEAR, NEW_YEAR, None, "reply")
    own = datetime(2027, 1, 5, 4, 0, tzinfo=UTC)
    ticket = write_deadline(session, duty.lead, "HOTLINE", NEW_YEAR, NEW_YEAR, ladder="duty", limit=own)
    hours = write_deadline(session, duty.lead, "OTHER_RESPONSE", NEW_YEAR, NEW_YEAR, ladder="duty")
    before = {one.id: one.due_at for one in session.scalars(select(Deadline))}
    assert put(session, MADE_UP) == put(session, MADE_UP)
    assert {one.id: one.due_at for one in session.scalars(select(Deadline))} == before
    assert (ticket.given, hours.given) == (True, False)


def test_the_same_load_again_changes_nothing(session, duty):
    put(session, MADE_UP)
    due, rungs = duty.due_at, pending(session, duty)
    again = put(session, MADE_UP)
    assert (again.earlier, again.settled) == (0, 0)
    assert (duty.due_at, pending(session, duty)) == (due, rungs)


@pytest.mark.parametrize("tables", [(HOLIDAY,), (MADE_UP,), (YearTable(2028, ("01-03",), (), None),)])
def test_a_preview_tells_what_the_load_then_does_and_changes_nothing_itself(session, duty, tables):
    other = write_deadline(session, duty.lead, "INTERP", NEW_YEAR, NEW_YEAR, ladder="duty")
    before = {one.id: (one.due_at, one.calendar_provisional) for one in (duty, other)}
    told = foresee(session, tables)
    session.flush()
    session.expire_all()
    assert {one.id: (one.due_at, one.calendar_provisional) for one in (duty, other)} == before
    assert years(session) == []
    done = put(session, *tables)
    earlier = [one for one in told.moved if one.due.at < one.was.at]
    assert (len(earlier), len(told.moved) - len(earlier), told.untouched) == (
        done.earlier,
        done.settled,
        done.untouched,
    )
    for one in told.moved:
        assert (one.deadline.due_at, one.deadline.calendar_provisional) == (one.due.at, one.due.provisional)


def test_a_preview_names_the_days_that_change_and_what_stays_though_it_could_be_later(session, duty):
    assert [one.id for one in provisional(session)] == [duty.id]
    told = foresee(session, [HOLIDAY])
    assert (told.days, told.kept) == ([(date(2027, 1, 1), False)], 1)
    put(session, HOLIDAY)
    assert provisional(session) == []
    assert foresee(session, [HOLIDAY]).days == []
    assert foresee(session, [MADE_UP]).days == [(date(2027, 1, 2), True), (date(2027, 1, 3), True)]
