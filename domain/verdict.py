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


PRIORITIES = {
    "major_decision": "重大决策部署",
    "vital_interest": "涉及群众切身利益",
    "public_concern": "媒体和公众集中关切",
}
"""What collecting and judging puts first. Source: 泉州市工商局2017年政务公开工作主要任务分解实施方案."""
MUST_RESPOND = {
    "misread_policy": "重大政策措施误解误读",
    "vital_interest": "公众切身利益且影响较大",
    "moral_line": "民生领域严重冲击社会道德底线",
    "emergency": "突发事件处置和自然灾害应对",
    "superior": "上级要求主动回应",
}
"""The five kinds of opinion that have to be responded to. Source: 国办发〔2016〕61号."""
THEMES = {
    "food": "食品",
    "drug": "药品",
    "health_food": "保健食品",
    "cosmetics": "化妆品",
    "device": "医疗器械",
    "quality": "质量",
    "standard": "标准",
    "real_estate": "房地产",
    "real_estate_rumour": "房地产·疑似不实信息",
    "real_estate_hype": "房地产·疑似炒作",
}
"""Themes counted by themselves: 四品一械, quality and standards, and housing with what stirs its market up.

Source: 东丽区市场监管局2017年政务公开工作要点.
"""
LETTERS = {
    "question": "咨询",
    "integrity": "廉政举报及行政投诉",
    "case": "案件举报",
    "suggestion": "合理化建议",
    "other": "其他",
}
"""Kinds of letters as a bureau counts them by year. Source: 贵州省工商局2016年政府信息公开工作年度报告."""
LETTER_OF = {"咨询": "question", "求助": "question", "投诉": "case", "举报": "case", "建议": "suggestion"}


def letter_kind(intent: str, sealed: str | None) -> str:
    """Return the kind of LETTERS a letter is counted as: sealed ones first, the others by what their writer wants."""
    return "integrity" if sealed else LETTER_OF.get(intent, "other")


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
    sealed: str | None = None
    """Why only 纪检 and the handler may read it: a kind of domain.seal.KINDS."""
    about: str | None = None
    """The unit the matter is about, which never leads it."""
    personal: tuple[tuple[str, int, int], ...] = ()
    """Personal data in the text, as domain.masking.Personal."""
    major_decision: bool = False
    vital_interest: bool = False
    public_concern: bool = False
    must_respond: str | None = None
    """Which of the kinds that must be responded to it is, a code of MUST_RESPOND."""
    themes: tuple[str, ...] = ()
    """Codes of THEMES."""


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
