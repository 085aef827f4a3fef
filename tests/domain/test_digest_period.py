"""Which period a digest covers and in which order it lists cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Level
from domain.digest import digest_day, period_of, send_at, sort_key

DAY = date(2026, 11, 22)
HOUR = timedelta(hours=1)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_a_digest_covers_the_day_up_to_half_past_seven():
    period = period_of(DAY)
    assert period.start.isoformat() == "2026-11-21T07:30:00+08:00"
    assert period.end.isoformat() == "2026-11-22T07:30:00+08:00"


@given(days)
def test_periods_follow_each_other_without_gap_or_overlap(day):
    assert period_of(day).end == period_of(day + timedelta(days=1)).start
    assert period_of(day).end < send_at(day)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-22T07:49:59+08:00", "2026-11-21"),
        ("2026-11-22T07:50:00+08:00", "2026-11-22"),
        ("2026-11-21T23:49:59+00:00", "2026-11-21"),
        ("2026-11-21T23:50:00+00:00", "2026-11-22"),
        ("2026-11-22T23:59:59+08:00", "2026-11-22"),
        ("2026-01-01T00:10:00+08:00", "2025-12-31"),
    ],
)
def test_the_newest_digest_due(now, day):
    assert digest_day(datetime.fromisoformat(now)).isoformat() == day


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_the_newest_digest_went_out_before_now_and_the_next_goes_out_after(now):
    day = digest_day(now)
    assert send_at(day) <= now < send_at(day + timedelta(days=1))


def test_cases_are_listed_overdue_first_then_by_level_then_by_remaining_time():
    rows = [
        ("blue, soon", False, Level.BLUE, HOUR),
        ("no level", False, None, HOUR),
        ("red, later", False, Level.RED, 9 * HOUR),
        ("red, soon", False, Level.RED, 2 * HOUR),
        ("yellow, overdue", True, Level.YELLOW, -HOUR),
        ("red, overdue", True, Level.RED, -HOUR),
        ("red, long overdue", True, Level.RED, -5 * HOUR),
    ]
    listed = sorted(rows, key=lambda row: sort_key(overdue=row[1], level=row[2], left=row[3]))
    assert [row[0] for row in listed] == [
        "red, long overdue",
        "red, overdue",
        "yellow, overdue",
        "red, soon",
        "red, later",
        "blue, soon",
        "no level",
    ]
