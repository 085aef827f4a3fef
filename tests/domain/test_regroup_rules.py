"""What may be merged, split and undone, and which of two open leads goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.regroup import Waiting, alike, check_split, check_undo, earliest, following, goes_on, pair, with_copies

COPIES = {1: None, 2: 1, 3: 2, 4: None, 5: 99}


@pytest.mark.parametrize(
    ("chosen", "found"),
    [([1], {1, 2, 3}), ([4], {4}), ([5], {5}), ([1, 4], {1, 2, 3, 4}), ([2], {2, 3}), ([7], set())],
)
def test_copies_follow_their_original_through_other_copies(chosen, found):
    assert following(chosen, COPIES) == found


@pytest.mark.parametrize("chosen", [[2], [3], [2, 3]])
def test_a_copy_does_not_go_without_its_original(chosen):
    with pytest.raises(ValueError, match="转载随原文走"):
        with_copies(chosen, COPIES)


def test_a_copy_whose_original_is_elsewhere_goes_alone():
    assert with_copies([5], COPIES) == {5}


@given(st.dictionaries(st.integers(1, 9), st.none() | st.integers(1, 9), min_size=1), st.data())
def test_what_moves_is_whole(copies, data):
    chosen = data.draw(st.lists(st.sampled_from(sorted(copies)), min_size=1))
    moved = following(chosen, copies)
    assert set(chosen) <= moved <= copies.keys()
    assert not [id_ for id_, original in copies.items() if original in moved and id_ not in moved]


@pytest.mark.parametrize(("chosen", "words"), [([], "请选择"), ([1, 9], "已不在本话题"), ([1, 2, 3, 4, 5], "至少一条")])
def test_what_cannot_be_split_off_is_said(chosen, words):
    with pytest.raises(ValueError, match=words):
        check_split(chosen, COPIES)


def test_what_cannot_be_taken_back_is_said():
    check_undo([1, 2], [1, 2, 3], [3])
    with pytest.raises(ValueError, match="1 条信息后来又被整理"):
        check_undo([1, 9], [1, 2, 3], [2, 3])
    with pytest.raises(ValueError, match="另一个话题原来的信息"):
        check_undo([1], [1], [])


@pytest.mark.parametrize(
    ("leads", "best"),
    [
        ([Waiting(1, True, False, True), Waiting(2, False, False, False)], 2),
        ([Waiting(1, False, False, True), Waiting(2, False, True, False)], 2),
        ([Waiting(1, False, True, False), Waiting(2, False, True, True)], 2),
        ([Waiting(2, False, False, True), Waiting(1, False, False, True)], 1),
    ],
)
def test_the_lead_whose_clocks_run_goes_on(leads, best):
    assert goes_on(leads).id == best


def test_a_pair_has_one_order_and_titles_are_compared_by_pairs_of_characters():
    assert pair(3, 2) == pair(2, 3) == (2, 3)
    with pytest.raises(ValueError, match="同一个话题"):
        pair(2, 2)
    assert alike("食堂腹泻", "食堂腹泻") == 1
    assert alike("食堂腹泻", "电梯停运") == alike("食", "食堂") == 0
    assert 0 < alike("小学食堂腹泻", "中学食堂腹泻") < 1
    assert earliest([None, None]) is None
