"""Fitting what an office's corrections add: numpy alone, sums in a fixed order, the same bytes for the same texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier import features, heads
from classifier.layer import Fitted
from classifier.text import Item

STRENGTH = 3.0
"""Inverse strength of the pull towards the program's own answers. At 10 and more texts of other kinds move too."""
ROUNDS = 100
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, what the answers of the program to one question are worth (log-odds), the right one, and its weight."""

    item: Item
    base: Mapping[str, float]
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of all texts as `Heads.scores` weighs them: place among `buckets`, value, text; by text in order."""

    buckets: NDArray[np.int32]
    places: NDArray[np.int64]
    values: Numbers
    texts: NDArray[np.int64]
    edges: NDArray[np.int64]

    def forward(self, weights: Numbers) -> Numbers:
        """Return the scores, texts × answers."""
        scores: Numbers = np.add.reduceat(weights[self.places] * self.values[:, None], self.edges[:-1], axis=0)
        return scores

    def back(self, errors: Numbers) -> Numbers:
        """Return the slope of the weights, buckets × answers."""
        size = len(self.buckets)
        columns = [
            np.bincount(self.places, weights=self.values * column[self.texts], minlength=size) for column in errors.T
        ]
        return np.stack(columns, axis=1)


def grams_of(items: Sequence[Item]) -> Grams:
    """Return the grams of `items`, weighed by idf and made of equal length."""
    found = features.grams(features.joined(items))
    idf = np.load(heads.SHIPPED / "idf.npy", allow_pickle=False).astype(np.float64)
    weights = idf[found.buckets]
    lengths = np.sqrt(np.add.reduceat(np.maximum(weights * weights, 1e-6), found.edges[:-1]))
    texts = np.repeat(np.arange(len(items)), np.diff(found.edges))
    buckets, places = np.unique(found.buckets, return_inverse=True)
    return Grams(buckets, places, weights / lengths[texts], texts, found.edges)


def fit(question: str, answers: Sequence[str], lessons: Sequence[Lesson]) -> Fitted:
    """Return the columns that bring the answers nearest to the right ones, pulled towards adding nothing."""
    grams = grams_of([one.item for one in lessons])
    base = np.array([[one.base[answer] for answer in answers] for one in lessons])
    right = np.array([[float(answer == one.label) for answer in answers] for one in lessons])
    weights = np.array([one.weight for one in lessons])[:, None]
    found = _descend(grams, base, right, weights)
    whole = np.zeros((len(answers), features.BUCKETS), np.float32)
    whole[:, grams.buckets] = found.T
    return Fitted(question, tuple(answers), whole)


def _descend(grams: Grams, base: Numbers, right: Numbers, weights: Numbers) -> Numbers:
    """Return the weights at which the slope ends; accelerated descent from nothing added, a fixed number of steps."""
    step = 1 / (0.5 * _steepest(grams, weights) + 1 / STRENGTH)
    now = ahead = np.zeros((len(grams.buckets), base.shape[1]))
    pace = 1.0
    for _ in range(ROUNDS):
        raised = base + grams.forward(ahead)
        shares = np.exp(raised - raised.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = grams.back(weights * (shares - right)) + ahead / STRENGTH
        new = ahead - step * slope
        faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        now, ahead, pace = new, new + (pace - 1) / faster * (new - now), faster
    return now


def _steepest(grams: Grams, weights: Numbers) -> float:
    """Return how steep the slope is at most: the largest eigenvalue of the weighted likeness of the texts."""
    along = np.ones((len(weights), 1))
    size = 1.0
    for _ in range(20):
        along = weights * grams.forward(grams.back(along))
        size = float(np.sqrt((along * along).sum())) or 1.0
        along = along / size
    return 1.1 * size
