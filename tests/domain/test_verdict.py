"""What an article opens by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.verdict import INTENTS, Opens, Reason, Sentiment, opens

GRAVE = {
    "relevance": 0.9,
    "emergency": 0.9,
    "ours": True,
    "grave": True,
    "sentiment": Sentiment.NEUTRAL,
    "intent": "陈述",
    "channel": "news",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Opens.PROVISIONAL),
        ({"grave": False}, Opens.LEAD),
        ({"ours": False}, Opens.NONE),
        ({"relevance": 0.49}, Opens.NONE),
        ({"emergency": 0.49}, Opens.LEAD),
        ({"emergency": 0.2}, Opens.LEAD),
        ({"emergency": 0.19}, Opens.NONE),
        ({"emergency": 0.0, "channel": "message", "intent": "投诉"}, Opens.LEAD),
        ({"emergency": 0.0, "channel": "message", "intent": "求助"}, Opens.LEAD),
        ({"emergency": 0.0, "channel": "message", "intent": "咨询"}, Opens.NONE),
        ({"emergency": 0.0, "channel": "weibo", "intent": "举报", "sentiment": Sentiment.NEGATIVE}, Opens.LEAD),
        ({"emergency": 0.0, "channel": "weibo", "intent": "求助", "sentiment": Sentiment.NEGATIVE}, Opens.NONE),
    ],
)
def test_opens(change, expected):
    assert opens(**(GRAVE | change)) is expected


@given(
    relevance=st.floats(0, 1),
    emergency=st.floats(0, 1),
    grave=st.booleans(),
    sentiment=st.sampled_from(Sentiment),
    intent=st.sampled_from(INTENTS),
    channel=st.sampled_from(["message", "news", "weibo"]),
)
def test_nothing_outside_our_area_opens_anything(**asked):
    assert opens(ours=False, **asked) is Opens.NONE


@given(st.floats(0.5, 1), st.floats(0.5, 1), st.sampled_from(INTENTS), st.sampled_from(["message", "news", "weibo"]))
def test_a_grave_emergency_of_ours_always_starts_the_clock(relevance, emergency, intent, channel):
    asked = GRAVE | {"relevance": relevance, "emergency": emergency, "intent": intent, "channel": channel}
    assert opens(**asked) is Opens.PROVISIONAL


def test_a_reason_shows_its_weight_where_it_has_one():
    assert Reason("集体腹泻", 2.1, "emergency").chip() == "集体腹泻 +2.1"
    assert Reason("演练", -4.0, "emergency").chip() == "演练 -4.0"
    assert Reason("列为待研判线索", 0.0, "opens").chip() == "列为待研判线索"
