"""The text of a report upward, written from the facts: every element has its line, what is unknown says so. Pure.

Elements: 接报时间、信息来源、事发时间、地点、性质、影响范围、初步损失、趋势、领导到位与已采取措施、建议 (信息报送要素).
"""

from dataclasses import dataclass
from datetime import datetime

from domain.workdays import BEIJING

UNKNOWN = "待核实"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a matter at `now`. `done` is what was done so far, each with its time."""

    title: str
    number: str | None
    detected_at: datetime
    occurred_at: datetime | None
    first_posted_at: datetime | None
    source: str
    places: tuple[str, ...]
    grade: str | None
    articles: int
    copies: int
    casualties: int | None
    done: tuple[tuple[datetime, str], ...]
    now: datetime


def draft(facts: Facts) -> str:
    """Return the text of a report: one line an element, times as documents write them (2026年11月22日14时05分)."""
    lines = [
        ("事项", facts.title + (f"（{facts.number}）" if facts.number else "")),
        ("接报时间", official(facts.detected_at)),
        ("信息来源", facts.source),
        ("事发时间", _occurred(facts)),
        ("地点", "".join(facts.places) or UNKNOWN),
        ("性质", facts.grade or "疑似特别重大、重大突发事件，待主管部门定级"),
        ("影响范围", _spread(facts)),
        ("初步损失", _loss(facts.casualties)),
        ("趋势", UNKNOWN),
        ("领导到位与已采取措施", _done(facts)),
        ("建议", "暂无"),
    ]
    return "\n".join(f"{name}：{words}" for name, words in lines)


def _occurred(facts: Facts) -> str:
    if facts.occurred_at is not None:
        return official(facts.occurred_at)
    if facts.first_posted_at is not None:
        return f"{UNKNOWN}（网上首发于{official(facts.first_posted_at)}）"
    return UNKNOWN


def _spread(facts: Facts) -> str:
    if not facts.articles:
        return UNKNOWN
    copies = f"，其中转载{facts.copies}篇" if facts.copies else ""
    return f"截至{official(facts.now)}，监测到相关信息{facts.articles}篇{copies}"


def _loss(casualties: int | None) -> str:
    return f"网上所述伤病{casualties}人，{UNKNOWN}" if casualties else UNKNOWN


def _done(facts: Facts) -> str:
    return "；".join(f"{official(at)}{words}" for at, words in facts.done) or "正在核实处置"


def official(at: datetime) -> str:
    """Return an instant as documents write it: 2026年11月22日14时05分, Beijing time."""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H}时{local:%M}分"
