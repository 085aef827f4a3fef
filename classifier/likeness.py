"""Is a text about the matter of a live event? Several likenesses, weighed together, give one answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from classifier.centres import Centre
from classifier.pairs import PAIRS, Pairs
from classifier.terms import WORDS, Known, Text, pairs_of
from domain.event import elsewhere

FEATURES = ("words", "pairs", "title", "size", "numbers", "shared", "weightiest", "length", "elsewhere")
WEIGHTS: dict[str, tuple[float, ...]] = {
    "message": (12.73, 10.01, 1.23, 0.72, 1.36, 0.25, 11.83, 0.99, -3.25),
    "news": (7.46, 11.16, 4.48, -1.26, 0.53, -0.17, 42.34, 4.33, -1.5),
}
"""How much each of the FEATURES counts, by channel; fitted on labelled events (classifier/models/events.md)."""
BAR = {"message": 15.1, "news": 32.7}
"""From this sum on a text belongs to the event; each unit less makes it e times less likely."""
TITLES = 4
"""So many titles of an event are remembered: the first one and the latest."""
NUMBERS = 60
"""So many numbers of an event are remembered."""
SHORT = 60
"""A text of fewer characters that joins an event must share one of its two weightiest words, places left out."""
_PLACE = ("省", "市", "区", "县", "镇", "乡", "街道", "村")


class Weighed(NamedTuple):
    """A text whose terms are weighed by how rare they are in what was seen so far, the heaviest first."""

    text: Text
    words: Mapping[str, float]
    pairs: Mapping[int, float]
    known: Sequence[Known]
    found: Pairs


@dataclass(slots=True)
class Live:
    """What is kept of a live event: the sums of its texts, some titles and numbers, when it is over."""

    key: str
    until: datetime
    words: Centre[str] = field(default_factory=lambda: Centre(WORDS))
    pairs: Centre[int] = field(default_factory=lambda: Centre(PAIRS))
    titles: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    size: int = 0
    filed: frozenset[str] = frozenset()

    def take_in(self, text: Weighed) -> None:
        """Move the event towards one more text."""
        self.size += 1
        self.words.add(text.words)
        self.pairs.add(text.pairs)
        if text.text.title not in self.titles:
            self.titles = (*self.titles[:1], *self.titles[1:][1 - TITLES + 1 :], text.text.title)
        if text.text.numbers and len(self.numbers) < NUMBERS:
            self.numbers |= text.text.numbers
        if text.text.counties and len(self.counties) < NUMBERS:
            self.counties |= text.text.counties


def features(text: Weighed, event: Live, words: float) -> tuple[float, ...]:
    """Return the likenesses of a text and an event in the order of FEATURES; `words` is the cosine of their words.

    Also: mean cosine of the pairs with those of the event's texts; pairs of the likest title; ln of the number of
    its texts; part of the numbers shared; ln of 1 + words shared; the weightiest shared word's part of the cosine;
    ln of 1 + the characters read, because few words say little; 1 where both name counties or towns and share none.
    """
    shares = event.words.shares(text.words)
    fewer = min(len(text.text.numbers), len(event.numbers))
    return (
        words,
        event.pairs.dot(text.pairs) / event.size,
        _title(text.text.title, event.titles),
        math.log(event.size),
        len(text.text.numbers & event.numbers) / fewer if fewer else 0.0,
        math.log1p(len(shares)),
        max(shares, default=0.0) / event.words.length,
        math.log1p(text.text.length),
        float(elsewhere(text.text.counties, event.counties)),
    )


def likeness(found: tuple[float, ...], channel: str) -> float:
    """Return how far the likenesses are above its channel's bar (ln of the odds); below 0: another matter."""
    kind = channel if channel in WEIGHTS else "news"
    return sum(weight * one for weight, one in zip(WEIGHTS[kind], found, strict=True)) - BAR[kind]


def other_thing(text: Weighed, event: Live) -> bool:
    """Return whether a short text speaks of another thing: flour with worms is not rice with stones."""
    if text.text.length >= SHORT:
        return False
    telling = [word for word in text.words if len(word) > 1 and not word.endswith(_PLACE)][:2]
    return bool(telling) and not any(word in event.words.terms for word in telling)


def _title(title: str, others: tuple[str, ...]) -> float:
    """Return the cosine of the pairs of a title with those of the likest of others."""
    mine = frozenset(pairs_of(title))
    return max((_shared(mine, frozenset(pairs_of(other))) for other in others), default=0.0) if mine else 0.0


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / math.sqrt(len(one) * len(other)) if other else 0.0
