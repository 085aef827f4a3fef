"""Pairs of characters as numbers are those that a reader would count, in one text or in many at once."""

import math
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.pairs import PAIRS, PairsSeen, Part, pairs_in
from classifier.terms import pairs_of
from classifier.text import normalise

TEXTS = st.text(st.sampled_from("清源市电梯困人的了在12ab，。\n𠀀"), max_size=40)
PARTS = st.builds(Part, TEXTS, TEXTS, st.sampled_from([1, 3, 6]))


def _counted(part: Part) -> list[float]:
    """Return how much each different pair counts, the least first, as a loop over the characters finds it."""
    times = Counter(pairs_of(part.body))
    for pair in pairs_of(part.title):
        times[pair] += part.times
    return sorted(1 + math.log(count) for count in times.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=6))
def test_all_pairs_of_each_text_are_counted_and_none_across_its_end(parts):
    found = pairs_in(parts)
    assert len(found) == len(parts)
    for part, pairs in zip(parts, found, strict=True):
        np.testing.assert_allclose(sorted(pairs.factors), _counted(part))
        alone = pairs_in([part])[0]
        assert np.array_equal(alone.ids, pairs.ids)
        assert np.array_equal(alone.factors, pairs.factors)


def test_a_pair_that_is_everywhere_tells_less_than_a_rare_one():
    seen = PairsSeen({"电梯": 0.5})
    common, rare = (_id_of(pair) for pair in ("电梯", "停运"))
    before = seen.weigh(_pairs("电梯，停运"))
    assert before[common] < before[rare]
    for _ in range(400):
        seen.take_in(_pairs("停运"))
    after = seen.weigh(_pairs("电梯，停运"))
    assert after[rare] / after[common] < before[rare] / before[common]


def test_only_the_heaviest_pairs_stand_for_a_long_text():
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 3 * PAIRS)))
    kept = PairsSeen({}).weigh(_pairs(text))
    assert len(kept) == PAIRS
    assert math.isclose(sum(weight * weight for weight in kept.values()), 1)


def _pairs(text: str):
    return pairs_in([Part("", normalise(text), 1)])[0]


def _id_of(pair: str) -> int:
    return int(_pairs(pair).ids[0])
