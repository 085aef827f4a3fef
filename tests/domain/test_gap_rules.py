"""Where a 敏感时期 wants more people than a shift has: times of too few people, and never what `gaps` names already."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gaps import Gap, OnDuty, Raise, gaps, shortages

T = datetime(2026, 9, 28, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICER, LEADER = "duty_officer", "duty_leader"


def on(post: str, person: int, begins: float = 0, ends: float = 100) -> OnDuty:
    return OnDuty(post, person, T + begins * HOUR, T + ends * HOUR)


def wants(persons: int, begins: float = 0, ends: float = 100, why: str = "敏感时期：国庆") -> Raise:
    return Raise(T + begins * HOUR, T + ends * HOUR, persons, why)


def short(shifts: list[OnDuty], raises: list[Raise]) -> list[tuple[float, float, int, int]]:
    """Return (begin, end, wanted, present) of what is short in the first hundred hours."""
    found = shortages(shifts, raises, T, T + 100 * HOUR)
    return [((gap.start - T) / HOUR, (gap.end - T) / HOUR, gap.wanted, gap.present) for gap in found]


PAIR = [on(OFFICER, 1), on(LEADER, 2)]
CASES = [
    (PAIR, [], []),
    (PAIR, [wants(2)], []),
    (PAIR, [wants(3)], [(0, 100, 3, 2)]),
    ([*PAIR, on(OFFICER, 3)], [wants(3)], []),
    ([*PAIR, on(LEADER, 3)], [wants(3)], []),
    ([*PAIR, on(LEADER, 1)], [wants(3)], [(0, 100, 3, 2)]),
    ([*PAIR, on(OFFICER, 3, 20, 40)], [wants(3)], [(0, 20, 3, 2), (40, 100, 3, 2)]),
    (PAIR, [wants(3, 10, 34)], [(10, 34, 3, 2)]),
    (PAIR, [wants(3, -50, 10), wants(4, 5, 20)], [(0, 5, 3, 2), (5, 20, 4, 2)]),
    ([on(OFFICER, 1)], [wants(3)], []),
    ([], [wants(3)], []),
    ([on(OFFICER, 1, 0, 24), on(OFFICER, 3, 24, 100), on(LEADER, 2)], [wants(3)], [(0, 100, 3, 2)]),
]


@pytest.mark.parametrize(("shifts", "raises", "expected"), CASES)
def test_a_season_counts_the_people_of_a_shift(shifts, raises, expected):
    assert short(shifts, raises) == expected


def test_what_is_missing_is_said_with_its_reason():
    [gap] = shortages(PAIR, [wants(4)], T, T + HOUR)
    assert gap.words == "每班应有4人，只排了2人（敏感时期：国庆）"
    assert [gap.words for gap in gaps([], T, T + HOUR)] == ["值班员空缺", "带班领导空缺"]


spans = st.tuples(st.integers(-20, 110), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
duties = st.lists(st.tuples(st.sampled_from([OFFICER, LEADER]), st.integers(1, 4), spans), max_size=8)
seasons = st.lists(st.tuples(st.integers(3, 5), spans), max_size=3)


@given(duties, seasons)
def test_each_hour_is_short_exactly_where_both_posts_are_held_by_too_few(duty, season):
    shifts = [on(post, person, *span) for post, person, span in duty]
    raises = [wants(persons, *span) for persons, span in season]
    found = shortages(shifts, raises, T, T + 100 * HOUR)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for hour in range(100):
        at = T + hour * HOUR + HOUR / 2
        there = [one for one in shifts if one.start <= at < one.end]
        wanted = max((one.persons for one in raises if one.start <= at < one.end), default=0)
        people = len({one.person for one in there})
        short_now = {one.post for one in there} == {OFFICER, LEADER} and people < wanted
        here = [gap for gap in found if gap.start <= at < gap.end]
        assert len(here) == short_now
        assert not short_now or here == [Gap("", here[0].start, here[0].end, wanted, people, "敏感时期：国庆")]
