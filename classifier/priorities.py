"""Which of the collection priorities does it fall under, and does it have to be responded to?"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from classifier.emergency import Emergency
from classifier.reading import Reading
from domain.leaf import DOUBTFUL
from domain.verdict import EMERGENCY, MANY_AFFECTED, MUST_RESPOND, PRIORITIES, RELEVANT, Reason, Sentiment

SAID_TWICE = 2
"""So many different words of vital interest speak for themselves, without anybody complaining."""
COMPLAINING = ("投诉", "举报", "求助")


@dataclass(frozen=True, slots=True)
class Priorities:
    """The flags, which kind must be responded to (a code of MUST_RESPOND), and the reasons of both."""

    flags: frozenset[str] = frozenset()
    must_respond: str | None = None
    reasons: tuple[Reason, ...] = ()


NONE = Priorities()


def priorities(
    reading: Reading, *, relevance: float, ours: bool, found: Emergency, mood: Sentiment, intent: str, doubt: float
) -> Priorities:
    """Return what collecting and judging put first; nothing of what is not the bureau's.

    Source: 泉州市工商局2017年政务公开工作主要任务分解实施方案 (三项重点); 国办发〔2016〕61号 (五类必须回应).
    """
    if relevance < RELEVANT or ("priority" not in reading.questions and found.kind is None):
        return NONE
    said = {group.label: words for group, words in reading.groups("priority")}
    bad = mood is Sentiment.NEGATIVE or intent in COMPLAINING
    flags = {name for name in PRIORITIES if name in said}
    vital = len(said.get("vital_interest", ()))
    if found.kind is not None or (vital and (bad or vital >= SAID_TWICE)):
        flags.add("vital_interest")
    else:
        flags.discard("vital_interest")
    must = _must(said.keys(), flags, found, bad=bad, doubt=doubt) if ours else None
    named = {label for label in flags if label in said} | (_shown(must) & said.keys())
    reasons = [
        Reason(
            f"{_LABELS[label]}：{'、'.join(hit.word for hit in said[label][:3])}", 0.0, "priority", said[label][0][1:]
        )
        for label in _LABELS
        if label in named
    ]
    if must is not None:
        reasons.append(Reason(f"必须回应：{MUST_RESPOND[must]}", 0.0, "must_respond"))
    return Priorities(frozenset(flags), must, tuple(reasons))


_LABELS = PRIORITIES | {
    "misread": "误解误读",
    "wide": "影响较大",
    "moral_line": "冲击社会道德底线",
    "superior": "上级要求回应",
}
_SHOWS = {
    "misread_policy": {"misread"},
    "vital_interest": {"wide"},
    "moral_line": {"moral_line"},
    "superior": {"superior"},
}


def _shown(must: str | None) -> set[str]:
    return _SHOWS.get(must or "", set())


def _must(labels: AbstractSet[str], flags: set[str], found: Emergency, *, bad: bool, doubt: float) -> str | None:
    """Return the first kind that holds, the gravest first."""
    many = (found.casualties or 0) >= MANY_AFFECTED or "wide" in labels or "public_concern" in labels
    kinds = {
        "emergency": found.kind is not None and found.probability >= EMERGENCY,
        "moral_line": "moral_line" in labels and bad,
        "misread_policy": "major_decision" in flags and "misread" in labels and (bad or doubt >= DOUBTFUL),
        "vital_interest": "vital_interest" in flags and many and bad,
        "superior": "superior" in labels,
    }
    return next((kind for kind, holds in kinds.items() if holds), None)
