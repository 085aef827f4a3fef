"""T0, duties, states, and what makes an article too old to wake anybody."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import (
    CaseState,
    Grade,
    LeadState,
    Level,
    duties_of,
    is_found_late,
    is_stale,
    may_become,
    number_text,
    start_of,
)
from domain.regulations import due_at, rule
from domain.workdays import packaged_calendar

T = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
moments = st.none() | st.integers(-100, 100).map(lambda hours: T + hours * HOUR)


@pytest.mark.parametrize(
    ("occurred", "posted", "basis", "hours"),
    [
        (None, None, "detected", 0),
        (None, -3, "first_posted", -3),
        (-5, -3, "occurred", -5),
        (-1, -3, "first_posted", -3),
        # A wrong clock of a site never moves T0 behind the detection.
        (None, 4, "detected", 0),
        (4, None, "detected", 0),
        (-5, None, "occurred", -5),
        # Of equals the stronger reason is named: occurred before first posted before detected.
        (-3, -3, "occurred", -3),
        (0, 0, "occurred", 0),
        (None, 0, "first_posted", 0),
        (-8760, -3, "occurred", -8760),
    ],
)
def test_t0_is_the_earliest_known(occurred, posted, basis, hours):
    start = start_of(
        detected=T,
        first_posted=None if posted is None else T + posted * HOUR,
        occurred=None if occurred is None else T + occurred * HOUR,
    )
    assert (start.basis, start.at) == (basis, T + hours * HOUR)
    assert start.label in ("发现时间", "首发时间", "事发时间")


@given(moments, moments)
def test_t0_is_one_of_the_known_instants_and_never_after_the_detection(occurred, posted):
    start = start_of(detected=T, first_posted=posted, occurred=occurred)
    assert start.at <= T
    assert start.at == min(at for at in (occurred, posted, T) if at is not None)
    assert start.at == {"occurred": occurred, "first_posted": posted, "detected": T}[start.basis]


# Hours from T: posted, confirmed occurrence; then due time of the 5-hour limit and found late, before and after it.
@pytest.mark.parametrize(
    ("posted", "occurred", "provisional_due", "late_at_once", "due", "late"),
    [
        (None, None, 5, False, 5, False),
        (-1, None, 4, False, 4, False),
        # A machine-read occurrence moves nothing; once confirmed it does.
        (-1, -2, 4, False, 3, False),
        (-1, -5, 4, False, 0, True),
        (-5, None, 0, True, 0, True),
        (-4.99, None, 0.01, False, 0.01, False),
        (-30, None, -25, True, -25, True),
        (-30, -48, -25, True, -43, True),
        (2, None, 5, False, 5, False),
    ],
)
def test_a_provisional_clock_starts_without_the_occurrence_and_late_discovery_is_told_from_the_detection(
    posted, occurred, provisional_due, late_at_once, due, late
):
    first = None if posted is None else T + posted * HOUR
    happened = None if occurred is None else T + occurred * HOUR

    def five_hours(start):
        return due_at(rule("AUTH_RELEASE"), start, packaged_calendar()).at

    before = five_hours(start_of(detected=T, first_posted=first).at)
    after = five_hours(start_of(detected=T, first_posted=first, occurred=happened).at)
    assert (before, is_found_late(before, T)) == (T + provisional_due * HOUR, late_at_once)
    assert (after, is_found_late(after, T)) == (T + due * HOUR, late)


@given(moments, moments)
def test_a_limit_is_found_late_exactly_where_it_was_over_by_the_detection(occurred, posted):
    start = start_of(detected=T, first_posted=posted, occurred=occurred)
    for code in duties_of(emergency=True, channel="news"):
        end = due_at(rule(code), start.at, packaged_calendar()).at
        assert is_found_late(end, T) == (T - start.at >= end - start.at)


@pytest.mark.parametrize(
    ("emergency", "channel", "codes"),
    [
        (True, "news", ("AUTH_RELEASE", "PRESS_CONF")),
        (True, "message", ("AUTH_RELEASE", "PRESS_CONF")),
        (False, "news", ("OTHER_RESPONSE",)),
        (False, "weibo", ("OTHER_RESPONSE",)),
        (False, "message", ("MSG_REPLY",)),
    ],
)
def test_which_clocks_a_matter_has(emergency, channel, codes):
    assert duties_of(emergency=emergency, channel=channel) == codes


def test_a_case_goes_forward_only_and_may_skip_steps():
    order = list(CaseState)
    assert {(now, then) for now, then in product(order, order) if may_become(now, then)} == {
        (order[i], order[j]) for i in range(len(order)) for j in range(i + 1, len(order))
    }
    assert [state.value for state in order][::7] == ["open", "closed"]


@pytest.mark.parametrize(
    ("age", "date_only", "stale"),
    [
        (72 * HOUR, False, False),
        (72 * HOUR + SECOND, False, True),
        (-5 * HOUR, False, False),
        # Only the day is known: the article may have been written at its end.
        (95 * HOUR, True, False),
        (96 * HOUR + SECOND, True, True),
    ],
)
def test_an_article_is_stale_after_72_hours(age, date_only, stale):
    assert is_stale(T - age, T, date_only=date_only) is stale


def test_an_article_without_a_time_is_not_stale():
    assert not is_stale(None, T)


def test_a_number_is_written_as_in_the_ledger():
    assert number_text(2026, 3) == "舆情〔2026〕3号"


@pytest.mark.parametrize("kind", [CaseState, LeadState, Level, Grade])
def test_every_label_is_chinese_and_different(kind):
    labels = [one.label for one in kind]
    assert len(set(labels)) == len(labels)
    assert all("一" <= char <= "鿿" for label in labels for char in label)


def test_a_level_has_one_character_for_subjects():
    assert [level.short for level in Level] == ["红", "橙", "黄", "蓝"]
