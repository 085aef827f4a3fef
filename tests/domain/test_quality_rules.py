"""Who was first, late, missed it; which nights count; which weeks there are."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.quality import (
    Matter,
    Tally,
    Watched,
    Week,
    delays,
    firsts,
    is_first_by_hand,
    missed,
    night_of,
    tallied,
    week_named,
    week_of,
    worst_night,
)

T = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Beijing."""


def after(minutes: int) -> datetime:
    return T + timedelta(minutes=minutes)


NEWS = frozenset({"news"})
WATCHED = [Watched(n, "news", after(-60)) for n in (1, 2, 3)] + [Watched(4, "weibo", after(-60))]


def test_the_first_the_late_and_those_that_missed_it():
    matter = Matter(7, NEWS, {1: T, 2: after(45)})
    assert firsts(matter) == {1}
    assert delays(matter) == {2: timedelta(minutes=45)}
    assert missed(matter, WATCHED) == [3]
    tallies = {n: Tally() for n in (1, 2, 3, 4)}
    tallied(WATCHED, [matter], tallies)
    assert [(t.first, t.missed, t.late) for t in tallies.values()] == [
        ([7], [], []),
        ([], [], [(7, timedelta(minutes=45))]),
        ([], [7], []),
        ([], [], []),
    ]
    assert [t.silent for t in tallies.values()] == [False, False, False, True]


def test_sources_at_the_same_instant_are_both_first_and_a_few_minutes_are_not_late():
    matter = Matter(7, NEWS, {1: T, 2: T, 3: after(29)})
    assert firsts(matter) == {1, 2}
    assert delays(matter) == {}


def test_what_a_person_knew_first_no_source_was_first_with():
    matter = Matter(7, NEWS, {1: after(90)}, by_hand=T)
    assert firsts(matter) == frozenset()
    assert is_first_by_hand(matter)
    assert delays(matter) == {1: timedelta(minutes=90)}
    assert is_first_by_hand(Matter(7, NEWS, {}, by_hand=T))
    assert not is_first_by_hand(Matter(7, NEWS, {1: T}, by_hand=after(5)))


def test_a_source_added_afterwards_has_missed_nothing():
    assert missed(Matter(7, NEWS, {1: T}), [Watched(9, "news", after(1))]) == []
    assert missed(Matter(7, frozenset({"weibo"}), {1: T}), WATCHED) == [4]


@pytest.mark.parametrize(
    ("hour", "night"),
    [
        ("2026-11-18T21:59:59+08:00", None),
        ("2026-11-18T22:00:00+08:00", date(2026, 11, 18)),
        ("2026-11-19T00:00:00+08:00", date(2026, 11, 18)),
        ("2026-11-19T06:59:59+08:00", date(2026, 11, 18)),
        ("2026-11-19T07:00:00+08:00", None),
    ],
)
def test_a_night_begins_at_ten_and_ends_at_seven(hour, night):
    assert night_of(datetime.fromisoformat(hour)) == night


def test_the_worst_night_counts_each_false_lead_once():
    evening, midnight = (datetime(2026, 11, 18, hour, tzinfo=UTC) for hour in (15, 17))
    later = evening + timedelta(days=1)
    assert worst_night([(1, evening), (1, midnight), (2, midnight), (3, later), (4, T)]) == 2
    assert worst_night([]) == 0


def test_the_middle_delay_is_the_usual_one():
    hours = [timedelta(hours=n) for n in (9, 1, 2)]
    assert Tally(late=[(n, delay) for n, delay in enumerate(hours)]).usual_delay == timedelta(hours=2)
    assert Tally().usual_delay is None


def test_a_week_runs_from_monday_to_sunday_in_beijing():
    week = week_of(datetime(2026, 11, 15, 16, 0, tzinfo=UTC))  # Monday, 0:00 in Beijing.
    assert (week.monday, week.sunday, week.name) == (date(2026, 11, 16), date(2026, 11, 22), "2026-W47")
    assert week_of(week.start - timedelta(seconds=1)) == week.beside(-1)
    assert week_named("2026-W47") == week
    assert week_named(week.beside(8).name).name == "2027-W02"
    assert Week(date(2024, 12, 30)).name == "2025-W01"


@pytest.mark.parametrize("text", ["", "2026-47", "2026-W54", "2026-W00", "1999-W01", "２０２６-W47x", "W47"])
def test_what_is_no_week_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="2026-W47"):
        week_named(text)
