"""What does the writer want: ask, complain, report, suggest, get help, praise, or only tell?"""

from collections.abc import Sequence

from classifier.guess import Guess
from classifier.reading import Reading
from domain.verdict import INTENTS, Reason

START = {"message": {"投诉": 0.9, "陈述": -0.6}, "weibo": {"陈述": 2.6}, "news": {"陈述": 4.5}}
"""News tells; a message to the bureau mostly complains unless it says otherwise."""
TITLE = 1.5
LEARNED = {"message": 1.5}
"""How much the trained head counts beside the words, by channel: it knows messages only."""
LIKE = {name: (name,) for name in INTENTS} | {"投诉": ("投诉", "举报")}
"""The head cannot tell a complaint from a report; what speaks for the one speaks for the other."""


def intent(reading: Reading, guess: Guess, names: Sequence[str], tell: bool = True) -> tuple[str, list[Reason]]:
    """Return one of domain.verdict.INTENTS and, to `tell`, the words that decided.

    `names` are those the trained head knows.
    """
    channel = reading.item.channel
    learned = LEARNED.get(channel, 0.0)
    if not learned and "intent" not in reading.questions:
        return "陈述", []
    weights = dict(START.get(channel, START["news"]))
    if learned:
        for name, speaks in zip(names, guess.wishes(), strict=True):
            for each in LIKE[name]:
                weights[each] = weights.get(each, 0.0) + learned * speaks
    reasons: list[Reason] = []
    for group, words in reading.groups("intent"):
        in_title = words[0].start < len(reading.item.title)
        weight = round(group.total(len(words)) * (TITLE if in_title else 1.0), 2)
        weights[group.label] = weights.get(group.label, 0.0) + weight
        if tell:
            told = f"{group.label}：{'、'.join(hit.word for hit in words[:3])}"
            reasons.append(Reason(told, weight, "intent", (words[0].start, words[0].end)))
    best = max(weights, key=lambda name: (weights[name], name))
    return best, [reason for reason in reasons if reason.words.startswith(best)]
