"""Is it something this bureau may have to answer or act on?"""

from collections.abc import Set as AbstractSet

from classifier.emergency import Emergency
from classifier.reading import Reading
from classifier.scales import probability, within
from classifier.section import Duty
from domain.verdict import SUSPECTED, Reason

START = {"message": -2.6, "weibo": -4.2, "news": -3.6}
"""Weight before anything is read, by channel: microblogs mention food and prices in passing all day long."""
LEARNED = 1.0
USUAL = -2.0
"""Log-odds at which the learned matters speak neither for nor against."""
TITLED = 0.5
"""Where a title names a duty of ours, what else the text mentions speaks less against it."""
ABROAD = -3.0
OWN_EMERGENCY = 5.0
OTHERS_EMERGENCY = -4.0


def relevance(
    reading: Reading,
    duty: Duty,
    found: Emergency,
    guess: float,
    matters: AbstractSet[str],
    abroad: bool,
    tell: bool = True,
) -> tuple[float, list[Reason]]:
    """Return the probability and its reasons. `duty` is what the units' words say; `abroad`: it is in another country.
    The words are named only to `tell` them.

    `guess` are the log-odds, by what the heads have learned, that it is one of the bureau's `matters`.

    An emergency of ours is relevant whatever else it mentions; one of others is theirs even if a market is named.
    """
    learned = round(LEARNED * within(guess - USUAL, 5.0), 2)
    reasons = [Reason("像本局主管的事类" if learned > 0 else "不像本局主管的事类", learned, "relevance")]
    if duty.weight:
        reasons.insert(0, Reason("涉及本局职责", round(min(duty.weight, 7.0), 2), "relevance"))
    for group, words in reading.groups("relevance") if "relevance" in reading.questions else ():
        if not matters.isdisjoint(group.matters):
            continue
        told = f"{group.name}：{'、'.join([hit.word for hit in words[:3]])}" if tell else group.name
        weight = group.total(len(words)) * (TITLED if duty.titled and group.label == "away" else 1.0)
        reasons.append(Reason(told, round(weight, 2), "relevance", (words[0].start, words[0].end)))
    if abroad:
        reasons.append(Reason("在境外", ABROAD, "relevance"))
    if found.kind:
        own = Reason("本局职责内的突发事件", OWN_EMERGENCY, "relevance")
        reasons.append(own if found.own else Reason("其他部门的突发事件", OTHERS_EMERGENCY, "relevance"))
    floor = START.get(reading.item.channel, START["news"])
    chance = probability(0.7 * (floor + sum([reason.weight for reason in reasons])))
    if found.own and found.probability >= SUSPECTED:
        chance = max(chance, 0.9 if found.kind and not abroad else 0.6)
    return round(chance, 4), reasons
