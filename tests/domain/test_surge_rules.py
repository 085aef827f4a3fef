"""消费预警: quiet Poisson complaints draft nothing beyond the stated rate, a real surge is found."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product
from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.surge import LENGTH, WEEK, Series, bar, chance, one_in, rule, surges, weeks_of, windows

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def poisson(rng: random.Random, mean: float) -> int:
    """Draw a Poisson number (Knuth)."""
    many, left, end = 0, rng.random(), exp(-mean)
    while left > end:
        many, left = many + 1, left * rng.random()
    return many


def test_the_windows_are_24_hours_of_the_same_weekday_the_weeks_before():
    found = windows(T, 8)
    assert found[0] == (T - timedelta(hours=24), T)
    assert len(found) == 9
    assert all((start, end) == (T - LENGTH - WEEK * k, T - WEEK * k) for k, (start, end) in enumerate(found))


@pytest.mark.parametrize(("days", "weeks"), [(28, 0), (29, 4), (35, 4), (36, 5), (57, 8), (400, 8)])
def test_a_young_office_is_compared_with_what_it_has_or_not_at_all(days, weeks):
    assert weeks_of(T - timedelta(days=days), T, rule()) == weeks


@given(st.integers(0, 12), st.integers(0, 40), st.integers(4, 8))
def test_the_chance_is_the_binomial_tail(count, before, weeks):
    total, part = count + before, 1 / (weeks + 1)
    tail = sum(
        factorial(total) / factorial(k) / factorial(total - k) * part**k * (1 - part) ** (total - k)
        for k in range(count, total + 1)
    )
    assert chance(count, before, weeks) == pytest.approx(tail if count > total * part else 1.0, rel=1e-6)


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(4, 8))
def test_more_complaints_are_never_likelier_and_nothing_overflows(count, before, weeks):
    assert 0 <= chance(count + 1, before, weeks) <= chance(count, before, weeks) <= 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.floats(0.05, 30), min_size=1, max_size=30))
def test_the_test_holds_its_rate_for_any_mean(seed, means):
    """Each look may draft with the rate of one look: 40 examples of 25 looks are a thousand, 0.4 drafts expected."""
    rng = random.Random(seed)
    drafts = 0
    for _ in range(25):
        counts = {Series("topic", str(n)): [poisson(rng, mean) for _ in range(9)] for n, mean in enumerate(means)}
        drafts += len(surges(counts, rule()))
    assert drafts <= 1


def test_a_year_of_quiet_days_drafts_no_more_than_stated():
    rng = random.Random(7)
    looks = 365  # one independent look a day; the rate of a look is that of the day's share
    drafts = 0
    for _ in range(looks):
        counts = {Series("topic", str(n)): [poisson(rng, 0.3 + n) for _ in range(9)] for n in range(15)}
        drafts += len(surges(counts, rule()))
    assert drafts <= 365 * rule().false_alarms_a_day


def test_the_bar_of_all_series_and_looks_of_a_day_sums_up_to_the_stated_rate():
    for series in (1, 15, 400):
        assert bar(series, rule()) * series * rule().looks_a_day == pytest.approx(rule().false_alarms_a_day)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9), st.floats(0.5, 20))
def test_a_real_surge_is_found_among_quiet_series(seed, mean):
    """Four times the usual and at least 20 more is found among 30 series."""
    rng = random.Random(seed)
    quiet = {Series("topic", str(n)): [poisson(rng, mean) for _ in range(9)] for n in range(30)}
    usual = [poisson(rng, mean) for _ in range(8)]
    mine = Series("watch", "3")
    found = surges({**quiet, mine: [round(4 * max(mean, sum(usual) / 8)) + 20, *usual]}, rule())
    assert mine in [one.series for one in found]


@pytest.mark.parametrize(
    ("counts", "drafted"),
    [
        ([5, 0, 0, 0, 0, 0, 0, 0, 0], True),  # five of what never was
        ([4, 0, 0, 0, 0, 0, 0, 0, 0], False),  # fewer than five are no surge
        ([19, 10, 10, 10, 10, 10, 10, 10, 10], False),  # less than twice the usual
        ([40, 10, 10, 10, 10, 10, 10, 10, 10], True),
        ([0, 9, 9, 9, 9, 9, 9, 9, 9], False),
    ],
)
def test_what_is_a_surge_at_the_edges(counts, drafted):
    found = surges({Series("topic", "商贸旅游"): counts}, rule())
    assert bool(found) == drafted


@pytest.mark.parametrize(
    ("chance_", "words"),
    [(1.65e-5, "约6万分之一"), (1e-3, "约1000分之一"), (1e-12, "不到1亿分之一"), (0.0, "不到1亿分之一")],
)
def test_a_chance_is_said_as_people_say_it(chance_, words):
    assert one_in(chance_) == words


def test_of_one_subject_the_whole_goes_before_a_place_and_a_place_alone_is_named():
    base = [2] * 8
    whole, east, west = (Series("topic", "商贸旅游", place) for place in ("", "东岭区", "河湾区"))
    assert [s.series for s in surges({whole: [40, *base], east: [38, *base], west: [2, *base]}, rule())] == [whole]
    alone = surges({whole: [60] * 9, east: [30, *base], west: [25, *base]}, rule())
    assert [s.series for s in alone] == [east]
    assert alone[0].expected == 2


def test_the_answer_does_not_depend_on_the_order_of_the_series():
    series = [Series(kind, str(n)) for kind, n in product(("topic", "watch"), range(4))]
    counts = {one: [20 + n, *[1] * 8] for n, one in enumerate(series)}
    assert surges(counts, rule()) == surges(dict(reversed(counts.items())), rule())
