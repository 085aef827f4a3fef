"""Which of the fifteen first-level topics of citizens' messages does it belong to?"""

from collections.abc import Sequence

from classifier import lexicons
from classifier.guess import Guess
from classifier.lexicons import Group
from classifier.reading import Reading
from domain.verdict import Reason

SURE = 0.35
"""Below this share no topic is named where no word of the lexicon speaks for it either."""
WORDED, MOST_WORDED = 0.3, 3.0
"""How much the words of the lexicon count beside the trained shares, and up to which weight."""


def topic(reading: Reading, guess: Guess, names: Sequence[str], tell: bool = True) -> tuple[str | None, list[Reason]]:
    """Return the one of `names` for which head and words speak most, None where little does.

    To `tell` it its words are returned too.
    """
    best, most = guess.topic, guess.topic_share
    worded: Group | None = None
    if "topic" in reading.questions:
        shares = guess.topics()
        for group in lexicons.groups("topic"):
            if group.key in reading.hits and group.label in names:
                weight = min(MOST_WORDED, group.weight * len({hit.word for hit in reading.hits[group.key]}))
                share = shares[names.index(group.label)] * (1 + WORDED * weight) ** 2
                if share > most or group.label == names[best]:
                    best, most, worded = names.index(group.label), max(share, most), group
    if worded is None and most < SURE:
        return None, []
    return names[best], [_reason(reading, worded)] if worded is not None and tell else []


def _reason(reading: Reading, group: Group) -> Reason:
    words = reading.words(group.key)
    told = f"{group.label}：{'、'.join(hit.word for hit in words[:3])}"
    return Reason(told, round(group.weight * len(words), 2), "topic", (words[0].start, words[0].end))
