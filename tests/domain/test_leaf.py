"""The proposed way of handling follows from what the writer wants; an emergency and a rumour go their own way."""

import pytest

from domain.leaf import Leaf, proposed
from domain.verdict import INTENTS

CALM = {"sentiment": "neutral", "emergency": 0.0, "rumour": 0.0}


@pytest.mark.parametrize(
    ("intent", "leaf"),
    [
        ("建议", Leaf.ADVICE),
        ("求助", Leaf.HARDSHIP),
        ("投诉", Leaf.PROBLEM),
        ("举报", Leaf.PROBLEM),
        ("咨询", Leaf.UNCLEAR),
        ("表扬", None),
        ("陈述", None),
    ],
)
def test_each_wish_has_its_way(intent, leaf):
    assert proposed(intent=intent, **CALM) is leaf


def test_what_is_only_told_is_verified_or_answered():
    assert proposed(intent="陈述", **CALM | {"rumour": 0.7}) is Leaf.FALSE
    assert proposed(intent="陈述", **CALM | {"sentiment": "negative"}) is Leaf.MISTAKEN


def test_an_emergency_is_investigated_whatever_is_said():
    assert {proposed(intent=intent, **CALM | {"emergency": 0.8, "rumour": 0.9}) for intent in INTENTS} == {Leaf.PROBLEM}


def test_every_way_says_what_is_done():
    assert all("：" in leaf.label for leaf in Leaf)
