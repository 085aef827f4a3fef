"""Every clock by its code: when it falls due, at its edges, and against a walk over the days one by one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limits import with_office
from domain.regulations import due_at, in_beijing, rule, rules
from domain.workdays import BEIJING, DAY, beijing_day, packaged_calendar, packaged_table

CALENDAR = packaged_calendar()
GIVEN = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
# code, start and end in Beijing time, and what else is known of the item
VECTORS = [
    ("AUTH_RELEASE", "2026-09-30T23:40:00", "2026-10-01T04:40:00", {}),
    ("AUTH_RELEASE", "2026-02-16T22:30:00", "2026-02-17T03:30:00", {}),
    ("PRESS_CONF", "2026-09-30T23:40:00", "2026-10-01T23:40:00", {}),
    ("OTHER_RESPONSE", "2028-02-28T12:00:00", "2028-03-01T12:00:00", {}),
    ("MSG_REPLY", "2026-09-30T09:00:00", "2026-10-10T23:59:59", {}),
    ("MSG_REPLY", "2026-09-24T09:00:00", "2026-09-30T23:59:59", {}),
    ("MSG_REPLY", "2026-02-13T23:59:59", "2026-02-25T23:59:59", {}),
    ("HOTLINE", "2026-11-22T14:05:00", "2026-12-01T12:00:00", {"limit": GIVEN}),
    ("SUPERIOR", "2026-11-22T14:05:00", "2026-12-01T12:00:00", {"limit": GIVEN}),
    ("INTERP", "2026-04-30T17:00:00", "2026-05-08T23:59:59", {}),
    ("FOI_REPLY", "2026-02-13T09:00:00", "2026-03-19T23:59:59", {}),
    ("FOI_REPLY", "2026-03-02T09:00:00", "2026-04-28T23:59:59", {"extended": True}),
    ("FOI_FIX", "2026-09-25T09:00:00", "2026-10-12T23:59:59", {}),
    ("FOI_3RD", "2026-09-14T09:00:00", "2026-10-10T23:59:59", {}),
    ("PROACTIVE", "2026-11-20T09:00:00", "2026-12-18T23:59:59", {}),
    ("LIAISON_FILE", "2026-09-25T10:00:00", "2026-10-05T23:59:59", {}),
    ("SITE_SUGGEST", "2026-03-02T09:00:00", "2026-03-11T23:59:59", {}),
    ("SITE_SUGGEST", "2026-03-02T09:00:00", "2026-03-23T23:59:59", {"complex_": True}),
    ("MEDIA_FRESH", "2026-11-22T23:59:00", "2026-11-29T23:59:59", {}),
    ("INFO_REPORT", "2026-11-22T14:05:00", "2026-12-01T12:00:00", {"limit": GIVEN}),
    ("CRIME_DECIDE", "2028-02-27T00:00:00", "2028-03-01T23:59:59", {}),
    ("CRIME_TRANSFER", "2026-11-21T17:00:00", "2026-11-22T17:00:00", {}),
    ("SIGN_LATER", "2026-09-30T20:00:00", "2026-10-08T23:59:59", {}),
    ("SIGN_LATER", "2026-10-09T20:00:00", "2026-10-10T23:59:59", {}),
    ("NEXT_RELEASE", "2026-10-01T08:00:00", "2026-10-02T08:00:00", {}),
    ("LEAD_CONFIRM", "2026-12-31T23:45:00", "2027-01-01T00:15:00", {}),
    ("MONTHLY", "2028-02-01T00:00:00", "2028-02-29T23:59:59", {}),
    ("MONTHLY_INSPECTION", "2026-11-01T00:00:00", "2026-11-30T23:59:59", {}),
    ("MONTHLY_CIRCULAR", "2026-11-30T23:59:59", "2026-11-30T23:59:59", {}),
    ("MONTHLY_SELF_CHECK", "2026-12-15T09:00:00", "2026-12-31T23:59:59", {}),
    ("WEEKLY", "2026-11-23T00:00:00", "2026-11-29T23:59:59", {}),
    ("WEEKLY_MEETING", "2026-12-31T09:00:00", "2027-01-03T23:59:59", {}),
    ("WEEKLY_MEDIA", "2026-11-29T12:00:00", "2026-11-29T23:59:59", {}),
    ("YEARLY", "2026-01-01T00:00:00", "2026-12-31T23:59:59", {}),
    ("YEARLY_INSPECTION", "2026-12-31T23:59:59", "2026-12-31T23:59:59", {}),
    ("YEARLY_INTERPRET", "2026-06-30T09:00:00", "2026-12-31T23:59:59", {}),
    ("YEARLY_ATTEND", "2028-02-29T09:00:00", "2028-12-31T23:59:59", {}),
    ("YEARLY_ASSESS", "2026-01-01T00:00:00", "2026-12-31T23:59:59", {}),
    ("ANNUAL_REPORT", "2026-02-01T00:00:00", "2027-01-31T23:59:59", {}),
]


@pytest.mark.parametrize(
    ("code", "start", "end", "more"), VECTORS, ids=[f"{code}-{start[:10]}" for code, start, _, _ in VECTORS]
)
def test_due(code, start, end, more):
    found = due_at(rule(code), datetime.fromisoformat(f"{start}+08:00"), CALENDAR, **more)
    assert in_beijing(found.at) == f"{end}+08:00"


@pytest.mark.parametrize("code", [code for code, one in rules().items() if one.unit in ("hours", "minutes")])
def test_one_second_before_and_after_an_elapsed_limit(code):
    start = datetime(2026, 9, 30, 15, 40, tzinfo=UTC)
    end = due_at(rule(code), start, CALENDAR).at
    assert [moment <= end for moment in (end - timedelta(seconds=1), end, end + timedelta(seconds=1))] == [
        True,
        True,
        False,
    ]


def test_every_rule_has_a_test_of_its_own_that_names_it():
    tested = {code for code, _, _, _ in VECTORS}
    assert sorted(set(rules()) - tested) == []
    assert sorted(tested - set(rules())) == []


def test_every_rule_is_written_down_once():
    text = Path(__file__).parents[2].joinpath("domain/regulations.toml").read_text(encoding="utf8")
    assert [line[1:-1] for line in text.splitlines() if line.startswith("[")] == list(rules())


WORKDAYS = [(code, one) for code, one in rules().items() if one.unit == "workdays"]
starts = st.datetimes(datetime(2004, 1, 1), datetime(2032, 12, 31)).map(lambda at: at.replace(tzinfo=BEIJING))  # noqa: DTZ001


def walked(start: date, count: int) -> date:
    """The `count`-th worked day after `start`, read from the table as it is printed, one day after the other."""
    day = start
    while count:
        day += DAY
        row = packaged_table().get(str(day.year), {})
        text = day.strftime("%m-%d")
        count -= text in row.get("work", []) or (day.isoweekday() <= 5 and text not in row.get("off", []))
    return day


@given(starts, st.sampled_from(WORKDAYS), st.booleans())
def test_working_day_rules_agree_with_a_walker_over_the_printed_table(start, pair, longer):
    code, one = pair
    more = {"extended": True} if longer and one.extension else {"complex_": True} if longer and one.complex else {}
    count = (one.complex or 0) if more.get("complex_") else (one.limit or 0) + (20 if more else 0)
    found = due_at(rule(code), start, CALENDAR, **more)
    assert beijing_day(found.at) == walked(beijing_day(start), count)
    assert in_beijing(found.at).endswith("T23:59:59+08:00")
    assert CALENDAR.is_workday(beijing_day(found.at))


@given(starts, st.integers(0, 10**7), st.sampled_from(WORKDAYS), st.integers(1, 60))
def test_an_office_limit_in_working_days_is_monotone_in_start_and_length(start, later, pair, limit):
    code, one = pair
    mine = with_office(code, {"limit": limit})
    at = due_at(mine, start, CALENDAR).at
    assert at <= due_at(mine, start + timedelta(seconds=later), CALENDAR).at
    assert (at <= due_at(one, start, CALENDAR).at) == (limit <= (one.limit or 0))
