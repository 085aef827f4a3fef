"""Periods of periodic duties, the days on which somebody is reminded, and proposed seasons."""

from datetime import date, datetime

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periodic import Period, following, latest, looks, period_words, periodic_codes, periods, reminders
from domain.regulations import rule
from domain.seasons import proposals, span_words
from domain.workdays import BEIJING, DAY, packaged_calendar

CALENDAR = packaged_calendar()
days = st.dates(date(2016, 1, 1), date(2026, 12, 1))


def names(code, day):
    return [(p.name, str(p.start), str(p.end)) for p in periods(rule(code), date.fromisoformat(day), CALENDAR)]


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("MONTHLY_INSPECTION", "2026-11-25", [("2026-11", "2026-11-01", "2026-11-30")]),
        ("MONTHLY_SELF_CHECK", "2028-02-01", [("2028-02", "2028-02-01", "2028-02-29")]),
        ("WEEKLY_MEETING", "2026-11-25", [("2026-W48", "2026-11-23", "2026-11-29")]),
        ("WEEKLY_MEDIA", "2027-01-01", [("2026-W53", "2026-12-28", "2027-01-03")]),
        ("YEARLY_INSPECTION", "2026-06-01", [("2026", "2026-01-01", "2026-12-31")]),
        (
            "YEARLY_INTERPRET",
            "2026-06-01",
            [("2026-1/2", "2026-01-01", "2026-12-31"), ("2026-2/2", "2026-01-01", "2026-12-31")],
        ),
        ("ANNUAL_REPORT", "2027-01-31", [("2026", "2027-01-01", "2027-01-31")]),
        ("ANNUAL_REPORT", "2027-02-01", []),
        # Nobody works from 16 to 22 February 2026.
        ("WEEKLY_MEETING", "2026-02-18", []),
        # The periods themselves and what is no periodic duty have no rows.
        ("MONTHLY", "2026-11-25", []),
        ("AUTH_RELEASE", "2026-11-25", []),
    ],
)
def test_the_period_of_a_day(code, day, expected):
    assert names(code, day) == expected


@given(days, st.sampled_from(periodic_codes()))
def test_a_day_lies_in_its_period_and_every_day_of_it_names_the_same(day, code):
    for period in periods(rule(code), day, CALENDAR):
        assert period.start <= day <= period.end
        assert period in periods(rule(code), period.start, CALENDAR)
        assert period in periods(rule(code), period.end, CALENDAR)
        assert len(period.name) <= 10


@pytest.mark.parametrize(
    ("name", "words"),
    [("2026-11", "2026年11月"), ("2026-W05", "2026年第5周"), ("2026", "2026年"), ("2026-1/2", "2026年第1次，共2次")],
)
def test_a_period_in_words(name, words):
    assert period_words(name) == words


def told(start, end):
    found = looks(Period("x", date.fromisoformat(start), date.fromisoformat(end)), CALENDAR)
    return {rung.rung: at.strftime("%m-%d %H:%M") for rung, at in found}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-01", "2026-11-30", {"soon": "11-27 09:00", "last_day": "11-30 09:00", "overdue": "12-01 09:00"}),
        # A Sunday: the office is told on Friday, and on Monday that it is over.
        ("2026-11-23", "2026-11-29", {"soon": "11-26 09:00", "last_day": "11-27 09:00", "overdue": "11-30 09:00"}),
        # A made-up Saturday is worked; the week after the holiday begins with 8 October.
        ("2026-10-05", "2026-10-11", {"soon": "10-08 09:00", "last_day": "10-10 09:00", "overdue": "10-12 09:00"}),
        # Both rungs meet on the last worked day: the later one is told.
        ("2026-01-01", "2026-02-22", {"last_day": "02-14 09:00", "overdue": "02-24 09:00"}),
        # 30 September and 1–7 October: three days before lies before the period.
        ("2026-09-30", "2026-10-02", {"last_day": "09-30 09:00", "overdue": "10-08 09:00"}),
    ],
)
def test_when_somebody_is_reminded(start, end, expected):
    assert told(start, end) == expected


@given(days, st.sampled_from(periodic_codes()))
def test_reminders_come_in_order_on_working_days_and_the_overdue_one_after_the_end(day, code):
    for period in periods(rule(code), day, CALENDAR):
        found = looks(period, CALENDAR)
        assert [at for _, at in found] == sorted({at for _, at in found})
        assert all(CALENDAR.is_workday(at.date()) and at.date() >= period.start for _, at in found)
        assert [(rung.days > 0) == (at > period.due_at) for rung, at in found] == [True] * len(found)
        assert found[-1][0].rung == "overdue"


def test_after_an_outage_only_the_latest_rung_is_told():
    found = looks(Period("2026-11", date(2026, 11, 1), date(2026, 11, 30)), CALENDAR)

    def at(text):
        return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BEIJING)

    assert latest(found, at("11-27T08:59")) is None
    assert [latest(found, at(text)).rung for text in ("11-27T09:00", "11-30T10:00", "12-09T10:00")] == [
        "soon",
        "last_day",
        "overdue",
    ]
    assert following(found, at("11-27T09:00")) == at("11-30T09:00")
    assert following(found, at("12-01T09:00")) is None


def test_only_an_overdue_duty_reaches_the_deputy():
    assert [("deputy_chief" in one.posts) for one in reminders()] == [one.days > 0 for one in reminders()]


@pytest.mark.parametrize("year", range(2026, 2036))
def test_spring_festival_is_where_an_independent_table_has_it(year):
    china = holidays.country_holidays("CN", years=year, language="en_US")
    [festival] = [one for one in proposals(year) if one.name == "春节"]
    day = festival.start + DAY * 2
    assert "Spring Festival" in china[day] or "Chinese New Year" in china[day]
    assert "Spring Festival" not in china.get(day - DAY * 2, "")
    assert (festival.end - festival.start).days == 9


def test_every_season_is_proposed_in_time_order():
    found = proposals(2027)
    assert [one.name for one in found] == ["春节", "全国两会", "3·15", "高考", "中考", "国庆", "双11"]
    assert all(one.start <= one.end and one.words for one in found)
    assert span_words(found[0].start, found[0].end) == "2月4日至2月13日"
    assert "春节" not in [one.name for one in proposals(2040)]
