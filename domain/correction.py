"""改判: what a person says against the system's verdict, and what the verdict is then. Both are kept side by side."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

from domain.verdict import RELEVANT, Opens, Sentiment, Verdict, opens

HELD_OUT = 4
"""One corrected text in so many, chosen by its hash, measures the learning instead of being learned from."""
NAMES = {"unit": "牵头科室", "sentiment": "态度", "relevant": "是否相关", "emergency": "是否突发"}
"""The questions that can be taught."""
LEAST, LEAST_HELD = 40, 8
"""So many texts a question needs before it is taught, and so many of them held out: what fewer say is chance."""
ALL = "all"
"""In the figures of a training, everything adopted together."""
_RANK = (Opens.NONE, Opens.LEAD, Opens.PROVISIONAL)
_DROPPED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person answers to the questions the system was asked; None where its answer stands.

    `unit` is the one in charge, `false_alarm` (误报) says that it should not have been proposed.
    """

    unit: str | None = None
    sentiment: Sentiment | None = None
    relevant: bool | None = None
    emergency: bool | None = None
    false_alarm: bool = False

    def words(self) -> str:
        """Return the answers in one line; empty where nothing is answered."""
        said = [
            {True: "与本局有关", False: "与本局无关"}.get(self.relevant) if self.relevant is not None else None,
            f"牵头{self.unit}" if self.unit else None,
            self.sentiment.label if self.sentiment else None,
            {True: "是突发事件", False: "不是突发事件"}.get(self.emergency) if self.emergency is not None else None,
            "误报" if self.false_alarm else None,
        ]
        return "、".join(filter(None, said))

    def fields(self) -> list[str]:
        """Return the names of the questions answered."""
        answered = {name: getattr(self, name) is not None for name in ("unit", "sentiment", "relevant", "emergency")}
        return [name for name, said in (answered | {"false_alarm": self.false_alarm}).items() if said]

    @property
    def unwanted(self) -> bool:
        """Whether the article should not wait for a person at all."""
        return self.false_alarm or self.relevant is False


def check(answers: Answers) -> None:
    """Raise ValueError, in words, where the answers contradict each other."""
    if answers.relevant is False and answers.unit:
        raise ValueError("与本局无关的信息没有牵头科室：请改选“有关”，或者不选科室")


def corrected(said: Verdict, answers: Answers, channel: str) -> Verdict:
    """Return the verdict with a person's answers in the place of the system's; the rest stays.

    A unit in charge makes it relevant. What it opens is lowered only by what a person says of the whole (无关, 误报),
    or from a clock to a lead where it is no emergency; it rises to a lead where it is relevant or an emergency after
    all: clocks start by the judgement of that lead, and what runs already is none of a correction's business.
    `channel` is message, news or weibo.
    """
    found = replace(said, **_changed(said, answers))
    return replace(found, opens=_opens(said, found, answers, channel))


def _changed(said: Verdict, answers: Answers) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if answers.unit:
        changed["sections"] = (answers.unit, *(name for name in said.sections if name != answers.unit))
    if answers.sentiment:
        score = {Sentiment.NEGATIVE: -1.0, Sentiment.NEUTRAL: 0.0, Sentiment.POSITIVE: 1.0}[answers.sentiment]
        changed |= {"sentiment": answers.sentiment, "sentiment_score": score}
    if answers.relevant is False:
        changed["relevance"] = 0.0
    elif answers.relevant or (answers.unit and said.relevance < RELEVANT):
        changed |= {"relevance": 1.0, "ours": True}
    if answers.emergency:
        changed["emergency"] = 1.0
    elif answers.emergency is False:
        changed |= {"emergency": 0.0, "emergency_kind": None, "grave": False}
    return changed


def _opens(said: Verdict, found: Verdict, answers: Answers, channel: str) -> Opens:
    if answers.unwanted:
        return Opens.NONE
    kept = Opens.LEAD if answers.emergency is False and said.opens == Opens.PROVISIONAL else Opens(said.opens)
    if not (found.relevance > said.relevance or answers.emergency):
        return kept
    asked = opens(
        relevance=found.relevance,
        emergency=found.emergency,
        ours=found.ours,
        grave=found.grave,
        sentiment=found.sentiment,
        intent=found.intent,
        channel=channel,
    )
    return max(kept, min(asked, Opens.LEAD, key=_RANK.index), key=_RANK.index)


def rises(before: Opens, after: Opens) -> bool:
    """Return whether `after` asks for more than `before`."""
    return _RANK.index(after) > _RANK.index(before)


def text_key(title: str, text: str) -> str:
    """Return what is the same for the same text, however it is punctuated: 64 hex digits."""
    plain = _DROPPED.sub("", f"{title}{text}" if title not in text else text).lower()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def is_held_out(key: str) -> bool:
    """Return whether the corrected text with this key measures; the same text always does the same."""
    return int(key[:8], 16) % HELD_OUT == 0
