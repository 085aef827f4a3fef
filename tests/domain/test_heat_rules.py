"""Heat: one formula that adds up, never falls with more articles, beside what is usual at the hour of the week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.baseline import Baseline, baseline, hour_of_week
from domain.heat import Direction, Facts, Seen, direction, engagement_of, facts_of, heat
from domain.heat_table import numbers_from, shipped, shipped_text

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""A Friday, 14:00 in Beijing."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBERS = shipped()
counts = st.integers(0, 5000)
facts = st.builds(
    lambda ten, hour, day, usual, **more: Facts(
        volume={"ten_minutes": ten, "hour": ten + hour, "day": ten + hour + day},
        usual={"ten_minutes": usual / 144, "hour": usual / 24, "day": usual} if usual is not None else None,
        **more,
    ),
    ten=counts,
    hour=counts,
    day=counts,
    usual=st.none() | st.floats(0, 1000),
    sources=st.integers(0, 200),
    authority=st.sampled_from(["", "central", "provincial", "government", "city", "self_media"]),
    engagement=st.floats(0, 1e7),
    judged=st.just(10),
    negative=st.integers(0, 10),
)


def steady(rate: float, days: float = 56) -> Baseline:
    return Baseline((rate,) * 168, days, days < 14)


@given(facts, counts, st.sampled_from(["ten_minutes", "hour", "day"]))
def test_more_articles_never_give_less_heat(found, more, window):
    louder = {name: number + (more if name in ("day", window) else 0) for name, number in found.volume.items()}
    assert heat(replace(found, volume=louder), NUMBERS).value >= heat(found, NUMBERS).value


@given(facts)
def test_the_parts_add_up_to_the_heat_and_it_stays_within_100(found):
    made = heat(found, NUMBERS)
    assert made.value == sum(part.points for part in made.parts)
    assert 0 <= made.value <= 100
    assert made == heat(found, NUMBERS)


def test_the_sum_is_said_with_its_parts():
    seen = [Seen(NOW - n * HOUR / 4, n, "city", "news", 40, "negative", 0.9) for n in range(12)]
    made = heat(facts_of(seen, steady(0.2), NOW), NUMBERS)
    assert made.words == "热度 57 = 声量 10 + 升幅 8 + 信源 17 + 媒体级别 8 + 互动 5 + 负面 9"
    assert made.parts[0].words == "近 24 小时 12 条，含转载"
    assert (
        made.parts[1].words == "近 10 分钟 1 条（平日 0.0），近 1 小时 4 条（平日 0.2），近 24 小时 12 条（平日 4.8）"
    )


def test_without_history_the_rise_counts_nothing_and_says_so():
    made = heat(facts_of([Seen(NOW, 1, "city", "news")], steady(1, days=3), NOW), NUMBERS)
    assert (made.parts[1].points, made.parts[1].words) == (0, "历史太少，还不能与平日比较，不计分")


def test_what_is_older_than_a_day_or_from_the_future_does_not_count():
    seen = [Seen(at, 1, "central", "news") for at in (NOW - DAY, NOW + HOUR)]
    assert heat(facts_of(seen, steady(1), NOW), NUMBERS).value == 0


def test_the_same_articles_on_a_quiet_subject_are_hotter_than_on_a_loud_one():
    seen = [Seen(NOW - n * HOUR, n, "city", "news") for n in range(10)]
    quiet, loud = (heat(facts_of(seen, steady(rate), NOW), NUMBERS).value for rate in (0.1, 20))
    assert quiet > loud


def test_engagement_is_what_the_page_shows():
    assert engagement_of({"comments": 3, "likes": 2, "shares": 1, "reads": 400}) == 10
    assert engagement_of(None) == 0


@pytest.mark.parametrize(
    ("recent", "before", "found"),
    [(0, 4, "unknown"), (5, 5, "flat"), (12, 2, "up"), (2, 12, "down"), (6, 4, "flat")],
)
def test_direction_says_only_what_chance_does_not(recent, before, found):
    times = [NOW - n * HOUR / 10 for n in range(recent)] + [NOW - 3 * HOUR - n * HOUR / 10 for n in range(before)]
    assert direction(times, steady(1), NOW, NUMBERS.direction) == Direction(found)


def test_fewer_articles_at_night_are_no_fall_where_nights_are_quiet():
    rates = tuple(0.2 if hour % 24 < 6 else 4.0 for hour in range(168))
    night = datetime(2026, 11, 19, 19, 0, tzinfo=UTC)
    times = [night - 4 * HOUR - n * HOUR / 6 for n in range(10)] + [night - HOUR]
    usual = Baseline(rates, 56, False)
    assert direction(times, steady(1), night, NUMBERS.direction) == Direction.DOWN
    assert direction(times, usual, night, NUMBERS.direction) == Direction.FLAT


def test_hours_are_those_of_beijing_the_whole_year_round():
    for month in (1, 4, 7, 10):
        assert hour_of_week(datetime(2026, month, 5, 16, 30, tzinfo=UTC)) % 24 == 0
    assert hour_of_week(datetime(2026, 11, 15, 16, 0, tzinfo=UTC)) == 0


def test_what_is_usual_is_learned_by_hour_of_the_week():
    first = NOW - timedelta(weeks=8)
    busy = [(first + n * DAY + 2 * HOUR, 10) for n in range(0, 56, 7)]
    found = baseline(busy, first, NOW, NUMBERS.baseline)
    assert not found.thin
    assert found.at(first + 2 * HOUR) > 4 > 1 > found.at(first + DAY + 2 * HOUR)


def test_little_history_is_said_to_be_little():
    assert baseline([], NOW - 13 * DAY, NOW, NUMBERS.baseline).thin
    assert not baseline([], NOW - 14 * DAY, NOW, NUMBERS.baseline).thin
    assert baseline([], None, NOW, NUMBERS.baseline).thin


@given(st.lists(st.tuples(st.integers(0, 1343), st.integers(1, 50)), max_size=30), st.integers(0, 200))
def test_the_usual_of_a_span_is_the_sum_of_its_parts(rows, minutes):
    first = NOW - timedelta(weeks=8)
    found = baseline([(first + n * HOUR, number) for n, number in rows], first, NOW, NUMBERS.baseline)
    middle = NOW + timedelta(minutes=minutes)
    whole = found.expected(NOW, NOW + DAY)
    assert found.expected(NOW, middle) + found.expected(middle, NOW + DAY) == pytest.approx(whole)
    assert min(found.rates) >= 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("rise = 25", "rise = 20"), "合计应是 100"),
        (("ratio = 3", "ratio = 1"), "ratio 应大于 1"),
        (("weeks = 8", "weeks = 60"), "weeks 最多 25"),
        (("times = 20", "times = 0"), "应是大于 0 的数"),
        (("smooth = 2", "smoth = 2"), "应正好有"),
        (("rank = 4\n", "rnk = 4\n"), "只能写"),
        (('level = "red"', 'level = "pink"'), "level 应是"),
        (("[warning]", "[warning"), "不是合法的 TOML"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_in_words(change, words):
    assert change[0] in shipped_text()
    with pytest.raises(ValueError, match=words):
        numbers_from(shipped_text().replace(*change))
