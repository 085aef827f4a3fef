"""How good trained heads are on texts they have not seen: figures per set, and whether their shares can be believed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from classifier.heads import Heads, chances
from classifier.train_data import EMOTICON, Example

TWO_SIDED = ("weibo2018", "finnews_title", "finnews_body")
"""Sets that know only for and against: the sign of the score is measured there."""
BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))


class Figure(NamedTuple):
    """Macro-F1 of one head on the held-out texts of one set, and how many those are."""

    head: str
    set: str
    texts: int
    macro_f1: float


class Bin(NamedTuple):
    """Held-out texts whose answer had a share between `low` and `high`: how many, mean share, share that was right."""

    head: str
    low: float
    high: float
    texts: int
    told: float
    right: float


def macro_f1(gold: Sequence[str], told: Sequence[str]) -> float:
    """Return the mean F1 over the labels of `gold`."""
    scores = []
    for label in sorted(set(gold)):
        hits = sum(g == label == t for g, t in zip(gold, told, strict=True))
        wrong = sum((g == label) != (t == label) for g, t in zip(gold, told, strict=True))
        scores.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
    return sum(scores) / len(scores)


def measured(found: Mapping[str, Sequence[Example]], trained: Heads) -> tuple[list[Figure], list[Bin]]:
    """Return the figures of every head and set, and the table of calibration, on what was held out."""
    figures: list[Figure] = []
    bins: list[Bin] = []
    for name, rows in found.items():
        unseen = [one for one in rows if one.held_out]
        told = _told(trained, name, unseen)
        figures += _by_set(name, unseen, told)
        bins += _by_share(name, unseen, told)
    return figures, bins


def _told(trained: Heads, name: str, unseen: Sequence[Example]) -> list[dict[str, float]]:
    scores = trained.scores([one.item for one in unseen])[:, trained.heads[name].columns]
    return [dict(zip(trained.heads[name].classes, row, strict=True)) for row in chances(scores).tolist()]


def _by_set(name: str, unseen: Sequence[Example], told: Sequence[dict[str, float]]) -> list[Figure]:
    pairs: dict[str, list[tuple[str, str]]] = {}
    for one, shares in zip(unseen, told, strict=True):
        two = name == "sentiment" and one.set in TWO_SIDED
        if two and one.label == "neutral":
            continue
        answer = max(shares, key=lambda label: (not two or label != "neutral", shares[label]))
        pairs.setdefault(one.set, []).append((one.label, answer))
        if two and one.set == "weibo2018" and not EMOTICON.search(one.item.text):
            pairs.setdefault("weibo2018（去表情）", []).append((one.label, answer))
    return [
        Figure(name, set_, len(rows), macro_f1([g for g, _ in rows], [t for _, t in rows]))
        for set_, rows in sorted(pairs.items())
    ]


def _by_share(name: str, unseen: Sequence[Example], told: Sequence[dict[str, float]]) -> list[Bin]:
    best = [(max(shares.values()), max(shares, key=lambda k: shares[k])) for shares in told]
    rows = []
    for low, high in BINS:
        inside = [
            (share, label == one.label) for one, (share, label) in zip(unseen, best, strict=True) if low <= share < high
        ]
        if inside:
            mean = sum(share for share, _ in inside) / len(inside)
            rows.append(Bin(name, low, min(1.0, high), len(inside), mean, sum(ok for _, ok in inside) / len(inside)))
    return rows
