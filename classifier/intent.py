"""What does the writer want: ask, complain, report, suggest, get help, praise, or only tell?"""

from classifier import lexicons
from classifier.reading import Reading
from domain.verdict import Reason

START = {"message": {"投诉": 0.9, "陈述": -0.6}, "weibo": {"陈述": 2.6}, "news": {"陈述": 4.5}}
"""News tells; a message to the bureau mostly complains unless it says otherwise."""
TITLE = 1.5


def intent(reading: Reading) -> tuple[str, list[Reason]]:
    """Return one of domain.verdict.INTENTS and the words that decided."""
    weights = dict(START.get(reading.item.channel, START["news"]))
    reasons: list[Reason] = []
    for group in lexicons.groups("intent"):
        words = reading.words(f"intent/{group.name}")
        if not words:
            continue
        in_title = words[0].start < len(reading.item.title)
        weight = round(group.total(len(words)) * (TITLE if in_title else 1.0), 2)
        weights[group.label] = weights.get(group.label, 0.0) + weight
        told = f"{group.label}：{'、'.join(hit.word for hit in words[:3])}"
        reasons.append(Reason(told, weight, "intent", (words[0].start, words[0].end)))
    best = max(sorted(weights), key=lambda name: weights[name])
    return best, [reason for reason in reasons if reason.words.startswith(best)]
