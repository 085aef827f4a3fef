"""征求意见: what becomes of a group of suggestions, when a rejection needs a reason, and the text that is published."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from domain.masking import mask

LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 200, 5000, 2000
MOST = 5000
"""Suggestions of one consultation."""
MOST_CONCENTRATED = 1000
_DIGITS = "一二三四五六七八九"


class Decision(StrEnum):
    """What becomes of the suggestions of a group."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return {"adopted": "采纳", "partly": "部分采纳", "rejected": "不予采纳"}[self.value]


@dataclass(frozen=True, slots=True)
class Concentrated:
    """From how many suggestions on a group is 相对集中, whose number that is, and the rule it belongs to."""

    suggestions: int
    ours: bool
    source: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What an office says of a consultation."""

    title: str
    start_on: date
    end_on: date
    unit_id: int
    link: str = ""
    contact: str = ""
    watch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A group as it is published: what it asks for, how many ask for it, what became of it and why."""

    title: str
    count: int
    decision: Decision
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What is published of a consultation. `received` counts all suggestions, `groups` those answered here."""

    office: str
    title: str
    start_on: date
    end_on: date
    received: int
    groups: tuple[Answered, ...]
    unit: str
    contact: str
    on: date


@cache
def concentrated() -> Concentrated:
    """Return the packaged number; the office may set its own."""
    table: dict[str, Any] = tomllib.loads(files("domain").joinpath("consultation.toml").read_text(encoding="utf8"))
    return Concentrated(**table["concentrated"])


def checked(said: Fields) -> Fields:
    """Return the fields as they are kept. ValueError, in the user's words, says what is missing or wrong."""
    title, link, contact = " ".join(said.title.split()), said.link.strip(), " ".join(said.contact.split())
    if not title or len(title) > LONGEST_TITLE:
        raise ValueError(f"请写征求意见的题目（{LONGEST_TITLE}字以内）")
    if said.end_on < said.start_on:
        raise ValueError("截止日期早于开始日期，请核对")
    if not said.unit_id:
        raise ValueError("请选择承办单位")
    if link and not link.startswith(("http://", "https://")):
        raise ValueError("公告链接应以 http:// 或 https:// 开头；没有可以不填")
    return Fields(title, said.start_on, said.end_on, said.unit_id, link[:2000], contact[:200], said.watch_id)


def split(text: str) -> list[str]:
    """Return the suggestions of a pasted text, masked: paragraphs where blank lines part them, else lines."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]
    parts = "\n".join(lines).split("\n\n") if "" in lines else lines
    return [mask(part.strip())[:LONGEST_TEXT] for part in parts if part.strip()]


def check_decision(decision: Decision, reason: str, count: int, most: int) -> None:
    """Raise ValueError where a group of `count` suggestions is rejected without a reason and `most` make it 相对集中.

    Source: 要点“相对集中的意见建议不予采纳的，公布时要说明理由”. Smaller groups may be rejected without one.
    """
    if decision is Decision.REJECTED and count >= most and not reason.strip():
        raise ValueError(f"这一类有{count}条意见，相对集中（{most}条及以上），不予采纳的要说明理由；还没有保存")


def result_title(title: str) -> str:
    """Return the title of what is published."""
    named = title if title.startswith("《") else f"《{title}》"
    return f"关于{named}公开征求意见采纳情况的公告"


def result_text(result: Result) -> str:
    """Return the published text in the language of documents, a paragraph a line, masked."""
    named = result.title if result.title.startswith("《") else f"《{result.title}》"
    answered, kinds = sum(group.count for group in result.groups), len(result.groups)
    told = f"归并为{kinds}类。现将采纳情况公布如下："
    if answered < result.received:  # The rest was published before, or is not decided yet.
        told = f"现将其中{kinds}类（{answered}条）的采纳情况公布如下："
    lines = [
        f"{_day(result.start_on)}至{_day(result.end_on)}，{result.office}就{named}向社会公开征求意见。"
        f"征求意见期间共收到意见建议{result.received}条。经逐条研究，{told}"
    ]
    place = 0
    for decision in Decision:
        groups = [group for group in result.groups if group.decision is decision]
        if not groups:
            continue
        total = sum(group.count for group in groups)
        lines.append(f"{numeral(place + 1)}、{decision.label}的意见建议（{len(groups)}类、{total}条）")
        lines += [f"（{numeral(at)}）{_answer(group)}" for at, group in enumerate(groups, start=1)]
        place += 1
    lines.append("感谢社会各界对我们工作的关心和支持。")
    lines.append(f"承办单位：{result.unit}{f'；联系方式：{result.contact}' if result.contact else ''}。")
    return "\n".join([*lines, result.office, _day(result.on)])


def _answer(group: Answered) -> str:
    why = group.reason.strip().rstrip("。")
    told = {Decision.ADOPTED: "采纳情况", Decision.PARTLY: "采纳情况", Decision.REJECTED: "理由"}[group.decision]
    title = mask(" ".join(group.title.split())).rstrip("。！；")
    return (
        f"关于“{title}”的意见建议（{group.count}条），{group.decision.label}。{f'{told}：{mask(why)}。' if why else ''}"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """Return 1–99 as Chinese numerals, beyond that in digits."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    ten = "" if not tens else ("" if tens == 1 else _DIGITS[tens - 1]) + "十"
    return ten + (_DIGITS[ones - 1] if ones else "")


def lacking(groups: Iterable[Answered], most: int) -> list[Answered]:
    """Return the groups that grew 相对集中 after they were rejected without a reason: they cannot be published."""
    return [one for one in groups if one.decision is Decision.REJECTED and one.count >= most and not one.reason.strip()]
