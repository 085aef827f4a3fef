"""A text as weighted words; in how many texts each word has stood so far."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import add, attrgetter, mul, truediv
from typing import NamedTuple

import rjieba

TITLE = {"message": 3, "news": 6, "weibo": 1}
"""How many times the terms of the title count."""
HEAD = {"message": 2000, "news": 300, "weibo": 300}
"""Characters of the text that are read: news tell the matter at the beginning, citizens anywhere."""
WORDS = 40
"""How many of its heaviest words stand for a text."""
PRIOR = 500
"""Texts thought to have been seen before the first one, so that the first terms are not all equally rare."""
KNOWN = 2_000_000
"""So many terms are counted at most; then those met once are forgotten."""
STOP = "的了是在我有和就不人都一个上也很到说要去你会着没看好自己这那他她它们"
_RUN = re.compile(rf"(?:(?![{STOP}])[\u3400-\u9fff]){{2,}}|[a-z0-9]{{2,}}")
"""What stands between marks and empty characters, which are no part of a pair."""
_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]")
_COUNTY = re.compile(r"(?:[a-z]\d*|[\u3400-\u9fff]{2})(?:区|县|镇|乡|街道)")
_NO_COUNTY = re.compile(r"[小社地校城园景片山林库郊老新厂辖市城]区|[全该我本各贵]县")
_NUMBER = re.compile(r"\d[\d.]*\d")


class Text(NamedTuple):
    """One text read: words with their counts, title, numbers of two digits or more, counties and towns, characters.

    `body` is what was read of the text, `times` how often the title counts.
    """

    words: Mapping[str, int]
    title: str
    body: str
    times: int
    numbers: frozenset[str]
    counties: frozenset[str]
    length: int


def read(title: str, text: str, channel: str) -> Text:
    """Return what a text, normalised, is compared by; the words of the title count several times."""
    times, head = TITLE.get(channel, 1), HEAD.get(channel, HEAD["news"])
    title, body = title[:head], text[:head]
    words: dict[str, int] = Counter(_words(body))
    for word in _words(title):
        words[word] = words.get(word, 0) + times
    whole = f"{title} {body}"
    numbers = frozenset(_NUMBER.findall(whole))
    counties = frozenset(name for name in _COUNTY.findall(whole) if not _NO_COUNTY.search(name))
    return Text(words, title, body, times, numbers, counties, len(whole))


def pairs_of(text: str) -> list[str]:
    """Return the pairs of neighbouring characters and the Latin words of a normalised text, without empty ones."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found += map(add, run, run[1:])
    return found


def _words(text: str) -> list[str]:
    return list(filter(_WORD.match, rjieba.cut(text, True)))


class Known:
    """A term met before: 1 + in how many texts, and the one string that all events keep for it."""

    __slots__ = ("term", "texts")

    def __init__(self, term: str, texts: float) -> None:
        self.term = term
        self.texts = texts


_term, _texts = attrgetter("term"), attrgetter("texts")
_TIMES = [0.0, *(1 + math.log(times) for times in range(1, (1 + max(TITLE.values())) * max(HEAD.values()) + 1))]
"""How much a term counts that stands so many times in a text."""


@dataclass(slots=True)
class Seen:
    """In how many texts each term has stood so far: a term that is everywhere tells nothing."""

    known: dict[str, Known] = field(default_factory=dict)
    texts: int = 0

    @classmethod
    def before(cls, parts: Mapping[str, float]) -> "Seen":
        """Return what is taken for seen before the first text: PRIOR texts with each term in its part of them."""
        return cls({term: Known(term, 1 + part * PRIOR) for term, part in parts.items()})

    def look_up(self, terms: Iterable[str]) -> list[Known]:
        """Return what is known of each of `terms`; asked once a text, because among so many it takes its time."""
        known = self.known
        found = list(map(known.get, terms))
        if None not in found:
            return found  # type: ignore[return-value]
        return [one or known.setdefault(term, Known(term, 1.0)) for one, term in zip(found, terms, strict=True)]

    def weigh(self, known: Sequence[Known], counts: Iterable[int], most: int = WORDS) -> dict[str, float]:
        """Return the heaviest terms with TF-IDF weights of length 1, the heaviest first.

        `counts` are how often each stands in the text. Equal input gives equal order.
        """
        rarity = map(math.log, map(truediv, repeat(self.texts + PRIOR), map(_texts, known)))
        weights = list(map(mul, map(_TIMES.__getitem__, counts), rarity))
        heaviest = sorted(zip(weights, map(_term, known), strict=True), reverse=True)[:most]
        length = math.sqrt(sum([weight * weight for weight, _ in heaviest])) or 1.0
        return {term: weight / length for weight, term in heaviest}

    def take_in(self, known: Iterable[Known]) -> None:
        """Count the terms of one more text."""
        self.texts += 1
        for one in known:
            one.texts += 1
        if len(self.known) > KNOWN:
            self.known = {term: one for term, one in self.known.items() if one.texts > 2}
