"""Which of the six ways of handling an opinion is proposed: what it asks of the bureau. Pure."""

from enum import StrEnum

from domain.verdict import EMERGENCY, Sentiment

DOUBTFUL = 0.5
"""From this probability on a text reads like a rumour; whether it is untrue is for a person to find out."""


class Leaf(StrEnum):
    """The six kinds of opinion and what each asks for. Source: 国办发〔2016〕80号 and a county's copy of its clause."""

    ADVICE = "advice"
    HARDSHIP = "hardship"
    PROBLEM = "problem"
    UNCLEAR = "unclear"
    MISTAKEN = "mistaken"
    FALSE = "false"

    @property
    def label(self) -> str:
        """The kind, and how it is handled, in words."""
        return {
            "advice": "建设性意见建议：研究采纳，公布采纳情况",
            "hardship": "实际困难：研究解决，公布结果",
            "problem": "重大问题：调查处置，公布结果",
            "unclear": "不了解情况、模糊认识：发布权威信息，解疑释惑",
            "mistaken": "错误看法：引导和纠正，公布事实",
            "false": "疑似不实信息：核实后公布真相，涉嫌违法的移送",
        }[self.value]


_WISHES = {"建议": Leaf.ADVICE, "求助": Leaf.HARDSHIP, "投诉": Leaf.PROBLEM, "举报": Leaf.PROBLEM, "咨询": Leaf.UNCLEAR}


def proposed(*, intent: str, sentiment: str, emergency: float, rumour: float) -> Leaf | None:
    """Return the way of handling a verdict proposes, None where nothing is asked of the bureau (praise, plain news).

    What happens now is handled first, whatever is said about it. Of what somebody only tells, what reads like a
    rumour has to be verified, and displeasure with us answered.
    """
    if emergency >= EMERGENCY:
        return Leaf.PROBLEM
    if intent in _WISHES:
        return _WISHES[intent]
    if intent == "陈述" and rumour >= DOUBTFUL:
        return Leaf.FALSE
    return Leaf.MISTAKEN if intent == "陈述" and sentiment == Sentiment.NEGATIVE else None
