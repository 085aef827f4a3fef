"""Early warning: told soon, seldom wrongly, only ever upwards, and not again while it cools down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.baseline import Baseline
from domain.case import Level
from domain.criteria import Measures, propose
from domain.early_warning import Told, cusum, decide, excess, higher, pace, usual_of_event
from domain.heat_table import shipped

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
COOL = timedelta(hours=6)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NUMBERS = shipped().warning
QUIET = usual_of_event(Baseline((0.0,) * 168, 56, False), NUMBERS)
levels = st.sampled_from(list(Level))
earlier = st.lists(st.builds(Told, st.integers(0, 48).map(lambda n: NOW - n * HOUR), levels, st.booleans()), max_size=5)


@given(st.booleans(), levels, st.none() | levels, earlier)
def test_a_level_is_only_ever_raised_and_the_same_input_gives_the_same(alarm, proposed, present, told):
    found = decide(alarm, proposed, present, told, NOW, COOL)
    assert found == decide(alarm, proposed, present, list(reversed(told)), NOW, COOL)
    if found.raise_to is not None:
        assert present is not None
        assert higher(found.raise_to, present)
        assert not any(one.of_matter and not higher(found.raise_to, one.level) for one in told)


@given(st.booleans(), levels, st.none() | levels, st.integers(0, 359))
def test_nothing_is_told_again_while_it_cools_down_but_a_rise(alarm, proposed, present, minutes):
    told = [Told(NOW - minutes * MINUTE, proposed, True)]
    assert not decide(alarm, proposed, present, told, NOW, COOL).warn
    assert decide(True, proposed, present, [Told(NOW - COOL, proposed, True)], NOW, COOL).warn


def test_a_rise_of_level_breaks_the_cool_down():
    told = [Told(NOW - MINUTE, Level.YELLOW, True)]
    assert decide(False, Level.ORANGE, Level.YELLOW, told, NOW, COOL).raise_to == Level.ORANGE


def test_a_level_a_person_lowered_again_is_not_proposed_twice():
    told = [Told(NOW - 48 * HOUR, Level.ORANGE, True)]
    assert decide(True, Level.ORANGE, Level.BLUE, told, NOW, COOL).raise_to is None
    assert decide(False, Level.RED, Level.BLUE, told, NOW, COOL).raise_to == Level.RED


def test_what_was_warned_of_before_there_was_a_matter_still_raises_it():
    told = [Told(NOW - HOUR, Level.ORANGE)]
    assert decide(False, Level.ORANGE, Level.YELLOW, told, NOW, COOL).raise_to == Level.ORANGE


def test_a_burst_is_an_alarm_and_a_trickle_is_none():
    burst = [NOW - n * MINUTE for n in range(14)]
    trickle = [NOW - n * 2 * HOUR for n in range(12)]
    assert excess(burst, NOW, QUIET, NUMBERS) >= NUMBERS.threshold
    assert excess(trickle, NOW, QUIET, NUMBERS) < NUMBERS.threshold / 2


def test_after_a_warning_the_sum_begins_anew():
    burst = [NOW - n * MINUTE for n in range(14)]
    assert excess(burst, NOW, QUIET, NUMBERS, NOW) == 0
    assert excess(burst, NOW, QUIET, NUMBERS, NOW - 5 * MINUTE) < excess(burst, NOW, QUIET, NUMBERS)


@given(st.lists(st.integers(0, 1500), max_size=40))
def test_the_same_articles_give_the_same_sum_in_any_order(minutes):
    times = [NOW - n * MINUTE for n in minutes]
    assert excess(times, NOW, QUIET, NUMBERS) == excess(times[::-1], NOW, QUIET, NUMBERS)
    assert excess([*times, NOW - MINUTE], NOW, QUIET, NUMBERS) >= excess(times, NOW, QUIET, NUMBERS)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 3)), max_size=50))
def test_the_sum_never_falls_below_zero(slots):
    assert cusum(slots, NUMBERS.ratio) >= 0


def test_pace_counts_the_latest_most():
    recent, old = [NOW] * 5, [NOW - HOUR] * 5
    assert pace(recent, NOW, 15) == 16 * pace(old, NOW, 15) > 0
    assert pace([NOW + HOUR], NOW, 15) == 0


def measured(**said: float) -> Measures:
    usual = {"rank": 2, "volume": 2, "sources": 1, "platforms": 1, "rate": 0.5, "negative": 0.0, "season": False}
    return Measures(**{**usual, **said})


def test_levels_by_the_written_criteria_with_what_was_reached():
    found = propose(measured(rank=3, sources=4, volume=9, negative=0.6), shipped().levels)
    assert found.level == Level.ORANGE
    assert found.reasons == ("省级媒体报道", "4 个信源", "近 24 小时 9 条", "负面占 60%")
    assert propose(measured(), shipped().levels).level == Level.BLUE
    assert propose(measured(rank=4, volume=30, negative=0.7, rate=9), shipped().levels).level == Level.RED
    assert propose(measured(sources=4, volume=8, negative=0.5), shipped().levels).level == Level.YELLOW
    assert propose(measured(sources=4, volume=8, negative=0.5, season=True), shipped().levels).level == Level.ORANGE


@given(
    st.builds(
        Measures,
        rank=st.integers(0, 4),
        volume=st.integers(0, 200),
        sources=st.integers(0, 40),
        platforms=st.integers(0, 3),
        rate=st.floats(0, 50),
        negative=st.floats(0, 1),
        season=st.booleans(),
    )
)
def test_a_higher_outlet_or_more_articles_never_lower_the_level(found):
    more = replace(found, rank=4, volume=found.volume + 50, sources=found.sources + 5)
    assert not higher(propose(found, shipped().levels).level, propose(more, shipped().levels).level)
