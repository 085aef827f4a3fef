"""What is the writer's attitude? Plain reports of bad events are neutral; only the words of an attitude count."""

import re

from classifier import lexicons
from classifier.reading import Hit, Reading
from classifier.scales import probability
from domain.verdict import Reason, Sentiment

EDGE = 0.3
"""A score nearer to 0 than this is neutral."""
_TURNED = re.compile(
    r"(?:不|没|没有|未|毫无|并不|谈不上|不太|不够|非|别|无|怎么|难以|难|缺乏|岂能|何谈|哪里)(?:是|再|算|能|够|会|很|太|得到)?$"
)


def sentiment(reading: Reading) -> tuple[Sentiment, float, list[Reason]]:
    """Return the attitude, its score −1…1 and the words that carry it."""
    reasons = [reason for group in lexicons.groups("sentiment") if (reason := _weighed(reading, group))]
    weight = sum(reason.weight for reason in reasons) + _tone(reading)
    score = round(2 * probability(0.8 * weight) - 1, 4)
    edge = EDGE if reading.item.channel != "news" else 0.6
    if score <= -edge:
        return Sentiment.NEGATIVE, score, reasons
    return (Sentiment.POSITIVE if score >= edge else Sentiment.NEUTRAL), score, reasons


def _weighed(reading: Reading, group: lexicons.Group) -> Reason | None:
    """Return what one group adds; a denied word (`不满意`) counts the other way."""
    words = reading.words(f"sentiment/{group.name}")
    if not words or not group.weight:
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
    return -0.6 * min(2, text.count("？？") + text.count("??") + text.count("！！！")) + (
        -0.5 if reading.item.channel == "message" else 0.0
    )
