"""Does it read like a rumour? The style only: whether it is true is for a person to find out."""

from classifier import lexicons
from classifier.reading import Reading
from classifier.scales import probability
from domain.verdict import Reason

START = -1.6


def rumour(reading: Reading) -> tuple[float, list[Reason]]:
    """Return the probability that it is written like a rumour, and the words that say so."""
    reasons = []
    for group in lexicons.groups("rumour"):
        words = reading.words(f"rumour/{group.name}")
        if words:
            told = f"{group.name}：{'、'.join(hit.word for hit in words[:3])}"
            reasons.append(Reason(told, group.total(len(words)), "rumour", (words[0].start, words[0].end)))
    return round(probability(START + sum(reason.weight for reason in reasons)), 4), reasons
