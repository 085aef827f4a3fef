"""Why a trained head answers as it does: the phrases of the text whose grams weigh most, for and against."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier import features
from classifier.heads import Heads
from classifier.text import Item, normalise, spell
from domain.verdict import Reason

PHRASES = 3
"""So many phrases a question: more nobody reads."""
LONGEST, PART = 6, 4
"""A stretch of more characters than LONGEST is no phrase; PART of it is shown."""
_CHUNK = re.compile(
    r"[^\W_的了在是和就都也很我你他她它们着过吗呢吧啊与及被把给向让但又还而且这那有不没到得地一个对从以为上下中里]{2,}"
)
"""What stands between punctuation and particles."""
FELT = 0.2
"""Phrases that move the answer by less are not worth a word."""


class Asked(NamedTuple):
    """A question to explain: what the reasons are about, the head, and the class that was answered.

    It is compared with the class `against`, or with the mean of all others.
    """

    about: str
    head: str
    label: str
    against: str | None = None


def phrases(trained: Heads, item: Item, asked: Sequence[Asked]) -> list[Reason]:
    """Return the strongest phrases for each question; their spans count in `item.whole`, where their words stand."""
    if not asked:
        return []
    title = item.title[: features.TITLE_LONGEST]
    whole = item.whole
    end = min(len(whole), len(item.title) + 1 + features.LONGEST)
    read = np.ones(end + 2, np.float32)
    read[: len(title)] = features.TITLE
    read[len(title) : len(item.title) + 1] = 0
    spelled = normalise(whole[:end])
    codes = np.concatenate((spell(spelled), np.zeros(2, np.uint32)))
    codes[read == 0] = 0
    contrasts = np.stack([_contrast(trained, one) for one in asked], axis=1)
    weights = _by_character(trained, contrasts, codes, read)
    reasons = []
    for n, one in enumerate(asked):
        found = sorted(_chunks(spelled, weights[:, n]), key=lambda run: (-abs(run[2]), run[0]))
        reasons += [
            Reason(whole[start:stop], round(weight, 2), one.about, (start, stop))
            for start, stop, weight in found[:PHRASES]
            if abs(weight) >= FELT
        ]
    return reasons


def _contrast(trained: Heads, asked: Asked) -> NDArray[np.float32]:
    """Return what each column is worth to the answer: for its class, against the others, 0 for other heads."""
    head = trained.heads[asked.head]
    worth = np.zeros(len(trained.scales), np.float32)
    if asked.against is None:
        worth[head.columns] = -1 / (len(head.classes) - 1)
    else:
        worth[head.first + head.classes.index(asked.against)] = -1
    worth[head.first + head.classes.index(asked.label)] = 1
    weighed: NDArray[np.float32] = worth * trained.scales
    return weighed


def _by_character(
    trained: Heads, contrasts: NDArray[np.float32], codes: NDArray[np.uint32], read: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return what each character adds to each answer: its share of the grams it stands in."""
    size = len(codes) - 2
    inside = codes != 0
    added = np.zeros((size + 2, contrasts.shape[1]), np.float32)
    squares = np.float32(1e-6)
    here = np.ones(size, np.bool_)
    for length, buckets in enumerate(features.hashes(codes), start=1):
        here = here & inside[length - 1 : length - 1 + size]
        counted = read[:size] * here
        found = buckets[:size]
        squares += trained.squares[found] @ counted
        share = (trained.weights[found].astype(np.float32) @ contrasts) * (counted / length)[:, None]
        for step in range(length):
            added[step : step + size] += share
    summed: NDArray[np.float32] = added[:size] / np.sqrt(squares)
    return summed


def _chunks(text: str, found: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and weight of the phrases of `text`: what stands between marks and particles.

    Of a longer stretch only the heaviest part is a phrase.
    """
    upto = [0.0, *np.cumsum(found, dtype=np.float64).tolist()]
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        if end - start > LONGEST:
            start = max(range(start, end - PART + 1), key=lambda at: abs(upto[at + PART] - upto[at]))
            end = start + PART
        yield start, end, upto[end] - upto[start]
