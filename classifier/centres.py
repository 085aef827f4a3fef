"""What an event's texts have in common: the sum of their weighted terms, kept small."""

import math
from array import array
from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import mul
from typing import Generic, TypeVar

Term = TypeVar("Term", str, int)


class Centre(Generic[Term]):
    """The sum of the weighted terms of an event's texts: two arrays instead of a table. `most`: so many are kept."""

    __slots__ = ("length", "most", "terms", "weights")

    def __init__(self, most: int) -> None:
        self.most = most
        self.terms: Sequence[Term] = ()
        self.weights = array("f")
        self.length = 1.0

    def dot(self, terms: Mapping[Term, float]) -> float:
        """Return the sum of products with the terms of a text."""
        total: float = sum(map(mul, map(terms.get, self.terms, repeat(0.0)), self.weights))
        return total

    def add(self, terms: Mapping[Term, float]) -> None:
        """Add a text's terms; once there are twice as many as are kept, the lightest go."""
        if not self.terms:
            self._keep(terms)
            return
        sums = dict(zip(self.terms, self.weights, strict=True))
        for term, weight in terms.items():
            sums[term] = sums.get(term, 0.0) + weight
        if len(sums) > 2 * self.most:
            sums = dict(sorted(sums.items(), key=lambda one: (-one[1], one[0]))[: self.most])
        self._keep(sums)

    def _keep(self, sums: Mapping[Term, float]) -> None:
        self.terms, self.weights = _packed(sums), array("f", sums.values())
        self.length = math.sqrt(sum(map(mul, self.weights, self.weights))) or 1.0

    def shares(self, terms: Mapping[Term, float]) -> list[float]:
        """Return the products of the shared terms."""
        return list(filter(None, map(mul, map(terms.get, self.terms, repeat(0.0)), self.weights)))

    def common(self, terms: Mapping[Term, float]) -> list[tuple[float, Term]]:
        """Return the shared terms with their part in the likeness, the weightiest first."""
        shared = [
            (terms[term] * weight / self.length, term)
            for term, weight in zip(self.terms, self.weights, strict=True)
            if term in terms
        ]
        return sorted(shared, reverse=True)


def _packed(terms: Mapping[Term, float]) -> Sequence[Term]:
    """Return the terms in little room: numbers side by side, words as they are."""
    return array("I", terms) if isinstance(next(iter(terms), ""), int) else tuple(terms)
