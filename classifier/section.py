"""Which unit of the bureau is in charge: its duty words weighed, the title counting more than the text."""

from collections.abc import Mapping

from classifier.reading import Reading
from domain.org import Org
from domain.verdict import Reason

TITLE = 1.6
"""A duty word in the title says more about the matter than one in passing."""


def duty_key(unit: str) -> str:
    """Return the name of a unit's word list in a reading."""
    return f"duty/{unit}"


def sections(reading: Reading, org: Org) -> tuple[tuple[str, ...], float, list[Reason]]:
    """Return the units ranked best first, the weight of the best one, and the words that decided.

    Without any word the fallback unit comes first: what matches none goes to the office, never nowhere.
    """
    weights: dict[str, float] = {}
    reasons: dict[str, list[Reason]] = {}
    for unit in org.units:
        hits = reading.words(duty_key(unit.name))
        if hits:
            told = [_reason(reading, hit.word, hit.start, unit.words) for hit in hits]
            reasons[unit.name] = sorted(told, key=lambda r: -r.weight)
            weights[unit.name] = _together([r.weight for r in told])
    if not weights:
        return (org.fallback, *(name for name in org.sections if name != org.fallback)), 0.0, []
    order = {name: n for n, name in enumerate(org.sections)}
    ranked = sorted(org.sections, key=lambda name: (-weights.get(name, 0.0), name != org.fallback, order[name]))
    return tuple(ranked), weights[ranked[0]], reasons.get(ranked[0], [])[:3]


def _reason(reading: Reading, word: str, start: int, words: Mapping[str, float]) -> Reason:
    weight = words[word] * (TITLE if start < len(reading.item.title) else 1.0)
    return Reason(word, round(weight, 2), "section", (start, start + len(word)))


def _together(weights: list[float]) -> float:
    """Return the sum with every further word counting less: ten passing words are not ten times as sure."""
    return sum(weight * 0.8**n for n, weight in enumerate(sorted(weights, reverse=True)))
