"""Is it something this bureau may have to answer or act on?"""

from classifier import lexicons
from classifier.emergency import Emergency
from classifier.reading import Reading
from classifier.scales import probability
from domain.verdict import SUSPECTED, Reason

START = {"message": -2.6, "weibo": -4.2, "news": -3.6}
"""Weight before anything is read, by channel: microblogs mention food and prices in passing all day long."""
OWN_EMERGENCY = 5.0
OTHERS_EMERGENCY = -4.0


def relevance(reading: Reading, duty: float, found: Emergency) -> tuple[float, list[Reason]]:
    """Return the probability and its reasons. `duty` is the weight of the unit that fits best.

    An emergency of ours is relevant whatever else it mentions; one of others is theirs even if a market is named.
    """
    reasons = [Reason("涉及本局职责", round(min(duty, 7.0), 2), "relevance")] if duty else []
    for group in lexicons.groups("relevance"):
        words = reading.words(f"relevance/{group.name}")
        if words:
            told = f"{group.name}：{'、'.join(hit.word for hit in words[:3])}"
            reasons.append(Reason(told, group.total(len(words)), "relevance", (words[0].start, words[0].end)))
    if found.kind:
        own = Reason("本局职责内的突发事件", OWN_EMERGENCY, "relevance")
        reasons.append(own if found.own else Reason("其他部门的突发事件", OTHERS_EMERGENCY, "relevance"))
    floor = START.get(reading.item.channel, START["news"])
    chance = probability(0.7 * (floor + sum(reason.weight for reason in reasons)))
    if found.own and found.probability >= SUSPECTED:
        chance = max(chance, 0.9 if found.kind else 0.6)
    return round(chance, 4), reasons
