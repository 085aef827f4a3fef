"""Texts as hashed character 1–3-grams, in batches: what all trained heads see. No loop over characters in Python."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.text import Item, normalised

BUCKETS = 1 << 18
"""Grams share buckets by hash; more would cost memory and cache misses at every look-up."""
TITLE = 2
"""A title is read so many times: it names the matter, the text tells the story around it."""
LONGEST = 480
"""So many characters of a text are read: what comes later seldom changes what it is about."""
GAP = "\0"
"""Separates what must not be read together; no gram reaches across it."""
TITLE_LONGEST = 120
_M1, _M2, _M3 = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_MASK = np.uint32(BUCKETS - 1)


class Grams(NamedTuple):
    """All grams of a batch: bucket, characters `start` to `start + length` of the joined text, ordered by text.

    `edges[i]` is where the grams of text i begin; the last edge is their number. Every text has at least one gram.
    """

    buckets: NDArray[np.int32]
    edges: NDArray[np.int64]


def joined(items: Sequence[Item], spelled: Sequence[str] | None = None) -> list[str]:
    """Return what is read of each item: its title as often as TITLE says, then the beginning of its text.

    `spelled` are the normalised `whole` texts of the items, where the caller has them already.
    """
    if spelled is None:
        spelled = normalised([item.whole for item in items])
    return [_joined(len(item.title), whole) for item, whole in zip(items, spelled, strict=True)]


def _joined(title: int, whole: str) -> str:
    text = whole[title + 1 : title + 1 + LONGEST]
    return f"{(whole[: min(title, TITLE_LONGEST)] + GAP) * TITLE}{text}" if title else text


def grams(texts: Sequence[str]) -> Grams:
    """Return the hashed 1–3-grams of normalised `texts`, none across a gap or a text's end."""
    whole = GAP.join(texts) + GAP * 3
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    inside = codes != 0
    one, two, three = hashes(codes)
    size = int(lengths.sum())
    ok = np.empty((size, 3), np.bool_)
    ok[:, 0] = inside[:size]
    ok[:, 1] = ok[:, 0] & inside[1 : size + 1]
    ok[:, 2] = ok[:, 1] & inside[2 : size + 2]
    ends = np.cumsum(lengths)
    ok[ends - 1, 0] = True
    table = np.stack((one[:size], two[:size], three[:size]), axis=1)
    counts = np.concatenate(([0], np.cumsum(ok.sum(axis=1))))
    return Grams(table[ok], counts[np.concatenate(([0], ends))])


def hashes(codes: NDArray[np.uint32]) -> tuple[NDArray[np.int32], ...]:
    """Return the buckets of the one-, two- and three-character grams that begin at each character."""
    first = codes * _M1
    second = first[:-1] ^ (codes[1:] * _M2)
    second = (second ^ (second >> np.uint32(15))) * _M3
    third = second[:-1] ^ (codes[2:] * _M1)
    third = (third ^ (third >> np.uint32(13))) * _M2
    first = (first ^ (first >> np.uint32(16))) * _M2
    return tuple(((h ^ (h >> np.uint32(14))) & _MASK).astype(np.int32) for h in (first, second, third))
