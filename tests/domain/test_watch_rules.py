"""专题: what may be set, what hits mean for a verdict, and quiet hours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.verdict import RELEVANT, Opens, Reason, Sentiment, Verdict
from domain.watch import Watched, WatchFields, checked, counted, told_from

VERDICT = Verdict(
    relevance=0.1,
    sections=("办公室", "食品安全科", "知识产权科"),
    sentiment=Sentiment.NEUTRAL,
    sentiment_score=0.0,
    intent="陈述",
    topic=None,
    emergency=0.0,
    emergency_kind=None,
    casualties=None,
    rumour=0.0,
    place=(),
    ours=True,
    grave=False,
)
SPANS = ((3, 5),)


def test_a_hit_makes_an_article_relevant_and_says_why():
    found = counted(VERDICT, [(Watched("冷链食品"), SPANS)], "news")
    assert (found.relevance, found.opens) == (RELEVANT, Opens.NONE)
    assert found.reasons[0] == Reason("命中专题：冷链食品", 0.0, "watch", (3, 5))
    assert counted(VERDICT, [], "news") is VERDICT


def test_a_relevant_article_keeps_its_relevance():
    assert counted(replace(VERDICT, relevance=0.9), [(Watched("甲"), ())], "news").relevance == 0.9


def test_qz5_the_unit_of_the_topic_comes_first_where_no_duty_word_decided():
    """QZ5 谁主管谁负责: an unmatched article of a 专题 goes to its unit, exactly one first; none is lost or doubled."""
    found = counted(VERDICT, [(Watched("甲", "知识产权科"), SPANS)], "news")
    assert found.sections == ("知识产权科", "办公室", "食品安全科")
    decided = replace(VERDICT, reasons=(Reason("食品", 2.0, "section"),))
    assert counted(decided, [(Watched("甲", "知识产权科"), SPANS)], "news").sections == VERDICT.sections
    assert counted(VERDICT, [(Watched("甲", "已撤销的科"), SPANS)], "news").sections == VERDICT.sections


def test_a_complaint_a_topic_is_about_waits_for_a_person():
    angry = replace(VERDICT, sentiment=Sentiment.NEGATIVE, intent="投诉")
    assert counted(angry, [(Watched("甲"), ())], "news").opens is Opens.LEAD
    assert counted(replace(angry, ours=False), [(Watched("甲"), ())], "news").opens is Opens.NONE


def test_every_hit_is_a_lead_only_where_the_office_asks_for_it():
    assert counted(VERDICT, [(Watched("甲", as_lead=True), ())], "news").opens is Opens.LEAD


def test_a_watch_word_never_starts_a_clock_and_never_stops_one():
    grave = replace(VERDICT, emergency=0.9, grave=True)
    assert counted(grave, [(Watched("甲"), ())], "news").opens is Opens.LEAD
    running = replace(grave, relevance=0.9, opens=Opens.PROVISIONAL)
    assert counted(running, [(Watched("甲"), ())], "news").opens is Opens.PROVISIONAL


def beijing(text):
    return datetime.fromisoformat(f"2026-11-{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "quiet", "told"),
    [
        ("22 14:00", ("22:00", "07:00"), "22 14:00"),
        ("22 21:59", ("22:00", "07:00"), "22 21:59"),
        ("22 22:00", ("22:00", "07:00"), "23 07:00"),
        ("23 03:20", ("22:00", "07:00"), "23 07:00"),
        ("23 07:00", ("22:00", "07:00"), "23 07:00"),
        ("22 12:30", ("12:00", "14:00"), "22 14:00"),
        ("22 14:00", ("12:00", "14:00"), "22 14:00"),
        ("22 03:00", None, "22 03:00"),
    ],
)
def test_nobody_is_told_in_quiet_hours(now, quiet, told):
    assert told_from(beijing(now), quiet) == beijing(told)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "名称"),
        ({"name": "长" * 61}, "最多 60 个字"),
        ({"quiet": ("24:00", "07:00")}, "22:00"),
        ({"cool_minutes": -1}, "间隔"),
        ({"channels": ("voice",)}, "没有通知渠道 voice"),
    ],
)
def test_what_cannot_be_set_is_said(fields, words):
    with pytest.raises(ValueError, match=words):
        checked(WatchFields(**({"name": "甲", "query": "食品"} | fields)), ("email",))


def test_equal_quiet_hours_are_none():
    assert checked(WatchFields("甲", "食品", quiet=("07:00", "07:00")), ()).quiet is None
