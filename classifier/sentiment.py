"""What is the writer's attitude? Plain reports of bad events are neutral; only the words of an attitude count."""

import re
from collections.abc import Sequence

from classifier import lexicons
from classifier.reading import Hit, Reading
from domain.verdict import Reason, Sentiment

EDGE = -0.3
"""Words that add up to less than this are those of a dissatisfied writer."""
AGREED = 0.5
"""In news and messages, which the head has seen little of, its share counts from here on, and beside words only."""
SAID = frozenset(("投诉", "举报", "求助", "表扬"))
"""What the writer of a message wants says how he feels, whatever the words."""
_TURNED = re.compile(
    r"(?:不|没|没有|未|毫无|并不|谈不上|不太|不够|非|别|无|怎么|难以|难|缺乏|岂能|何谈|哪里)(?:是|再|算|能|够|会|很|太|得到)?$"
)


def sentiment(
    reading: Reading, guess: Sequence[float], wish: str, tell: bool = True
) -> tuple[Sentiment, float, list[Reason]]:
    """Return the attitude, its score −1…1 and the words that carry it.

    `guess` are the trained shares of negative, neutral and positive; `wish` is what the writer of a message wants.
    Where words do not count, in posts and in complaints, they are looked for only to `tell` the reasons.
    """
    negative, neutral, positive = guess
    score = round(positive - negative, 4)
    channel = reading.item.channel
    decided = channel == "weibo" or (channel == "message" and wish in SAID)
    reasons = _words(reading) if tell or not decided else []
    if channel == "weibo":
        return _likeliest(negative, neutral, positive), score, reasons
    weight = sum(reason.weight for reason in reasons) + _tone(reading)
    mood = _of_message(wish, weight, negative) if channel == "message" else _of_news(weight, negative, positive)
    return mood, score, reasons


def _likeliest(negative: float, neutral: float, positive: float) -> Sentiment:
    if positive >= neutral and positive >= negative:
        return Sentiment.POSITIVE
    return Sentiment.NEUTRAL if neutral >= negative else Sentiment.NEGATIVE


def _words(reading: Reading) -> list[Reason]:
    return [reason for group, words in reading.groups("sentiment") if (reason := _weighed(reading, group, words))]


def _of_message(wish: str, weight: float, negative: float) -> Sentiment:
    """Return the attitude of somebody who writes to us: what is wanted tells it, words only where nothing is."""
    if wish == "表扬":
        return Sentiment.POSITIVE
    if wish in SAID or weight <= EDGE or negative > AGREED:
        return Sentiment.NEGATIVE
    return Sentiment.NEUTRAL


def _of_news(weight: float, negative: float, positive: float) -> Sentiment:
    """Return the attitude of a report, neutral unless words and head agree: plain reports of bad events are."""
    if negative > AGREED and weight <= 2 * EDGE:
        return Sentiment.NEGATIVE
    if (positive > 0.9 and weight > -1) or (positive > 0.7 and weight >= 1):
        return Sentiment.POSITIVE
    return Sentiment.NEUTRAL


def _weighed(reading: Reading, group: lexicons.Group, words: list[Hit]) -> Reason | None:
    """Return what one group adds; a denied word (`不满意`) counts the other way."""
    if not group.weight:
        return None
    count = sum(-1 if _turned(reading.text, hit) else 1 for hit in words)
    told = f"{group.name}：{'、'.join(hit.word for hit in words[:3])}"
    weight = group.weight * count
    weight = max(-abs(group.most), min(abs(group.most), weight))
    return Reason(told, round(weight, 2), "sentiment", (words[0].start, words[0].end)) if weight else None


def _turned(text: str, hit: Hit) -> bool:
    return _TURNED.search(text, max(0, hit.start - 5), hit.start) is not None


def _tone(reading: Reading) -> float:
    """Return the weight of the punctuation: piled-up question marks are seldom praise."""
    text = reading.text
    return -0.6 * min(2, text.count("？？") + text.count("??") + text.count("！！！"))
