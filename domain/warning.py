"""消费预警: the ways of a draft, what it says, and that nobody sends it out with gaps in it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.masking import mask
from domain.surge import hotline
from domain.workdays import BEIJING

GAP = "〔请填写"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 200, 20_000, 2000
_GAP = re.compile(r"〔请填写[^〕]*〕?")


class State(StrEnum):
    """Where a draft stands: 拟稿, 送审, 审核通过, 已发布, 不发布."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLEARED = "cleared"
    RELEASED = "released"
    DISMISSED = "dismissed"

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return {
            "draft": "拟稿",
            "submitted": "送审",
            "cleared": "审核通过，待发布",
            "released": "已发布",
            "dismissed": "不发布",
        }[self.value]


NEXT = {
    State.DRAFT: {State.SUBMITTED, State.DISMISSED},
    State.SUBMITTED: {State.CLEARED, State.DRAFT, State.DISMISSED},
    State.CLEARED: {State.RELEASED, State.DRAFT, State.DISMISSED},
    State.RELEASED: set[State](),
    State.DISMISSED: {State.DRAFT},
}
"""From where to where; nothing is released that was not cleared."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a draft is made from: over what, where (empty: everywhere), from when to when, how many in all, at most in
    24 hours, usually; the places named most with their counts."""

    subject: str
    place: str
    start: datetime
    end: datetime
    total: int
    peak: int
    expected: float
    places: tuple[tuple[str, int], ...]
    office: str


def check_step(old: State, new: State) -> None:
    """Raise ValueError, in the user's words, where a draft cannot go from `old` to `new`."""
    if new not in NEXT[old]:
        raise ValueError(f"这份预警现在是“{old.label}”，不能改为“{new.label}”，请刷新后再看")


def gaps(text: str) -> list[str]:
    """Return the places a person still has to fill in, in the order of the text."""
    return _GAP.findall(text)


def check_text(title: str, text: str, *, whole: bool) -> tuple[str, str]:
    """Return title and text as they are kept. ValueError where one is missing or, if it is to be `whole`, has gaps."""
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").strip()
    if not title or len(title) > LONGEST_TITLE:
        raise ValueError(f"请写标题（{LONGEST_TITLE}字以内）")
    if not text or len(text) > LONGEST_TEXT:
        raise ValueError(f"请写正文（{LONGEST_TEXT}字以内）")
    if whole and (left := gaps(title + text)):
        raise ValueError(f"还有{len(left)}处没有填写，第一处是{left[0]}；填好再送审")
    return title, text


def draft_title(facts: Facts) -> str:
    """Return the proposed title."""
    return f"关于{facts.place}“{facts.subject}”消费投诉增多的消费预警"


def draft_text(facts: Facts) -> str:
    """Return the proposed wording in plain official language; what only a person knows stands as 〔请填写：…〕."""
    named = "、".join(place for place, _ in facts.places[:3])
    where = f"主要集中在{named}。" if named and not facts.place else ""
    return mask(
        "\n".join(
            (
                f"近期，{facts.place}涉及“{facts.subject}”的消费投诉、举报明显增多。"
                f"{_hour(facts.start)}至{_hour(facts.end)}，{facts.office}共收到{facts.total}件，"
                f"最多的24小时内{facts.peak}件，{usual(facts.expected)}。{where}"
                "反映较多的问题是〔请填写：主要问题，用一句话概括〕。",
                "在此提醒广大消费者：",
                "一、〔请填写：购买商品、接受服务之前应当注意什么〕。",
                "二、〔请填写：怎样辨别，遇到什么情形不要继续消费〕。",
                "三、索要并妥善保存发票、合同、付款记录等凭证；合法权益受到侵害的，可以先与经营者协商，"
                f"协商不成的拨打{hotline()}投诉举报。",
                "对已经反映的问题，〔请填写：已经或将要采取的监管措施〕。",
                facts.office,
                "〔请填写：发布日期〕",
            )
        )
    )


def usual(expected: float) -> str:
    """Return what is usual in words, for 24 hours."""
    if expected < 0.95:
        return "平日同期不到1件" if expected else "此前各周同期没有"
    return f"平日同期约{expected:.0f}件"


def _hour(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时"
