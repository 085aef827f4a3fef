"""Fitting one head: balanced multinomial logistic regression over hashed grams. Needs scikit-learn (extra `train`)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import features
from classifier.text import Item
from classifier.train_data import Example

STRENGTH = 3.0
"""Inverse strength of the regularisation; between 2 and 16 the held-out figures hardly differ."""
ROUNDS, EXACT = 150, 1e-4
"""Rounds at most, and the slope at which the search ends: ending earlier costs some hundredths of F1."""
ALIKE = 0.5
"""Texts with this cosine or more are copies of each other, words left out or not."""


def matrix(items: Sequence[Item]) -> Any:
    """Return the gram counts of `items` as a sparse matrix, texts × buckets."""
    from scipy.sparse import csr_matrix, vstack

    parts = []
    for at in range(0, len(items), 2000):
        found = features.grams(features.joined(items[at : at + 2000]))
        shape = (len(found.edges) - 1, features.BUCKETS)
        part = csr_matrix((np.ones(len(found.buckets), np.float32), found.buckets, found.edges), shape=shape)
        part.sum_duplicates()
        parts.append(part)
    return vstack(parts).tocsr()


def idf(counts: Any) -> NDArray[np.float32]:
    """Return how telling each bucket is; a gram seen once is left out. Rounded as it is kept in the file."""
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    telling = np.log((1 + counts.shape[0]) / (1 + seen)) + 1
    telling[seen < 2] = 0
    kept: NDArray[np.float32] = telling.astype(np.float16).astype(np.float32)
    return kept


def weighed(counts: Any, telling: NDArray[np.float32]) -> Any:
    """Return the counts weighed as `Heads.scores` weighs them: idf, divided by the root of the summed squares."""
    from scipy.sparse import diags

    length = np.sqrt(counts @ np.maximum(telling * telling, np.float32(1e-6)))
    return (diags(1 / np.maximum(length, 1e-6)) @ (counts @ diags(telling))).tocsr().astype(np.float64)


def without_copies(found: Sequence[Example], unseen: Sequence[Item]) -> list[Example]:
    """Return those of `found` that are not nearly one of `unseen`: one message stands in two sets in two spellings."""
    if not found or not unseen:
        return list(found)
    rows, others = matrix([one.item for one in found]), matrix(unseen)
    telling = idf(rows)
    alike = (weighed(rows, telling) @ weighed(others, telling).T).max(axis=1).toarray().ravel()
    return [one for one, like in zip(found, alike, strict=True) if like < ALIKE]


def balance(found: Sequence[Example]) -> NDArray[np.float64]:
    """Return a weight per example: within each set every class weighs the same, sets weigh by their size.

    Sets that know one class only are balanced together, as if they were one.
    """
    labels: dict[str, set[str]] = {}
    for one in found:
        labels.setdefault(one.set, set()).add(one.label)
    pools = [one.set if len(labels[one.set]) > 1 else "" for one in found]
    sizes = Counter(pools)
    both = Counter((pool, one.label) for pool, one in zip(pools, found, strict=True))
    classes = Counter(pool for pool, _ in both)
    weights = np.array(
        [sizes[pool] / classes[pool] / both[pool, one.label] for pool, one in zip(pools, found, strict=True)]
    )
    even: NDArray[np.float64] = weights / weights.mean()
    return even


def fit(found: Sequence[Example], telling: NDArray[np.float32]) -> tuple[list[str], NDArray[Any], NDArray[Any]]:
    """Return classes, coefficients (classes × buckets) and biases; the same for the same examples, bit for bit."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=EXACT)
    table = weighed(matrix([one.item for one in found]), telling)
    met = np.unique(table.indices)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(table[:, met], np.array([one.label for one in found]), sample_weight=balance(found))
    classes = [str(name) for name in model.classes_]
    # Buckets that no text fills would have kept the weight 0 anyway; left out, they cost no time.
    coefficients = np.zeros((len(model.coef_), features.BUCKETS))
    coefficients[:, met] = model.coef_
    if len(classes) == 2:
        half, bias = coefficients / 2, model.intercept_[0] / 2
        return classes, np.vstack([-half, half]), np.array([-bias, bias])
    return classes, coefficients, model.intercept_
