"""The ladder: which rungs a duty has, when each is told, and to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.escalation import POSTS, highest, is_late, ladders, looks, may_be_told, named, next_turn

T0 = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
lengths = st.integers(1, 40 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def told(ladder, length, opened_after=timedelta(0)):
    """Rungs with their minutes after T0."""
    found = looks(ladders()[ladder], T0, T0 + length, T0 + opened_after)
    return [(look.rung.rung, (look.at - T0) // MINUTE) for look in found]


@pytest.mark.parametrize(
    ("length", "rungs"),
    [
        (5 * HOUR, [("opened", 0), ("half", 150), ("last_hour", 240), ("last_quarter", 285)]),
        (24 * HOUR, [("opened", 0), ("half", 720), ("last_hour", 1380), ("last_quarter", 1425)]),
        (48 * HOUR, [("opened", 0), ("half", 1440), ("last_hour", 2820), ("last_quarter", 2865)]),
        # Three working days over a weekend: the last day has its own rung.
        (
            timedelta(days=5, hours=9, minutes=54),
            [("opened", 0), ("half", 3897), ("last_day", 6354), ("last_hour", 7734), ("last_quarter", 7779)],
        ),
        (119 * MINUTE, [("opened", 0), ("last_quarter", 104)]),
        (59 * MINUTE, [("opened", 0)]),
    ],
)
def test_the_rungs_of_a_duty_opened_at_its_start(length, rungs):
    due = length // MINUTE
    assert told("duty", length) == [*rungs, ("missed", due), ("hourly", due + 60)]


def test_the_internal_limit_of_a_lead_and_of_a_suspected_emergency():
    assert told("lead", 30 * MINUTE) == [("proposed", 0), ("unjudged", 30)]
    assert told("suspected", 30 * MINUTE) == [
        ("proposed", 0),
        ("unconfirmed_leader", 10),
        ("unconfirmed_office", 20),
        ("unconfirmed_chief", 60),
    ]


@pytest.mark.parametrize(
    ("opened_after", "rungs"),
    [
        (1 * HOUR, ["opened", "half", "last_hour", "last_quarter", "missed", "hourly"]),
        (3 * HOUR, ["opened", "last_hour", "last_quarter", "missed", "hourly"]),
        (299 * MINUTE, ["opened", "missed", "hourly"]),
    ],
)
def test_rungs_before_the_opening_are_left_out(opened_after, rungs):
    found = told("duty", 5 * HOUR, opened_after)
    assert [rung for rung, _ in found] == rungs
    assert found[0] == ("opened", opened_after // MINUTE)


@pytest.mark.parametrize("opened_after", [5 * HOUR, 5 * HOUR + MINUTE, 9 * HOUR, 200 * HOUR])
def test_a_limit_already_over_at_the_opening_is_missed_at_once_and_goes_on_hourly(opened_after):
    found = told("duty", 5 * HOUR, opened_after)
    at = opened_after // MINUTE
    assert found[:2] == [("opened", at), ("missed", at)]
    assert [rung for rung, _ in found] == ["opened", "missed", "hourly"]
    assert at < found[2][1] <= at + 60


@given(instants, lengths, st.integers(0, 50 * 24 * 60))
def test_every_duty_says_its_opening_and_its_miss_once_in_time_order_never_before_the_opening(start, length, after):
    opened = start + after * MINUTE
    found = looks(ladders()["duty"], start, start + length, opened)
    assert [look.at for look in found] == sorted(look.at for look in found)
    assert all(look.at >= opened for look in found)
    rungs = [look.rung.rung for look in found]
    assert len(set(rungs)) == len(rungs)
    assert rungs[0] == "opened"
    assert {"missed", "hourly"} < set(rungs)
    assert all(
        look.rung.least <= length / MINUTE and (look.rung.rung != "last_hour" or look.at == start + length - HOUR)
        for look in found
    )


def test_who_is_told_grows_with_the_ladder_and_only_known_posts_are_named():
    for rungs in ladders().values():
        assert all(set(rung.posts) <= set(POSTS) and rung.posts for rung in rungs)
    missed, hourly = (named(ladders()["duty"], name) for name in ("missed", "hourly"))
    assert set(missed.posts) == set(POSTS)
    assert (hourly.posts, hourly.every) == (("liaison", "duty_officer"), 60)
    assert named(ladders()["lead"], "proposed").posts == ("duty_officer",)
    assert named(ladders()["lead"], "missed") is None


DUTY_ROOM = ["duty_officer", "duty_leader", "office_director"]


@pytest.mark.parametrize(
    ("confirmed", "minutes", "expected"),
    [
        (True, 0, list(POSTS)),
        (False, 0, DUTY_ROOM),
        (False, 59, DUTY_ROOM),
        (False, 60, [*DUTY_ROOM, "deputy_chief", "chief"]),
        (False, 600, [*DUTY_ROOM, "deputy_chief", "chief"]),
    ],
)
def test_before_confirmation_only_the_duty_room_is_told_then_the_chiefs_too(confirmed, minutes, expected):
    assert may_be_told(POSTS, confirmed=confirmed, age=minutes * MINUTE) == expected


@pytest.mark.parametrize(
    ("backlog", "told_id"),
    [
        ([(1, T0, False)], 1),
        ([(1, T0, False), (2, T0 + HOUR, False)], 2),
        ([(2, T0 + HOUR, False), (1, T0, False)], 2),
        ([(1, T0, False), (2, T0, False)], 2),
        ([(1, T0, False), (2, T0 + HOUR, True)], 1),
        ([(7, T0, True), (8, T0 + HOUR, True)], 8),
    ],
)
def test_of_a_backlog_the_highest_rung_is_told_but_a_repetition_hides_no_other(backlog, told_id):
    assert highest(backlog) == told_id


@given(instants, st.integers(-100, 10_000))
def test_a_repeating_rung_comes_again_within_its_period_and_on_its_own_beat(due, minutes):
    now = due + minutes * MINUTE
    again = next_turn(due, HOUR, now)
    assert again > now or again == due + HOUR
    assert again <= max(now, due) + HOUR
    assert (again - due) % HOUR == timedelta(0)


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (60, False), (61, True), (-5, False)])
def test_told_more_than_a_minute_after_its_time_is_late(seconds, late):
    assert is_late(T0, T0 + timedelta(seconds=seconds)) is late
