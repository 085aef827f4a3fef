"""A week of a source as shapes, its title as one sentence, and intervals in words."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.sources.chart import chart, sentence
from dashboard.sources.rows import length
from dashboard.words import size
from domain.silence import Normal
from store.tables import Yield

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""9:30 in Beijing; the chart begins on 14 November, 0:00 there."""
START = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)


def hour(place, new, visits=12):
    return Yield(hour=START + timedelta(hours=place), of_day=place % 24, visits=visits, found=0, new=new)


def usual(middle):
    return Normal(middle, middle - 1, middle + 1, 9)


@pytest.mark.parametrize(
    ("today", "normal", "words"),
    [
        (0, None, "近 24 小时没有新信息，观察满 7 天后可与平日比较"),
        (3, None, "近 24 小时 3 条新信息，观察满 7 天后可与平日比较"),
        (3, usual(0.5), "近 24 小时 3 条新信息，平日一天不到 1 条"),
        (3, usual(4), "近 24 小时 3 条新信息，平日一天约 4 条"),
        (0, usual(36), "近 24 小时没有新信息，平日一天约 36 条"),
        (40, usual(50), "近 24 小时 40 条新信息，与平日相当"),
        (39, usual(50), "近 24 小时 39 条新信息，只有平日的 78%"),
        (160, usual(50), "近 24 小时 160 条新信息，是平日的 3.2 倍"),
    ],
)
def test_the_title_is_a_sentence(today, normal, words):
    assert sentence(today, normal) == words


def test_the_line_breaks_where_nothing_was_visited_and_a_lone_hour_is_a_dot():
    found = chart([hour(0, 0), hour(1, 2), hour(5, 4)], {}, NOW)
    assert found.top == 4
    assert found.line == "M0.5 100.0L1.5 50.0M5.5 0.0h.01"
    assert found.gaps == [(2, 3), (6, 147)]
    assert found.peak.new == 4
    assert found.now == 153.5


def test_what_lies_ahead_and_before_the_first_visit_is_no_gap():
    assert chart([], {}, NOW).gaps == []
    assert chart([hour(100, 1)] + [hour(place, 0) for place in range(101, 153)], {}, NOW).gaps == []
    assert [point.over for point in chart([], {}, NOW).days[6]] == [True] * 10 + [False] * 14


def test_an_hour_that_was_only_begun_counts_as_no_visit():
    assert chart([hour(0, 0, visits=0)], {}, NOW).line == ""


def test_the_band_follows_the_hours_of_the_day_and_the_axis_begins_at_zero():
    found = chart([], {0: Normal(2, 1, 3, 9), 1: Normal(2, 1, 3, 9)}, NOW)
    assert found.top == 4
    assert found.band.startswith("M0 25.0L1 25.0L1 25.0L2 25.0L2 75.0L1 75.0L1 75.0L0 75.0ZM24 25.0")
    assert found.band.count("Z") == 7


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (5, 10), (11, 20), (10_000, 10_000), (10_001, 10_002)])
def test_the_upper_edge_is_a_round_number(highest, top):
    assert chart([hour(0, highest)], {}, NOW).top == top


@pytest.mark.parametrize(
    ("seconds", "words"), [(60, "1 分钟"), (90, "90 秒"), (300, "5 分钟"), (3600, "1 小时"), (5400, "90 分钟")]
)
def test_intervals_are_said_whole(seconds, words):
    assert length(seconds) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 字节"), (1023, "1023 字节"), (2048, "2 KB"), (2621440, "2.5 MB")])
def test_sizes_are_short(count, words):
    assert size(count) == words
