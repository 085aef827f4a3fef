"""Does it read like a rumour? The style only: whether it is true is for a person to find out."""

from classifier.reading import Reading
from classifier.scales import probability
from domain.verdict import Reason

WORDED = 0.4
"""How much the words people know rumours by count beside the trained head."""


def rumour(reading: Reading, guess: float) -> tuple[float, list[Reason]]:
    """Return the probability that it is written like a rumour (`guess`: the head's log-odds), and the words for it."""
    reasons: list[Reason] = []
    if "rumour" not in reading.questions:
        return round(probability(guess), 4), reasons
    for group, words in reading.groups("rumour"):
        told = f"{group.name}：{'、'.join(hit.word for hit in words[:3])}"
        reasons.append(Reason(told, group.total(len(words)), "rumour", (words[0].start, words[0].end)))
    return round(probability(guess + WORDED * sum(reason.weight for reason in reasons)), 4), reasons
