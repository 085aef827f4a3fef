"""From added weights to answers: one logistic curve, and reasons in the order of their weight."""

import math
from collections.abc import Iterable

from domain.verdict import Reason


def probability(weight: float) -> float:
    """Return the probability 0–1 that belongs to added weights; 0 is even odds."""
    return 1 / (1 + math.exp(-within(weight, 30.0)))


def within(weight: float, most: float) -> float:
    """Return `weight`, but nothing beyond ±`most`."""
    return most if weight > most else -most if weight < -most else weight


def strongest(reasons: Iterable[Reason], most: int = 12) -> tuple[Reason, ...]:
    """Return at most `most` reasons, the heaviest first, each word once for each question."""
    first: dict[tuple[str, str], Reason] = {}
    for reason in sorted(reasons, key=lambda r: (-abs(r.weight), r.about, r.words)):
        first.setdefault((reason.about, reason.words), reason)
    return tuple(first.values())[:most]
