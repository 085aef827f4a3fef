"""Pairs of neighbouring characters as numbers: they tell names that no dictionary holds; many texts in one pass."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifier.terms import PRIOR, STOP

PAIRS = 60
"""How many of its heaviest pairs stand for a text."""
BUCKETS = 1 << 22
"""Pairs share counters by hash, so that counting takes the same room for ever."""
_LATIN = re.compile(r"[a-z0-9]{2,}")
_HAN_FIRST, _HAN_LAST = 0x3400, 0x9FFF
_LATIN_LIMIT = 1 << 28
"""Numbers of Latin words are smaller: no pair of Chinese characters has one as small."""


class Part(NamedTuple):
    """What is read of one text, normalised; the title counts `times`."""

    title: str
    body: str
    times: int


class Pairs(NamedTuple):
    """The different pairs of a text, ascending, and how much each counts in it: 1 + ln of how often it stands there.

    `buckets` are the counters they share.
    """

    ids: NDArray[np.uint32]
    buckets: NDArray[np.uint32]
    factors: NDArray[np.float64]


def pairs_in(parts: Sequence[Part]) -> list[Pairs]:
    """Return the pairs and Latin words of each text, without empty characters."""
    texts = [f"{part.title}\n{part.body}\n" for part in parts]
    whole = "".join(texts)
    at, ids = _found(whole)
    starts = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
    of = np.searchsorted(starts, at, "right") - 1
    titled = at - starts[of] < np.array([len(part.title) for part in parts])[of]
    times = np.where(titled, np.array([part.times for part in parts])[of], 1)
    keys, which = np.unique(of.astype(np.uint64) << np.uint64(32) | ids, return_inverse=True)
    factors = 1 + np.log(np.bincount(which, times, len(keys)))
    edges = np.searchsorted(keys, np.arange(len(texts) + 1, dtype=np.uint64) << np.uint64(32)).tolist()
    found = keys.astype(np.uint32)
    buckets = _bucket(found)
    return [Pairs(found[a:b], buckets[a:b], factors[a:b]) for a, b in pairwise(edges)]


def _found(whole: str) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return where a pair or a Latin word stands, and its number."""
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
    telling = _TELLING.take(codes, mode="clip")
    at = np.flatnonzero(telling[:-1] & telling[1:])
    ids = (codes[at].astype(np.uint64) << np.uint64(16)) | codes[at + 1]
    latin = [(match.start(), _latin(match[0])) for match in _LATIN.finditer(whole)]
    if not latin:
        return at, ids
    table = np.array(latin, np.int64)
    return np.concatenate((at, table[:, 0])), np.concatenate((ids, table[:, 1].astype(np.uint64)))


class PairsSeen:
    """In how many texts each pair has stood so far."""

    def __init__(self, parts: Mapping[str, float]) -> None:
        """`parts` says in which part of PRIOR texts, thought to be seen before the first one, each pair stood."""
        self.texts = 0
        self._counts = np.ones(BUCKETS, np.float32)
        """1 + the number of texts."""
        ids = np.fromiter(map(_id, parts), np.uint32, len(parts))
        np.add.at(self._counts, _bucket(ids), np.fromiter(parts.values(), np.float32, len(parts)) * PRIOR)

    def weigh(self, found: Pairs) -> dict[int, float]:
        """Return the heaviest PAIRS with TF-IDF weights of length 1. Equal input gives equal order."""
        ids, weights = found.ids, found.factors * np.log((self.texts + PRIOR) / self._counts.take(found.buckets))
        if len(ids) > PAIRS:
            heaviest = np.argsort(-weights, kind="stable")[:PAIRS]
            ids, weights = ids[heaviest], weights[heaviest]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return dict(zip(ids.tolist(), (weights / length).tolist(), strict=True))

    def take_in(self, found: Pairs) -> None:
        """Count the pairs of one more text."""
        self.texts += 1
        self._counts[found.buckets] += 1


def _bucket(ids: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (ids * np.uint32(0x9E3779B1)) >> np.uint32(10)


def _id(pair: str) -> int:
    return ord(pair[0]) << 16 | ord(pair[1]) if ord(pair[0]) >= _HAN_FIRST else _latin(pair)


def _latin(word: str) -> int:
    return crc32(word.encode()) % _LATIN_LIMIT


def _telling() -> NDArray[np.bool_]:
    """Return which characters are part of pairs; the last entry stands for all beyond the basic plane."""
    table = np.zeros(1 << 16, np.bool_)
    table[_HAN_FIRST : _HAN_LAST + 1] = True
    table[[ord(one) for one in STOP]] = False
    return table


_TELLING = _telling()
