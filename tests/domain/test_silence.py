"""What a source normally brings, and when less is worth a word."""

import pytest

from domain.silence import drop, normal, thin


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
