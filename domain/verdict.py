"""What an article means for us, with the reasons, and what it opens."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Sentiment(StrEnum):
    """The writer's attitude to the matter."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return {"negative": "负面", "neutral": "中性", "positive": "正面"}[self.value]


class Opens(StrEnum):
    """What an article opens by itself."""

    PROVISIONAL = "provisional"
    LEAD = "lead"
    NONE = "none"


INTENTS = ("咨询", "投诉", "举报", "建议", "求助", "表扬", "陈述")
EMERGENCY_KINDS = ("自然灾害", "事故灾难", "公共卫生", "社会安全")


class Reason(NamedTuple):
    """Why a verdict came out as it did, in the duty officer's words.

    `words` is the text or rule that fired, `weight` how much it moved the answer (signed, 0 for a rule that
    decides by itself), `about` the question it answers (relevance, sentiment, emergency …), `span` its place in
    title + "\\n" + text, or None.
    """

    words: str
    weight: float
    about: str
    span: tuple[int, int] | None = None

    def chip(self) -> str:
        """The reason as shown on the board: `集体腹泻 +2.1`, or the rule alone."""
        return f"{self.words} {self.weight:+.1f}" if self.weight else self.words


@dataclass(slots=True)
class Verdict:
    """The answers to every question asked of an article. Probabilities are 0–1, `sentiment_score` −1…1.

    Nobody changes one; it is not frozen because thousands are made a second, and freezing takes three times as long.
    """

    relevance: float
    sections: tuple[str, ...]
    sentiment: Sentiment
    sentiment_score: float
    intent: str
    topic: str | None
    emergency: float
    emergency_kind: str | None
    casualties: int | None
    rumour: float
    place: tuple[str, ...]
    ours: bool
    grave: bool
    opens: Opens = Opens.NONE
    reasons: tuple[Reason, ...] = ()


RELEVANT = 0.5
EMERGENCY = 0.5
SUSPECTED = 0.2
MANY_AFFECTED = 30


def opens(
    *,
    relevance: float,
    emergency: float,
    ours: bool,
    grave: bool,
    sentiment: Sentiment,
    intent: str,
    channel: str,
    anywhere: bool = False,
) -> Opens:
    """Return what an article opens: a provisional start, a lead, or nothing.

    A suspected grade I/II emergency (`grave`: deaths, about 30 or more affected, several schools or children, an
    explosion with injured) within the bureau's duties (`relevance`) and area (`ours`) starts its clocks at once.
    Any other emergency of ours, a weak sign of one (`SUSPECTED`: a look costs a minute, an overlooked one the
    deadline), and a complaint or report written to us, waits for a person as a lead. What lies outside our area
    opens nothing; only a bureau that has told no area (`anywhere`) sees a grave emergency abroad as a lead, because the
    same goods may be on sale here. Source: 国办发〔2016〕80号 (5 h and 24 h); the thresholds are ours.
    """
    if relevance < RELEVANT:
        return Opens.NONE
    if not ours:
        return Opens.LEAD if anywhere and grave and emergency >= EMERGENCY else Opens.NONE
    if emergency >= EMERGENCY:
        return Opens.PROVISIONAL if grave else Opens.LEAD
    if emergency >= SUSPECTED:
        return Opens.LEAD
    if channel == "message" and intent in ("投诉", "举报", "求助"):
        return Opens.LEAD
    if sentiment is Sentiment.NEGATIVE and intent in ("投诉", "举报"):
        return Opens.LEAD
    return Opens.NONE
