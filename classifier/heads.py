"""The trained heads: linear weights over hashed grams, memory-mapped, many answers from one pass over a batch."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import BUCKETS, Grams, grams, joined
from classifier.text import Item

STEPS = 127
"""Weights are kept as whole numbers −127…127, times one scale per column."""
FILES = ("weights.npy", "idf.npy", "heads.json")
_AT_ONCE = 8_000
"""So many characters are looked up at once: more would not stay near the processor until they are added up."""
SHIPPED = Path(str(resources.files("classifier"))) / "models"


@dataclass(frozen=True, slots=True)
class Head:
    """One question: its classes in the order of their columns, which begin at `first`."""

    name: str
    classes: tuple[str, ...]
    first: int

    @property
    def columns(self) -> slice:
        """Where its columns stand in the scores."""
        return slice(self.first, self.first + len(self.classes))


@dataclass(frozen=True)
class Heads:
    """All heads. `weights`: int8, buckets × columns; `scales`, `biases`: per column; `squares`: idf² per bucket."""

    heads: dict[str, Head]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    biases: NDArray[np.float32]
    squares: NDArray[np.float32]

    def scores(self, items: Sequence[Item], spelled: Sequence[str] | None = None) -> NDArray[np.float32]:
        """Return log-odds up to a constant per head, one row per item, one column per class.

        `spelled` as in `features.joined`.
        """
        texts = joined(items, spelled)
        parts = [self._scored(grams(part)) for part in _parts(texts)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.scales)), np.float32)

    def _scored(self, found: Grams) -> NDArray[np.float32]:
        sums = _summed(self.weights.take(found.buckets, axis=0).astype(np.float32), found.edges)
        length = np.add.reduceat(self.squares.take(found.buckets), found.edges[:-1])
        lengths: NDArray[np.float32] = np.sqrt(length, dtype=np.float32)[:, None]
        return sums * self.scales / lengths + self.biases


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield `texts` in order, so many together as have about _AT_ONCE characters."""
    first = size = 0
    for n, text in enumerate(texts, start=1):
        size += len(text)
        if size >= _AT_ONCE or n == len(texts):
            yield texts[first:n]
            first, size = n, 0


def _summed(rows: NDArray[np.float32], edges: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the rows of each text added up; whole numbers, so in whatever order exact.

    A product with ones is twice as fast as adding in numpy.
    """
    ends = edges.tolist()
    ones = np.ones(int(np.diff(edges).max()), np.float32)
    sums = np.empty((len(ends) - 1, rows.shape[1]), np.float32)
    for n, (start, end) in enumerate(pairwise(ends)):
        np.dot(ones[: end - start], rows[start:end], out=sums[n])
    return sums


def chances(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of one head's classes, each row adding up to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return shares


@cache
def shipped() -> Heads:
    """Return the heads that come with the package."""
    return load(SHIPPED)


def load(folder: Path) -> Heads:
    """Return the heads kept in `folder`; their weights stay in the file until they are used. ValueError if unfit."""
    told = json.loads((folder / "heads.json").read_text("utf-8"))
    # A plain view of the mapped file: arrays of the class `memmap` are slower at every step.
    weights = np.asarray(np.load(folder / "weights.npy", mmap_mode="r", allow_pickle=False))
    if told["buckets"] != BUCKETS or weights.shape != (BUCKETS, len(told["scales"])):
        raise ValueError(f"{folder} 里的参数与本程序的特征不相配，请重新训练")
    idf = np.load(folder / "idf.npy", mmap_mode="r", allow_pickle=False).astype(np.float32)
    return Heads(
        {row["name"]: Head(row["name"], tuple(row["classes"]), row["first"]) for row in told["heads"]},
        weights,
        np.array(told["scales"], np.float32),
        np.array(told["biases"], np.float32),
        np.maximum(idf * idf, np.float32(1e-6)),
    )


def save(
    folder: Path, heads: Sequence[tuple[str, Sequence[str], NDArray[Any], NDArray[Any]]], idf: NDArray[Any]
) -> None:
    """Write heads given as name, classes, coefficients (classes × buckets, for idf-weighted grams) and biases."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = np.concatenate([coefficients for _, _, coefficients, _ in heads]) * idf
    scales = np.maximum(np.abs(columns).max(axis=1), 1e-9) / STEPS
    weights = np.rint(columns / scales[:, None]).astype(np.int8)
    np.save(folder / "weights.npy", np.ascontiguousarray(weights.T))
    np.save(folder / "idf.npy", idf.astype(np.float16))
    rows, first = [], 0
    for name, classes, _, _ in heads:
        rows.append({"name": name, "classes": list(classes), "first": first})
        first += len(classes)
    told = {
        "buckets": BUCKETS,
        "heads": rows,
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "biases": [float(f"{bias:.6g}") for _, _, _, biases in heads for bias in biases],
    }
    (folder / "heads.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
