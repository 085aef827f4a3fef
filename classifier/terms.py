"""A text as weighted terms: words for what happened, pairs of characters for names that no dictionary holds."""

import math
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import rjieba

from classifier.text import normalise

TITLE = {"message": 3, "news": 6, "weibo": 1}
"""How many times the terms of the title count."""
HEAD = {"message": 2000, "news": 300, "weibo": 300}
"""Characters of the text that are read: news tell the matter at the beginning, citizens anywhere."""
WORDS, PAIRS = 40, 60
"""How many of its heaviest words and pairs stand for a text."""
PRIOR = 500
"""Texts thought to have been seen before the first one, so that the first terms are not all equally rare."""
KNOWN = 2_000_000
"""So many terms are counted at most; then those met once are forgotten."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]{2,}")
_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]")
_COUNTY = re.compile(r"(?:[a-z]\d*|[\u3400-\u9fff]{2})(?:区|县|镇|乡|街道)")
_NO_COUNTY = re.compile(r"[小社地校城园景片山林库郊老新厂辖市城]区|[全该我本各贵]县")
_NUMBER = re.compile(r"\d[\d.]*\d")
_STOP = frozenset("的了是在我有和就不人都一个上也很到说要去你会着没看好自己这那他她它们")

Terms = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Text:
    """One text read: terms with their counts, title, numbers of two digits or more, counties and towns, characters."""

    words: Mapping[str, int]
    pairs: Mapping[str, int]
    title: str
    numbers: frozenset[str]
    counties: frozenset[str]
    length: int


def read(title: str, text: str, channel: str) -> Text:
    """Return what a text is compared by; the terms of the title count several times."""
    times, head = TITLE.get(channel, 1), HEAD.get(channel, HEAD["news"])
    title, body = normalise(title[:head]), normalise(text[:head])
    words, pairs = Counter(_words(body)), Counter(pairs_of(body))
    for counts, terms in ((words, _words(title)), (pairs, pairs_of(title))):
        for term in terms:
            counts[term] += times
    whole = f"{title} {body}"
    numbers = frozenset(_NUMBER.findall(whole))
    counties = frozenset(name for name in _COUNTY.findall(whole) if not _NO_COUNTY.search(name))
    return Text(words, pairs, title, numbers, counties, len(whole))


def pairs_of(text: str) -> list[str]:
    """Return the pairs of neighbouring characters and the Latin words of a normalised text, without empty ones."""
    found = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return [pair for pair in found if not (pair[0] in _STOP or pair[-1] in _STOP)]


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text, True) if _WORD.match(word)]


@dataclass(slots=True)
class Seen:
    """In how many texts each term has stood so far: a term that is everywhere tells nothing."""

    counts: dict[str, float] = field(default_factory=dict)
    texts: int = 0

    @classmethod
    def before(cls, parts: Mapping[str, float]) -> "Seen":
        """Return what is taken for seen before the first text: PRIOR texts with each term in its part of them."""
        return cls({term: part * PRIOR for term, part in parts.items()})

    def weigh(self, terms: Mapping[str, int], most: int, *, ordered: bool = False) -> dict[str, float]:
        """Return the heaviest terms with TF-IDF weights of length 1, if `ordered` the heaviest first.

        Equal input gives equal order.
        """
        total, counts, log = self.texts + PRIOR, self.counts, math.log
        weights = [
            ((1 + log(count) if count > 1 else 1.0) * log(total / (counts.get(term, 0) + 1)), term)
            for term, count in terms.items()
        ]
        if len(weights) > most or ordered:
            weights.sort(reverse=True)
            del weights[most:]
        length = math.sqrt(sum([weight * weight for weight, _ in weights])) or 1.0
        return {sys.intern(term): weight / length for weight, term in weights}

    def take_in(self, terms: Iterable[str]) -> None:
        """Count the terms of one more text."""
        self.texts += 1
        counts = self.counts
        for term in terms:
            counts[term] = counts.get(term, 0.0) + 1
        if len(counts) > KNOWN:
            self.counts = {term: count for term, count in counts.items() if count > 1}


class Centre:
    """The sum of the weighted terms of an event's texts, kept small: two arrays instead of a table."""

    __slots__ = ("length", "terms", "weights")

    def __init__(self) -> None:
        self.terms: tuple[str, ...] = ()
        self.weights = array("f")
        self.length = 1.0

    def dot(self, terms: Terms) -> float:
        """Return the sum of products with the terms of a text."""
        get = terms.get
        return sum([get(term, 0.0) * weight for term, weight in zip(self.terms, self.weights, strict=True)])

    def add(self, terms: Terms, most: int) -> None:
        """Add a text's terms; once there are twice as many as `most`, the lightest go."""
        sums = dict(zip(self.terms, self.weights, strict=True))
        for term, weight in terms.items():
            sums[term] = sums.get(term, 0.0) + weight
        if len(sums) > 2 * most:
            sums = dict(sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:most])
        self.terms, self.weights = tuple(sums), array("f", sums.values())
        self.length = math.sqrt(sum([weight * weight for weight in self.weights])) or 1.0

    def common(self, terms: Terms) -> list[tuple[float, str]]:
        """Return the shared terms with their part in the likeness, the weightiest first."""
        shared = [
            (terms[term] * weight / self.length, term)
            for term, weight in zip(self.terms, self.weights, strict=True)
            if term in terms
        ]
        return sorted(shared, reverse=True)
