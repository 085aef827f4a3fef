"""The reviewed word lists load, every group says why it is there, every word can be found."""

import pytest

from classifier import lexicons
from classifier.reading import Reader
from classifier.text import Item, normalise
from domain.verdict import EMERGENCY_KINDS, INTENTS

LISTS = ("emergency", "sentiment", "intent", "topic", "rumour", "relevance", "places")


@pytest.mark.parametrize("name", LISTS)
def test_every_group_has_a_reason_and_words(name):
    groups = lexicons.groups(name)
    assert groups
    for group in groups:
        assert len(group.reason) >= 4, group.name
        assert group.words, group.name


@pytest.mark.parametrize("name", LISTS)
def test_groups_have_different_names_and_words_of_two_characters(name):
    groups = lexicons.groups(name)
    assert len({group.name for group in groups}) == len(groups)
    assert [word for group in groups for word in group.words if len(word) < 2] == []


def test_scenes_name_known_kinds_and_known_harms():
    harms = {group.name for group in lexicons.groups("emergency") if group.label == "harm"}
    for scene in lexicons.scenes():
        assert scene.reason, scene.name
        assert scene.kind in EMERGENCY_KINDS
        assert set(scene.harms) <= harms, scene.name
        assert scene.signs <= set(scene.harms), scene.name


def test_intents_and_topics_are_those_of_the_contract():
    assert {group.label for group in lexicons.groups("intent")} == set(INTENTS)
    assert len({group.label for group in lexicons.groups("topic")}) == 15


def test_what_speaks_against_an_emergency_weighs_against_it():
    for group in lexicons.groups("emergency"):
        if group.label == "not":
            assert group.weight < 0 > group.most, group.name
            assert group.total(99) == group.most
        if group.label in ("harm", "now"):
            assert group.weight > 0, group.name


def test_every_word_of_a_list_is_found_where_it_stands():
    words = sorted({word for name in LISTS for group in lexicons.groups(name) for word in group.words})[::7]
    search = Reader({"all": words})
    for word, reading in zip(words, search.read([Item("", f"前面{word}后面") for word in words]), strict=True):
        assert (word, 3, 3 + len(word)) in reading.of("all"), word


def test_spelling_keeps_every_character_in_its_place():
    assert normalise("剛剛樓下火鍋店轟的一聲，ＡＢＣ１２Ｘ！") == "刚刚楼下火锅店轰的一声，abc12x！"


def test_a_single_character_is_refused():
    with pytest.raises(ValueError, match="至少两个字"):
        Reader({"all": ["火"]})
