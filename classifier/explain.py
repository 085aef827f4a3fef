"""Why a trained head answers as it does: the phrases of the text whose grams weigh most, for and against."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier import features
from classifier.heads import Head, Heads
from classifier.text import Item, spell
from domain.verdict import Reason

PHRASES = 3
"""So many phrases a question: more nobody reads."""
LONGEST, PART = 6, 4
"""A stretch of more characters than LONGEST is no phrase; PART of it is shown."""
_CHUNK = re.compile(
    r"[^\W_的了在是和就都也很我你他她它们着过吗呢吧啊与及被把给向让但又还而且这那有不没到得地一个对从以为上下中里]{2,}"
)
"""What stands between punctuation and particles."""
FELT = 0.05
"""Phrases that move the answer by less are not worth a word."""


class Asked(NamedTuple):
    """A question to explain: what the reasons are about, the head, and the class that was answered."""

    about: str
    head: str
    label: str


def phrases(trained: Heads, item: Item, asked: Sequence[Asked]) -> list[Reason]:
    """Return the strongest phrases for each question; their spans count in `item.whole`, where their words stand."""
    title = item.title[: features.TITLE_LONGEST]
    whole = item.whole
    end = min(len(whole), len(item.title) + 1 + features.LONGEST)
    read = np.ones(end + 2, np.float32)
    read[: len(title)] = features.TITLE
    read[len(title) : len(item.title) + 1] = 0
    codes = np.concatenate((spell(whole[:end]), np.zeros(2, np.uint32)))
    codes[read == 0] = 0
    weights = _by_character(trained, codes, read)
    reasons = []
    for one in asked:
        found = _against_others(weights, trained.heads[one.head], one.label)
        runs = sorted(_chunks(whole[:end], found), key=lambda run: (-abs(run[2]), run[0]))
        reasons += [
            Reason(whole[start:stop], round(weight, 2), one.about, (start, stop))
            for start, stop, weight in runs[:PHRASES]
            if abs(weight) >= FELT
        ]
    return reasons


def _by_character(trained: Heads, codes: NDArray[np.uint32], read: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each character adds to each column: its share of the grams it stands in."""
    inside = codes != 0
    size = len(codes)
    added = np.zeros((size, len(trained.scales)), np.float32)
    squares = np.float32(1e-6)
    for length, buckets in enumerate(features.hashes(codes), start=1):
        here = inside[: len(buckets)].copy()
        for step in range(1, length):
            here &= inside[step : len(buckets) + step]
        at = np.flatnonzero(here)
        counted = read[at]
        squares += (trained.squares[buckets[at]] * counted).sum()
        share = trained.weights[buckets[at]] * (trained.scales / length) * counted[:, None]
        for step in range(length):
            added[at + step] += share
    summed: NDArray[np.float32] = added[: size - 2] / np.sqrt(squares)
    return summed


def _against_others(weights: NDArray[np.float32], head: Head, label: str) -> NDArray[np.float32]:
    """Return what each character does for one class, against the mean of the head's other classes."""
    columns = weights[:, head.columns]
    own = columns[:, head.classes.index(label)]
    others = (columns.sum(axis=1) - own) / (len(head.classes) - 1)
    difference: NDArray[np.float32] = own - others
    return difference


def _chunks(text: str, found: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and weight of the phrases of `text`: what stands between marks and particles.

    Of a longer stretch only the heaviest part is a phrase.
    """
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        values = found[start:end]
        if end - start > LONGEST:
            sums = np.convolve(values, np.ones(PART, np.float32), "valid")
            start += int(np.abs(sums).argmax())
            end = start + PART
            values = found[start:end]
        yield start, end, float(values.sum())
