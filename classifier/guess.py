"""What the trained heads say of a batch of texts, as plain numbers; which unit a matter belongs to is the bureau's."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.heads import Heads, chances
from classifier.text import Item
from domain.org import Org


class Guess(NamedTuple):
    """Shares by class, in the heads' order, `wishes` as what speaks for each; `units` in the bureau's order.

    `rumour`, `ours` (the matter is one of the bureau's) and `emergency` (it is happening) are log-odds.
    """

    moods: tuple[float, ...]
    topics: tuple[float, ...]
    wishes: tuple[float, ...]
    rumour: float
    emergency: float
    ours: float
    units: tuple[float, ...]


class Guesser:
    """The heads together with the matters that a bureau's units are in charge of."""

    def __init__(self, heads: Heads, org: Org) -> None:
        """ValueError if a unit names a matter (事类) that no head knows."""
        self.heads = heads
        matters = heads.heads["matter"].classes
        self._units = np.zeros((len(matters), len(org.units)), np.float32)
        for column, unit in enumerate(org.units):
            for matter in unit.matters:
                if matter not in matters:
                    raise ValueError(f"{unit.name} 的 matters 中没有“{matter}”这个事类；可用的有：{'、'.join(matters)}")
                self._units[matters.index(matter), column] = 1
        self._ours = self._units.max(axis=1, initial=0)

    def guesses(self, items: Sequence[Item]) -> list[Guess]:
        """Return one guess per item."""
        scores = self.heads.scores(items)
        matters = self._of(scores, "matter")
        ours = matters @ self._ours
        rows = zip(
            map(tuple, self._of(scores, "sentiment").tolist()),
            map(tuple, self._of(scores, "topic").tolist()),
            map(tuple, _speaks(self._of(scores, "intent")).tolist()),
            _odds(self._share(scores, "rumour", "rumour")).tolist(),
            _odds(self._share(scores, "emergency", "happening")).tolist(),
            _odds(ours).tolist(),
            map(tuple, (matters @ self._units).tolist()),
            strict=True,
        )
        return [Guess(*row) for row in rows]

    def _of(self, scores: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        return chances(scores[:, self.heads.heads[name].columns])

    def _share(self, scores: NDArray[np.float32], name: str, label: str) -> NDArray[np.float32]:
        return self._of(scores, name)[:, self.heads.heads[name].classes.index(label)]


def _speaks(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much each share speaks for its answer: 0 for an even share, at least −4."""
    speaking: NDArray[np.float32] = np.maximum(np.log(np.maximum(shares, 1e-6) * shares.shape[1]), np.float32(-4))
    return speaking


def _odds(share: NDArray[np.float32]) -> NDArray[np.float32]:
    inside = np.clip(share, 1e-5, 1 - 1e-5)
    odds: NDArray[np.float32] = np.log(inside / (1 - inside))
    return odds
