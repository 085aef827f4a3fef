"""Which unit of the bureau is in charge: its duty words weighed, the title counting more than the text."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from classifier import lexicons
from classifier.guess import Guess
from classifier.reading import Hit, Reading
from domain.org import Duty as Unit
from domain.org import Org
from domain.verdict import Reason

TITLE = 1.6
"""A duty word in the title says more about the matter than one in passing."""


LEARNED = 4.0
"""A matter that surely belongs to a unit counts as much as a word that surely does and another."""
LEAST, UNCLEAR = 0.05, 0.2
"""Smaller shares are not counted; where no word speaks and no share is larger than UNCLEAR, the office has to look."""


class Duty(NamedTuple):
    """What the words of the units say: the greatest weight of any unit, and whether a telling one is in the title."""

    weight: float = 0.0
    titled: bool = False


NO_DUTY = Duty()
TELLING = 2.0
"""A duty word of at least this weight names a matter; lighter ones may stand in any title."""


@cache
def duty_key(unit: str) -> str:
    """Return the name of a unit's word list in a reading."""
    return f"duty/{unit}"


def sections(reading: Reading, org: Org, guess: Guess) -> tuple[tuple[str, ...], Duty, list[Reason]]:
    """Return the units ranked best first, the weight of the words of the best one, and the words that decided.

    What the heads have learned of the matter counts beside the words.
    Without any word the fallback unit comes first: what matches none goes to the office, never nowhere.
    """
    if "duty" not in reading.questions and guess.unit_share < UNCLEAR:
        return org.office_first, NO_DUTY, []
    weights: dict[str, float] = {}
    reasons: dict[str, list[Reason]] = {}
    for unit, hits in _hits(reading, org):
        if hits:
            told = [_reason(reading, hit.word, hit.start, unit.words) for hit in hits]
            reasons[unit.name] = sorted(told, key=lambda r: -r.weight)
            weights[unit.name] = _together([r.weight for r in told])
    duty = _duty(reading, weights, reasons) if weights else NO_DUTY
    if guess.unit_share > LEAST:
        for name, share in zip(org.sections, guess.units(), strict=True):
            if share > LEAST:
                weights[name] = weights.get(name, 0.0) + LEARNED * share
    # Sorting keeps the order among equals: the office, then as the bureau has written its units.
    weighed = sorted(filter(weights.get, org.office_first), key=weights.__getitem__, reverse=True)
    ranked = (*weighed, *(name for name in org.office_first if not weights.get(name)))
    return ranked, duty, reasons.get(ranked[0], [])[:3]


def _duty(reading: Reading, weights: Mapping[str, float], reasons: Mapping[str, list[Reason]]) -> Duty:
    edge = len(reading.item.title)
    titled = any(r.weight >= TELLING * TITLE and r.span[0] < edge for told in reasons.values() for r in told if r.span)
    return Duty(max(weights.values()), titled)


def _hits(reading: Reading, org: Org) -> Iterator[tuple[Unit, list[Hit]]]:
    """Yield each unit with its words; one within a longer word is part of that, as 租车 in 出租车."""
    if "duty" not in reading.questions:
        return
    hits, longer = reading.hits, reading.longer
    found = [(unit, listed) for unit in org.units if (listed := hits.get(duty_key(unit.name)))]
    if any(hit[0] in longer for _, listed in found for hit in listed):
        lists = [listed for _, listed in found] + [hits[key] for key in _away() if key in hits]
        long = {hit for listed in lists for hit in listed if len(hit[0]) > 2}
        found = [(unit, [hit for hit in listed if not _within(hit, long)]) for unit, listed in found]
    for unit, listed in found:
        yield unit, reading.words("", listed)


@cache
def _away() -> tuple[str, ...]:
    """Return the lists of words that lead away from any bureau of this kind."""
    return tuple(group.key for group in lexicons.groups("relevance") if group.label == "away")


def _within(hit: Hit, long: set[Hit]) -> bool:
    size = len(hit.word)
    return any(one.start <= hit.start and hit.end <= one.end and len(one.word) > size for one in long)


def _reason(reading: Reading, word: str, start: int, words: Mapping[str, float]) -> Reason:
    weight = words[word] * (TITLE if start < len(reading.item.title) else 1.0)
    return Reason(word, round(weight, 2), "section", (start, start + len(word)))


def _together(weights: list[float]) -> float:
    """Return the sum with every further word counting less: ten passing words are not ten times as sure."""
    return sum(weight * 0.8**n for n, weight in enumerate(sorted(weights, reverse=True)))
