"""Working days: our table against two independent ones, and counting against a walk day by day."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.workdays import BEIJING, DAY, add_workdays, beijing_day, calendar_from, end_of, packaged_calendar

CALENDAR = packaged_calendar()
FIRST, LAST = date(2016, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + DAY * n for n in range((LAST - FIRST).days + 1)]
some_day = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def test_every_day_agrees_with_both_independent_tables():
    china = holidays.country_holidays("CN", years=range(2016, 2027))
    differing = [
        day
        for day in DAYS
        if not CALENDAR.is_workday(day) == chinese_calendar.is_workday(day) == china.is_working_day(day)
    ]
    assert len(DAYS) == 4018
    assert differing == []


def test_the_table_reaches_back_to_2004_and_agrees_there_too():
    older = [date(2004, 1, 1) + DAY * n for n in range((FIRST - date(2004, 1, 1)).days)]
    assert [day for day in older if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert CALENDAR.years == frozenset(range(2004, 2027))


@pytest.mark.parametrize(
    ("year", "made_up"),
    [
        (2017, ["01-22", "02-04", "04-01", "05-27", "09-30"]),
        (2019, ["02-02", "02-03", "04-28", "05-05", "09-29", "10-12"]),
        (2025, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_make_up_days_are_worked_though_they_are_weekends(year, made_up):
    days = [date.fromisoformat(f"{year}-{day}") for day in made_up]
    assert sorted(day for day in CALENDAR.work if day.year == year) == days
    assert all(day.weekday() >= 5 and CALENDAR.is_workday(day) for day in days)


@pytest.mark.parametrize("count", [1, 3, 7, 20])
def test_counting_equals_a_walk_over_every_day_of_eleven_years(count):
    worked = [day for day in DAYS if chinese_calendar.is_workday(day)]
    for start in DAYS[:-60]:
        expected = worked[bisect_right(worked, start) + count - 1]
        assert add_workdays(start, count, CALENDAR) == (expected, False), start


@given(some_day, st.integers(1, 60))
def test_the_result_is_a_working_day_later_than_the_start(start, count):
    day, _ = add_workdays(start, count, CALENDAR)
    assert day > start
    assert CALENDAR.is_workday(day)
    assert sum(CALENDAR.is_workday(start + DAY * n) for n in range(1, (day - start).days + 1)) == count


@given(some_day, st.integers(0, 400), st.integers(1, 60))
def test_a_later_start_is_never_due_earlier(start, later, count):
    assert add_workdays(start, count, CALENDAR)[0] <= add_workdays(start + DAY * later, count, CALENDAR)[0]


@given(some_day, st.integers(1, 60))
def test_provisional_exactly_where_a_day_without_a_table_was_crossed(start, count):
    day, provisional = add_workdays(start, count, CALENDAR)
    crossed = (start + DAY * n for n in range(1, (day - start).days + 1))
    assert provisional == any(not 2004 <= one.year <= 2026 for one in crossed)


@pytest.mark.parametrize(
    ("start", "count", "day", "provisional"),
    [
        ("2026-12-03", 20, "2026-12-31", False),
        ("2026-12-04", 20, "2027-01-01", True),
        ("2026-12-31", 1, "2027-01-01", True),
        ("2026-12-31", 3, "2027-01-05", True),
        ("2028-02-28", 1, "2028-02-29", True),
    ],
)
def test_a_year_without_a_table_counts_monday_to_friday_and_says_so(start, count, day, provisional):
    assert add_workdays(date.fromisoformat(start), count, CALENDAR) == (date.fromisoformat(day), provisional)


def test_an_operators_table_replaces_the_guess():
    table = calendar_from({"2027": {"off": ["01-01"], "work": ["01-02"]}})
    assert add_workdays(date(2026, 12, 31), 1, table) == (date(2027, 1, 2), False)


@pytest.mark.parametrize("table", [{"2027": {"off": ["02-30"]}}, {"2027": {"work": ["1-2"]}}, {"next": {"off": []}}])
def test_a_table_with_a_wrong_day_is_refused(table):
    with pytest.raises(ValueError, match=r"."):
        calendar_from(table)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 0, 0, 0, tzinfo=BEIJING), date(2026, 11, 23)),
    ],
)
def test_the_day_is_the_one_of_beijing(instant, day):
    assert beijing_day(instant) == day


def test_a_naive_instant_has_no_day():
    with pytest.raises(ValueError, match="时区"):
        beijing_day(datetime(2026, 11, 22))  # noqa: DTZ001


def test_a_day_ends_with_its_last_second_in_beijing():
    end = end_of(date(2026, 11, 25))
    assert end.isoformat() == "2026-11-25T23:59:59+08:00"
    assert beijing_day(end + timedelta(seconds=1)) == date(2026, 11, 26)
