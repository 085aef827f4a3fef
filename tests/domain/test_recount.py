"""A loaded calendar brings a running limit forward or settles it; it never moves it back."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recount import changed_days, recount, would_be_later
from domain.regulations import Due, due_at, rule
from domain.workdays import BEIJING, DAY, add_workdays, calendar_from, end_of, packaged_calendar, packaged_table

OLD = packaged_calendar()
FREE = {"off": ["01-01"], "work": []}


def loaded(year=2027, **row):
    return calendar_from({**packaged_table(), str(year): {**FREE, **row}})


def at(day):
    return datetime.combine(date.fromisoformat(day), time(9), BEIJING)


# start, due under the packaged table, what is loaded, due and mark afterwards
CASES = [
    ("as guessed", "2026-12-28", "2026-12-31", False, loaded(), "2026-12-31", False),
    ("later: stays, no longer provisional", "2026-12-31", "2027-01-05", True, loaded(), "2027-01-05", False),
    ("earlier: moved", "2026-12-31", "2027-01-05", True, loaded(off=[], work=["01-02", "01-03"]), "2027-01-03", False),
    (
        "earlier by a make-up day",
        "2026-12-31",
        "2027-01-05",
        True,
        loaded(work=["01-02", "01-03"]),
        "2027-01-04",
        False,
    ),
    ("same day", "2026-12-31", "2027-01-05", True, loaded(work=["01-02"]), "2027-01-05", False),
    ("other year", "2026-12-31", "2027-01-05", True, loaded(2028), "2027-01-05", True),
    ("known year amended", "2026-12-25", "2026-12-30", False, loaded(work=["2026-12-27"]), "2026-12-29", False),
    ("known year amended, later", "2026-12-25", "2026-12-30", False, loaded(off=["2026-12-29"]), "2026-12-30", False),
]


@pytest.mark.parametrize(
    ("start", "due", "provisional", "new", "then", "mark"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_a_load_does_to_a_limit_of_three_working_days(start, due, provisional, new, then, mark):
    was = due_at(rule("MSG_REPLY"), at(start), OLD)
    assert (was.at.date().isoformat(), was.provisional) == (due, provisional)
    found = recount(was, at(start), OLD, new)
    assert (found.at.date().isoformat(), found.provisional) == (then, mark)
    assert found == recount(found, at(start), new, new), "the same load again changes nothing"


def test_a_kept_day_that_turned_out_a_holiday_stays_however_often_the_table_is_loaded():
    new = loaded(off=["01-01", "01-04", "01-05"])
    was = due_at(rule("MSG_REPLY"), at("2026-12-31"), OLD)
    kept = recount(was, at("2026-12-31"), OLD, new)
    assert (kept.at, kept.provisional) == (was.at, False)
    assert recount(kept, at("2026-12-31"), new, new) == kept


some_days = st.lists(st.integers(0, 120).map(lambda n: date(2026, 12, 1) + DAY * n), max_size=40, unique=True)


@given(st.integers(0, 90), st.integers(1, 30), some_days)
def test_it_is_never_moved_later_and_is_a_working_day_where_it_was_moved(offset, limit, days):
    start = date(2026, 11, 1) + DAY * offset
    day, provisional = add_workdays(start, limit, OLD)
    off = [one.isoformat() for one in days if one.weekday() < 5]
    work = [one.isoformat() for one in days if one.weekday() >= 5]
    new = calendar_from({**packaged_table(), "2027": {"off": off, "work": work}})
    was = Due(end_of(day), provisional)
    found = recount(was, datetime.combine(start, time(9), BEIJING), OLD, new)
    assert found.at <= was.at
    assert not (found.provisional and not provisional and found.at == was.at)
    if found.at < was.at:
        assert new.is_workday(found.at.date())
        assert found.at == end_of(found.at.date())
    assert was.at - found.at < timedelta(days=60)


def test_what_a_new_calendar_would_put_later_is_known_though_it_stays():
    start = at("2026-12-31")
    was = due_at(rule("MSG_REPLY"), start, OLD)
    assert would_be_later(was, start, OLD, loaded())
    assert recount(was, start, OLD, loaded()).at == was.at
    assert not would_be_later(was, start, OLD, OLD)
    assert not would_be_later(was, start, OLD, loaded(work=["01-02", "01-03"]))


@given(some_days)
def test_the_days_on_which_calendars_differ_are_all_named_once_and_in_order(days):
    new = calendar_from({**packaged_table(), "2027": {"off": [one.isoformat() for one in days], "work": []}})
    found = changed_days(OLD, new)
    span = (date(2026, 11, 20) + DAY * n for n in range(160))
    assert found == [(day, new.is_workday(day)) for day in span if new.is_workday(day) != OLD.is_workday(day)]
    assert changed_days(new, new) == []
