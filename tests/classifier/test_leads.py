"""The quick search finds what the plain one finds, for every pattern of the lexicon and some of every kind."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import casualties, lexicons
from classifier.leads import finder, matches

OWN = {group.name: group.patterns[0].pattern for group in lexicons.groups("emergency") if group.patterns}
KINDS = ["死亡|没[了救]?气", "(?:[一二三]|\\d)+人", "(?P<n>[1-3])?人(?!物)", "(?<!无)人", "a{0,2}b", "[^人]死", ".人"]
LETTERS = st.text(
    st.sampled_from("一二三三十1死亡没了救气人物无ab出血流满脸医院送进到吐拉肚子晕昏过去嘴唇紫卡在半空被困 ，。\n"),
    max_size=60,
)


def plain(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text)]


@settings(max_examples=60, deadline=None)
@given(LETTERS)
@pytest.mark.parametrize("pattern", [*KINDS, *OWN.values(), casualties._PEOPLE[0].pattern])
def test_the_same_matches_as_the_plain_search(pattern, text):
    assert [match.span() for match in matches(finder(pattern), text)] == plain(pattern, text)


def test_named_parts_of_a_match_are_kept():
    match = next(matches(finder("(?P<n>[一二两三]|\\d+)人(?P<what>死亡|受伤)"), "事故致12人受伤"))
    assert (match["n"], match["what"]) == ("12", "受伤")


def test_a_pattern_that_may_begin_with_anything_is_searched_plainly():
    assert finder(".人")[1] is None
    assert finder("[^人]死")[1] is None
    assert finder("死亡|没气")[1] is not None


@pytest.mark.parametrize("name", OWN)
def test_every_pattern_of_ours_can_be_searched_quickly(name):
    assert finder(OWN[name])[1] is not None
