"""Where the grouping was not sure: a text that is almost about another event, or would be but for place or numbers."""

import math
from collections.abc import Mapping, Sequence

from classifier.likeness import FEATURES, WEIGHTS, Live, Weighed
from domain.event import elsewhere
from domain.regroup import Doubt

UNDER = 1.0
"""So far under the bar a person is asked; each unit less makes it e times less likely (measured: every third is so)."""
UNDER_WITH_NUMBERS = 2.0
"""So far where half the numbers are shared."""
TOLD = 5
"""So many shared words are named."""
_PLACE = FEATURES.index("elsewhere")


def doubt_of(
    events: Mapping[str, Live], text: Weighed, channel: str, found: Sequence[tuple[float, float, str]], joined: str = ""
) -> Doubt | None:
    """Return which of the likest events the text may be about beside the one it joined, None for none.

    `found` are (how far above the bar, cosine, event), the likest first. A doubt is what lies a little under the bar,
    more so where numbers are shared; what only the place keeps under it; and what is above it and was not joined.
    """
    weights = WEIGHTS.get(channel, WEIGHTS["news"])
    for sum_, _, key in found:
        event = events[key]
        apart = elsewhere(text.text.counties, event.counties)
        numbers = _numbers(text, event)
        but_for_place = apart and sum_ - weights[_PLACE] >= 0
        if sum_ >= -UNDER or but_for_place or (numbers and sum_ >= -UNDER_WITH_NUMBERS and not joined):
            return Doubt(
                key, round(1 / (1 + math.exp(-sum_)), 2), tuple(_words(text, event, sum_, joined, apart=apart))
            )
    return None


def _numbers(text: Weighed, event: Live) -> bool:
    """Return whether both have two numbers or more and share half of them."""
    fewer = min(len(text.text.numbers), len(event.numbers))
    return fewer > 1 and 2 * len(text.text.numbers & event.numbers) >= fewer


def _words(text: Weighed, event: Live, sum_: float, joined: str, *, apart: bool) -> list[str]:
    """Return what speaks for and against it, in words for a person."""
    common = [word for _, word in event.words.common(text.words)[:TOLD]]
    said = [f"共有：{'、'.join(common)}"] if common else []
    shared = sorted(text.text.numbers & event.numbers)
    if shared:
        said.append(f"相同的数字：{'、'.join(shared[:TOLD])}")
    elif text.text.numbers and event.numbers:
        said.append("数字各不相同")
    if apart:
        said.append(
            f"地点不同：{'、'.join(sorted(text.text.counties)[:TOLD])}；{'、'.join(sorted(event.counties)[:TOLD])}"
        )
    if sum_ >= 0:
        said.append("与两个话题都相近" if joined else "用词相近，因所说地点不同没有归入")
    return said
