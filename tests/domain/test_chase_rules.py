"""Who is next where nobody acknowledges, for how long each is waited for, and how fast a channel refills."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allowance import BUCKETS, Bucket, refilled, wait_for
from domain.case import Level
from domain.chase import base_of, chases, family_of, next_to_ask
from domain.escalation import POSTS


@pytest.mark.parametrize(("level", "minutes"), [("red", 5), ("orange", 15), ("yellow", 60), ("blue", 240)])
def test_the_graver_the_shorter_the_wait(level: str, minutes: int) -> None:
    assert chases()[level].wait == timedelta(minutes=minutes)


def test_every_level_has_its_row_and_only_red_is_called() -> None:
    assert set(chases()) == {level.value for level in Level}
    assert {level for level, chase in chases().items() if chase.telephone} == {"red"}
    assert all(post in POSTS for chase in chases().values() for post in chase.superiors)


def test_another_holder_of_the_post_comes_before_the_superiors() -> None:
    told: list[int] = [1]
    while (person := next_to_ask([1, 2], [3, 4, 2], told)) is not None:
        told.append(person)
    assert told == [1, 2, 3, 4], "nobody twice, and it ends"


def test_messages_of_a_chain_know_each_other() -> None:
    for topic in family_of("stage-17"):
        assert base_of(topic) == "stage-17"
        assert family_of(topic) == ("stage-17", "chase-stage-17", "call-stage-17")


@pytest.mark.parametrize("channel", BUCKETS)
@given(st.lists(st.floats(0, 20), min_size=1, max_size=200))
def test_no_minute_sees_more_than_twenty_messages(channel: str, gaps: list[float]) -> None:
    bucket, tokens, at = BUCKETS[channel], BUCKETS[channel].most, 0.0
    sent: list[float] = []
    for gap in gaps:
        tokens, at = refilled(tokens, timedelta(seconds=gap), bucket), at + gap
        while not wait_for(tokens, bucket, legal=True):
            tokens -= 1
            sent.append(at)
    assert all(sum(one <= other < one + 60 for other in sent) <= 20 for one in sent)


def test_a_part_is_kept_for_legal_notices() -> None:
    bucket = Bucket(most=10, per_minute=10, reserve=4)
    assert wait_for(5, bucket, legal=False) == timedelta(0)
    assert wait_for(4.5, bucket, legal=False) == timedelta(seconds=3)
    assert wait_for(1, bucket, legal=True) == timedelta(0)
    assert wait_for(0, bucket, legal=True) == timedelta(seconds=6)


def test_a_clock_set_back_gives_nothing() -> None:
    assert refilled(3, timedelta(hours=-2), Bucket(10, 10, 4)) == 3
