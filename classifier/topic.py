"""Which of the fifteen first-level topics of citizens' messages does it belong to?"""

from collections.abc import Sequence

from classifier.reading import Reading
from domain.verdict import Reason

SURE = 0.35
"""Below this share no topic is named where no word of the lexicon speaks for it either."""
WORDED, MOST_WORDED = 0.3, 3.0
"""How much the words of the lexicon count beside the trained shares, and up to which weight."""


def topic(reading: Reading, guess: Sequence[float], names: Sequence[str]) -> tuple[str | None, list[Reason]]:
    """Return the one of `names` for which head and words speak most, None where little does; and its words."""
    shares = dict(zip(names, guess, strict=True))
    reasons: dict[str, Reason] = {}
    for group, words in reading.groups("topic"):
        weight = min(MOST_WORDED, group.weight * len(words))
        told = f"{group.label}：{'、'.join(hit.word for hit in words[:3])}"
        reasons[group.label] = Reason(told, round(weight, 2), "topic", (words[0].start, words[0].end))
        shares[group.label] = shares.get(group.label, 0.01) * (1 + WORDED * weight) ** 2
    best = max(shares, key=lambda name: (shares[name], name))
    if best not in reasons and shares[best] < SURE:
        return None, []
    return best, [reasons[best]] if best in reasons else []
