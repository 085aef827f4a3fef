"""What the trained heads say of a batch of texts, as plain numbers; which unit a matter belongs to is the bureau's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.heads import Heads, chances
from classifier.text import Item
from domain.org import Org

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Shares by class, one row per text; only what a text needs is made into Python numbers.

    `wishes` are how much speaks for each intent: 0 for an even share, at least −4.
    """

    topics: Shares
    wishes: Shares
    units: Shares


@dataclass(slots=True)
class Guess:
    """What the heads say of one text. `moods` are shares; `rumour`, `ours`, `emergency` log-odds.

    `topic` is the number of the likeliest topic and `topic_share` its share, `unit_share` that of the likeliest unit.
    """

    moods: tuple[float, float, float]
    rumour: float
    ours: float
    emergency: float
    topic: int
    topic_share: float
    unit_share: float
    batch: Batch
    row: int

    def topics(self) -> list[float]:
        """Return the share of each topic, in the head's order."""
        shares: list[float] = self.batch.topics[self.row].tolist()
        return shares

    def wishes(self) -> list[float]:
        """Return how much speaks for each intent, in the head's order: 0 for an even share, at least −4."""
        speaking: list[float] = self.batch.wishes[self.row].tolist()
        return speaking

    def units(self) -> list[float]:
        """Return how much of the matter is each unit's, in the bureau's order."""
        shares: list[float] = self.batch.units[self.row].tolist()
        return shares


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

    def guesses(self, items: Sequence[Item], spelled: Sequence[str] | None = None) -> list[Guess]:
        """Return one guess per item; `spelled` as in `Heads.scores`."""
        scores = self.heads.scores(items, spelled)
        matters = self._of(scores, "matter")
        batch = Batch(self._of(scores, "topic"), _speaking(self._of(scores, "intent")), matters @ self._units)
        odds = np.stack(
            (
                self._share(scores, "rumour", "rumour"),
                matters @ self._ours,
                self._share(scores, "emergency", "happening"),
            ),
            axis=1,
        )
        rows = zip(
            map(tuple, self._of(scores, "sentiment").tolist()),
            _odds(odds).tolist(),
            batch.topics.argmax(axis=1).tolist(),
            batch.topics.max(axis=1).tolist(),
            batch.units.max(axis=1, initial=0).tolist(),
            strict=True,
        )
        return [
            Guess(moods, rumour, ours, emergency, topic, share, unit, batch, row)
            for row, (moods, (rumour, ours, emergency), topic, share, unit) in enumerate(rows)
        ]

    def _of(self, scores: Shares, name: str) -> Shares:
        return chances(scores[:, self.heads.heads[name].columns])

    def _share(self, scores: Shares, name: str, label: str) -> Shares:
        """Return the share of one of two classes."""
        head = self.heads.heads[name]
        columns = scores[:, head.columns]
        own = columns[:, head.classes.index(label)]
        share: Shares = 1 / (1 + np.exp(np.clip(columns.sum(axis=1) - 2 * own, -60, 60)))
        return share


def _speaking(shares: Shares) -> Shares:
    """Return the logarithm of shares against even ones, at least −4."""
    speaking: Shares = np.maximum(np.log(np.maximum(shares, 1e-6) * shares.shape[1]), -4)
    return speaking


def _odds(share: Shares) -> Shares:
    inside = np.clip(share, 1e-5, 1 - 1e-5)
    odds: Shares = np.log(inside / (1 - inside))
    return odds
