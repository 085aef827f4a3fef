"""Every limit of the regulations, with its source and its edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.regulations import due_at, in_beijing, rule, rules
from domain.workdays import BEIJING, DAY, beijing_day, end_of, packaged_calendar

CALENDAR = packaged_calendar()
# code, unit, limit, extension, complex, source: the table the service promises to know.
PROMISED = [
    ("AUTH_RELEASE", "hours", 5, None, None, "国办发〔2016〕80号"),
    ("PRESS_CONF", "hours", 24, None, None, "国办发〔2016〕61号"),
    ("OTHER_RESPONSE", "hours", 48, None, None, "国办发〔2016〕61号"),
    ("MSG_REPLY", "workdays", 3, None, None, "山东省商务厅"),
    ("HOTLINE", "given", None, None, None, "山东省商务厅"),
    ("INTERP", "workdays", 3, None, None, "山东省商务厅"),
    ("FOI_REPLY", "workdays", 20, 20, None, "政府信息公开条例第三十三条"),
    ("FOI_FIX", "workdays", 7, None, None, "政府信息公开条例第三十条"),
    ("FOI_3RD", "workdays", 15, None, None, "政府信息公开条例第三十二条"),
    ("PROACTIVE", "workdays", 20, None, None, "政府信息公开条例第二十六条"),
    ("LIAISON_FILE", "days", 10, None, None, "泉州市工商局"),
    ("SITE_SUGGEST", "workdays", 7, None, 15, "国办发〔2017〕47号"),
    ("MEDIA_FRESH", "days", 7, None, None, "山东省商务厅"),
    ("INFO_REPORT", "given", None, None, None, "信息报送"),
    ("SUPERIOR", "given", None, None, None, "交办文件"),
    ("CRIME_DECIDE", "days", 3, None, None, "国务院令第310号"),
    ("CRIME_TRANSFER", "hours", 24, None, None, "国务院令第310号"),
    ("SIGN_LATER", "workdays", 1, None, None, "本单位"),
    ("NEXT_RELEASE", "hours", 24, None, None, "国办发〔2016〕80号"),
    ("LEAD_CONFIRM", "minutes", 30, None, None, "本单位"),
    ("MONTHLY", "month", None, None, None, "三明市商务局"),
    ("MONTHLY_INSPECTION", "month", None, None, None, "三明市商务局"),
    ("MONTHLY_CIRCULAR", "month", None, None, None, "三明市商务局"),
    ("MONTHLY_SELF_CHECK", "month", None, None, None, "三明市商务局"),
    ("WEEKLY", "week", None, None, None, "三明市商务局"),
    ("WEEKLY_MEETING", "week", None, None, None, "三明市商务局"),
    ("WEEKLY_MEDIA", "week", None, None, None, "山东省商务厅"),
    ("YEARLY", "year", None, None, None, "泉州市工商局"),
    ("YEARLY_INSPECTION", "year", None, None, None, "泉州市工商局"),
    ("YEARLY_INTERPRET", "year", None, None, None, "山东省商务厅"),
    ("YEARLY_ATTEND", "year", None, None, None, "山东省商务厅"),
    ("YEARLY_ASSESS", "year", None, None, None, "泉州市工商局"),
    ("ANNUAL_REPORT", "january", None, None, None, "政府信息公开条例第四十九条"),
]
OURS = {"INFO_REPORT", "SIGN_LATER", "NEXT_RELEASE", "LEAD_CONFIRM"}
aware = st.datetimes(datetime(2004, 1, 2), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@pytest.mark.parametrize(("code", "unit", "limit", "extension", "complex_", "source"), PROMISED)
def test_a_rule_is_what_its_regulation_says(code, unit, limit, extension, complex_, source):
    found = rule(code)
    assert (found.unit, found.limit, found.extension, found.complex) == (unit, limit, extension, complex_)
    assert source in found.source
    assert found.title
    assert found.duty
    assert found.trigger
    assert found.met_by in {"release", "conference", "reply", "judgement", "report", "signature"}
    assert found.ours == (code in OURS)


def test_there_is_no_rule_nobody_promised():
    assert set(rules()) == {row[0] for row in PROMISED}


def test_duties_that_come_again_every_period_and_how_often():
    found = {code: one.times for code, one in rules().items() if one.periodic}
    once = ("MONTHLY_INSPECTION", "MONTHLY_CIRCULAR", "MONTHLY_SELF_CHECK", "WEEKLY_MEETING", "WEEKLY_MEDIA")
    twice = ("YEARLY_INTERPRET", "YEARLY_ATTEND")
    yearly = ("YEARLY_INSPECTION", "YEARLY_ASSESS", "ANNUAL_REPORT")
    assert found == dict.fromkeys((*once, *yearly), 1) | dict.fromkeys(twice, 2)
    assert not any(one.off for one in rules().values())


def test_an_unknown_rule_is_named():
    with pytest.raises(ValueError, match="FIVE_HOURS"):
        rule("FIVE_HOURS")


def due(code, start, **more):
    return due_at(rule(code), datetime.fromisoformat(start), CALENDAR, **more)


# The day of receipt is not counted; make-up Saturdays are worked.
VECTORS = [
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-09-24", 3, "2026-09-30"),
    ("2026-02-13", 3, "2026-02-25"),
    ("2026-04-30", 3, "2026-05-08"),
    ("2026-11-20", 3, "2026-11-25"),
    ("2025-09-30", 3, "2025-10-11"),
    ("2017-01-26", 3, "2017-02-06"),
    ("2017-09-29", 3, "2017-10-10"),
    ("2019-04-30", 3, "2019-05-07"),
    ("2019-09-30", 3, "2019-10-10"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-11-20", 20, "2026-12-18"),
    ("2025-09-30", 20, "2025-11-04"),
    ("2017-01-26", 20, "2017-03-01"),
    ("2017-09-29", 20, "2017-11-02"),
]


@pytest.mark.parametrize(("start", "count", "day"), VECTORS)
@pytest.mark.parametrize("clock", ["00:00:00+08:00", "09:30:00+08:00", "23:59:59+08:00"])
def test_working_day_limits(start, count, day, clock):
    found = due({3: "MSG_REPLY", 20: "FOI_REPLY"}[count], f"{start}T{clock}")
    assert in_beijing(found.at) == f"{day}T23:59:59+08:00"
    assert not found.provisional


def test_a_limit_that_crosses_into_a_year_without_a_table_is_provisional():
    found = due("MSG_REPLY", "2026-12-31T10:00:00+08:00")
    assert (in_beijing(found.at), found.provisional) == ("2027-01-05T23:59:59+08:00", True)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("AUTH_RELEASE", "2026-02-16T22:30:00+08:00", "2026-02-17T03:30:00+08:00"),
        ("PRESS_CONF", "2026-10-01T08:00:00+08:00", "2026-10-02T08:00:00+08:00"),
        ("OTHER_RESPONSE", "2028-02-28T12:00:00+08:00", "2028-03-01T12:00:00+08:00"),
        ("LEAD_CONFIRM", "2026-12-31T23:45:00+08:00", "2027-01-01T00:15:00+08:00"),
        ("CRIME_TRANSFER", "2026-11-21T17:00:00+08:00", "2026-11-22T17:00:00+08:00"),
        ("AUTH_RELEASE", "2026-11-22T06:05:00Z", "2026-11-22T19:05:00+08:00"),
    ],
)
def test_clock_hours_run_through_nights_weekends_and_holidays(code, start, end):
    found = due(code, start)
    assert (in_beijing(found.at), found.provisional) == (end, False)


@given(aware)
def test_five_hours_end_neither_a_second_early_nor_late(start):
    end = due_at(rule("AUTH_RELEASE"), start, CALENDAR).at
    assert end - start == timedelta(hours=5)
    assert end - timedelta(seconds=1) < start + timedelta(hours=5) < end + timedelta(seconds=1)


def test_hours_are_elapsed_hours_where_the_start_is_written_in_a_zone_with_summer_time():
    start = datetime(2026, 3, 8, 0, 30, tzinfo=ZoneInfo("America/New_York"))
    assert due_at(rule("PRESS_CONF"), start, CALENDAR).at - start.astimezone(UTC) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("LIAISON_FILE", "2026-09-25T10:00:00+08:00", "2026-10-05"),
        ("MEDIA_FRESH", "2026-11-22T23:59:00+08:00", "2026-11-29"),
        ("CRIME_DECIDE", "2028-02-27T00:00:00+08:00", "2028-03-01"),
        ("MONTHLY", "2028-02-01T00:00:00+08:00", "2028-02-29"),
        ("MONTHLY", "2026-12-31T23:00:00+08:00", "2026-12-31"),
        ("WEEKLY", "2026-11-22T12:00:00+08:00", "2026-11-22"),
        ("WEEKLY", "2026-11-23T00:00:00+08:00", "2026-11-29"),
        ("YEARLY", "2026-01-01T00:00:00+08:00", "2026-12-31"),
        ("ANNUAL_REPORT", "2026-12-31T12:00:00+08:00", "2027-01-31"),
        ("ANNUAL_REPORT", "2027-01-31T12:00:00+08:00", "2027-01-31"),
        ("ANNUAL_REPORT", "2027-02-01T12:00:00+08:00", "2028-01-31"),
        # The Beijing day counts, whatever zone the start is written in.
        ("LIAISON_FILE", "2026-09-25T16:00:00Z", "2026-10-06"),
        ("MONTHLY", "2026-11-30T16:00:00Z", "2026-12-31"),
    ],
)
def test_calendar_days_and_periods_end_with_the_day(code, start, end):
    assert in_beijing(due(code, start).at) == f"{end}T23:59:59+08:00"


def test_the_extension_and_the_complex_case_are_counted_where_the_rule_knows_them():
    start = "2026-03-02T09:00:00+08:00"
    assert in_beijing(due("FOI_REPLY", start, extended=True).at) == "2026-04-28T23:59:59+08:00"
    assert in_beijing(due("SITE_SUGGEST", start).at) == "2026-03-11T23:59:59+08:00"
    assert in_beijing(due("SITE_SUGGEST", start, complex_=True).at) == "2026-03-23T23:59:59+08:00"


@pytest.mark.parametrize(
    ("code", "more", "words"),
    [
        ("AUTH_RELEASE", {"extended": True}, "延长"),
        ("MSG_REPLY", {"complex_": True}, "复杂"),
        ("HOTLINE", {}, "limit"),
        ("SUPERIOR", {}, "limit"),
        ("HOTLINE", {"limit": datetime(2026, 11, 21, tzinfo=UTC)}, "早于"),
        ("HOTLINE", {"limit": datetime(2026, 11, 30)}, "时区"),  # noqa: DTZ001
    ],
)
def test_what_a_rule_does_not_know_is_refused(code, more, words):
    with pytest.raises(ValueError, match=words):
        due(code, "2026-11-22T00:00:00+00:00", **more)


@pytest.mark.parametrize("code", [row[0] for row in PROMISED])
def test_a_start_without_a_zone_is_refused(code):
    with pytest.raises(ValueError, match="时区"):
        due(code, "2026-11-22T14:05:00", limit=datetime(2026, 11, 30, tzinfo=UTC))


def test_a_tickets_own_limit_is_the_limit():
    own = datetime(2026, 11, 24, 9, 0, tzinfo=BEIJING)
    found = due("HOTLINE", "2026-11-22T14:05:00+08:00", limit=own)
    assert (found.at, found.provisional) == (own, False)


@given(aware, st.sampled_from([row for row in PROMISED if row[1] != "given"]))
def test_every_fixed_rule_is_due_after_its_start_and_never_raises(start, row):
    found = due_at(rule(row[0]), start, CALENDAR)
    assert found.at.tzinfo is not None
    # The last second of the day is the only moment of a period that lies after its end.
    assert found.at >= start.replace(microsecond=0)
    if row[1] in ("workdays", "days"):
        assert found.at == end_of(beijing_day(found.at))


@given(aware, st.integers(0, 10**7), st.sampled_from([row[0] for row in PROMISED if row[1] != "given"]))
def test_a_later_start_is_never_due_earlier(start, later, code):
    first = due_at(rule(code), start, CALENDAR).at
    assert first <= due_at(rule(code), start + timedelta(seconds=later), CALENDAR).at


def test_the_day_after_the_last_known_day_is_reached_without_an_exception():
    for n in range(800):
        start = datetime.combine(date(2026, 12, 1) + DAY * n, datetime.min.time(), BEIJING)
        assert CALENDAR.is_workday(beijing_day(due_at(rule("FOI_REPLY"), start, CALENDAR).at))
