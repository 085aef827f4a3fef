"""Which of the fifteen first-level topics of citizens' messages does it belong to?"""

from classifier import lexicons
from classifier.reading import Reading
from domain.verdict import Reason

TITLE = 3.0
"""A message's title names its topic; its text tells the whole story around it."""


def topic(reading: Reading) -> tuple[str | None, list[Reason]]:
    """Return the topic and its words, or None where no word speaks for any."""
    best: tuple[float, str, list[Reason]] = (0.0, "", [])
    for group in lexicons.groups("topic"):
        words = reading.words(f"topic/{group.name}")
        if not words:
            continue
        edge = len(reading.item.title)
        weight = sum(group.weight * (TITLE if hit.start < edge else 1.0) for hit in words)
        told = f"{group.label}：{'、'.join(hit.word for hit in words[:3])}"
        reason = Reason(told, round(weight, 2), "topic", (words[0].start, words[0].end))
        best = max(best, (weight, group.label, [reason]), key=lambda one: one[0])
    return best[1] or None, best[2]
