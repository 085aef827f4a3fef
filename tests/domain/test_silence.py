"""What a source normally brings, and when less is worth a word."""

from datetime import datetime, timedelta

import pytest

from domain.silence import drop, normal, tell_from, thin, wide
from domain.workdays import BEIJING


def test_what_is_normal_is_the_middle_of_the_days():
    found = normal([2, 3, 3, 4, 5, 3, 2])
    assert found is not None
    assert (found.middle, found.low, found.high, found.days) == (3, 2.5, 3.5, 7)
    assert found.words == "平日约3条（2–4）"


def test_a_week_is_needed_to_say_what_is_normal():
    assert normal([5] * 6) is None


@pytest.mark.parametrize(
    ("days", "today", "words"),
    [
        ([20] * 14, 3, "近24小时只有3条新信息，平日约20条，可能栏目改版、限流或停更"),
        ([20] * 14, 4, None),
        ([20] * 6, 0, None),
        ([4] * 14, 0, None),
        ([5] * 14, 0, "近24小时只有0条新信息，平日约5条，可能栏目改版、限流或停更"),
        ([0, 0, 0, 60, 0, 0, 0], 0, None),
    ],
)
def test_far_less_than_the_days_before_is_said(days, today, words):
    assert drop(days, today) == words


@pytest.mark.parametrize(
    ("visits", "found", "words"),
    [
        ([20.0] * 10, 1, "这次只读到1条，平时每次约20条，可能页面结构变了"),
        ([20.0] * 10, 4, None),
        ([20.0] * 3, 0, None),
        ([3.0] * 10, 0, None),
    ],
)
def test_a_list_that_suddenly_shows_little_is_said(visits, found, words):
    assert thin(visits, found) == words


@pytest.mark.parametrize(
    ("failing", "watched", "is_wide"),
    [(0, 0, False), (2, 2, False), (3, 3, True), (3, 4, False), (4, 5, True), (79, 100, False), (80, 100, True)],
)
def test_a_failure_of_nearly_all_and_at_least_three_is_wide(failing, watched, is_wide):
    assert wide(failing, watched) is is_wide


def beijing(day, hour, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=BEIJING)


ONE, OWN, ALL = {"own": False, "failing": 1}, {"own": True, "failing": 1}, {"own": False, "failing": 8}


@pytest.mark.parametrize(
    ("now", "what", "told"),
    [
        (beijing(22, 14), ONE, beijing(22, 14)),
        (beijing(22, 21, 59, 59), ONE, beijing(22, 21, 59, 59)),
        (beijing(22, 22), ONE, beijing(23, 8, 30)),
        (beijing(22, 23, 59), ONE, beijing(23, 8, 30)),
        (beijing(23, 0), ONE, beijing(23, 8, 30)),
        (beijing(23, 3), ONE, beijing(23, 8, 30)),
        (beijing(23, 8, 29, 59), ONE, beijing(23, 8, 30)),
        (beijing(23, 8, 30), ONE, beijing(23, 8, 30)),
        (beijing(30, 23), ONE, beijing(30, 8, 30) + timedelta(days=1)),
        (beijing(23, 3), OWN, beijing(23, 3)),
        (beijing(23, 3), ALL, beijing(23, 3)),
        (beijing(23, 3), {"own": False, "failing": 7}, beijing(23, 8, 30)),
    ],
)
def test_at_night_only_what_cannot_wait_is_told(now, what, told):
    assert tell_from(now, **what, watched=10) == told


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        tell_from(datetime(2026, 11, 22), **ONE, watched=10)  # noqa: DTZ001
