"""What a person's answers make of a verdict, and which corrected texts measure."""

from dataclasses import replace

import pytest

from domain.correction import HELD_OUT, Answers, check, corrected, is_held_out, text_key
from domain.verdict import Opens, Sentiment, Verdict

SAID = Verdict(
    relevance=0.8,
    sections=("食品安全科", "办公室"),
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.6,
    intent="投诉",
    topic=None,
    emergency=0.9,
    emergency_kind="公共卫生",
    casualties=None,
    rumour=0.0,
    place=(),
    ours=True,
    grave=True,
    opens=Opens.PROVISIONAL,
)
QUIET = Verdict(0.2, ("办公室",), Sentiment.NEUTRAL, 0.0, "投诉", None, 0.05, None, None, 0.0, (), False, False)

GRAVE = replace(SAID, relevance=0.2, opens=Opens.NONE)


@pytest.mark.parametrize(
    ("said", "answers", "opens"),
    [
        (SAID, Answers(), Opens.PROVISIONAL),
        (SAID, Answers(unit="办公室"), Opens.PROVISIONAL),
        (SAID, Answers(sentiment=Sentiment.POSITIVE), Opens.PROVISIONAL),
        (SAID, Answers(relevant=True), Opens.PROVISIONAL),
        (SAID, Answers(relevant=False), Opens.NONE),
        (SAID, Answers(false_alarm=True), Opens.NONE),
        (SAID, Answers(emergency=False), Opens.LEAD),
        (QUIET, Answers(sentiment=Sentiment.NEGATIVE), Opens.NONE),
        (QUIET, Answers(relevant=True), Opens.LEAD),
        (QUIET, Answers(unit="食品安全科"), Opens.LEAD),
        (QUIET, Answers(relevant=True, emergency=True), Opens.LEAD),
        (QUIET, Answers(emergency=True), Opens.NONE),
        (GRAVE, Answers(relevant=True), Opens.LEAD),
        (GRAVE, Answers(unit="食品安全科", emergency=True), Opens.LEAD),
    ],
)
def test_what_a_corrected_verdict_opens(said, answers, opens):
    assert corrected(said, answers, "message").opens == opens


def test_what_was_not_answered_stays_and_what_was_stands_first():
    found = corrected(SAID, Answers(unit="办公室", sentiment=Sentiment.POSITIVE, emergency=False), "news")
    assert found.sections == ("办公室", "食品安全科")
    assert (found.sentiment, found.sentiment_score) == (Sentiment.POSITIVE, 1.0)
    assert (found.emergency, found.emergency_kind, found.grave) == (0.0, None, False)
    assert (found.relevance, found.intent) == (0.8, "投诉")


def test_a_unit_in_charge_makes_it_relevant_and_ours():
    found = corrected(QUIET, Answers(unit="食品安全科"), "message")
    assert (found.relevance, found.ours) == (1.0, True)


def test_nothing_is_irrelevant_and_some_unit_s():
    with pytest.raises(ValueError, match="没有牵头科室"):
        check(Answers(unit="办公室", relevant=False))


def test_the_answers_in_words_and_fields():
    answers = Answers("办公室", Sentiment.NEUTRAL, relevant=True, emergency=False)
    assert answers.words() == "与本局有关、牵头办公室、中性、不是突发事件"
    assert answers.fields() == ["unit", "sentiment", "relevant", "emergency"]
    assert (Answers().words(), Answers().fields()) == ("", [])
    assert Answers(false_alarm=True).fields() == ["false_alarm"]


def test_the_same_text_has_the_same_key_and_always_the_same_part():
    assert text_key("电梯困人！", "") == text_key("", "电梯，困人")
    assert text_key("", "电梯困人") != text_key("", "电梯没有困人")
    keys = [text_key("", f"第{n}条") for n in range(2000)]
    assert pytest.approx(sum(map(is_held_out, keys)) / len(keys), abs=0.03) == 1 / HELD_OUT
