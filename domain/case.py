"""What a case is: its states, levels and grades, its start (T0), which duties it has, and what a release must say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.workdays import DAY


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    HANDLING = "handling"
    DRAFTED = "drafted"
    CLEARED = "cleared"
    RELEASED = "released"
    EVALUATED = "evaluated"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    CaseState.OPEN: "待交办",
    CaseState.ASSIGNED: "已交办",
    CaseState.HANDLING: "办理中",
    CaseState.DRAFTED: "已拟稿",
    CaseState.CLEARED: "已审核",
    CaseState.RELEASED: "已发布",
    CaseState.EVALUATED: "已评估",
    CaseState.CLOSED: "已办结",
}

_FORWARD = list(CaseState)


def may_become(now: CaseState, then: CaseState) -> bool:
    """Return whether a case may go from `now` to `then`: forward only; what happened outside may skip steps (补录)."""
    return _FORWARD.index(then) > _FORWARD.index(now)


class LeadState(StrEnum):
    """Where a lead stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    MERGED = "merged"
    """Another lead or case of the same event goes on instead."""

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return {
            "open": "待研判",
            "confirmed": "已立为事项",
            "dismissed": "非本单位事项",
            "merged": "已并入同一话题",
        }[self.value]


class Level(StrEnum):
    """舆情等级, by the office's written criteria; drives escalation and layout, never the 5 h clock."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def label(self) -> str:
        """The Chinese word that always stands beside the colour."""
        return {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}[self.value]

    @property
    def short(self) -> str:
        """One character, for subjects of mails."""
        return self.label[0]


class Grade(StrEnum):
    """突发事件分级 of the underlying emergency, graded by its competent unit. Source: 突发事件应对法第三条."""

    I = "I"  # noqa: E741 - the law's own name
    II = "II"
    III = "III"
    IV = "IV"

    @property
    def label(self) -> str:
        """The Chinese words of the law."""
        return {"I": "特别重大", "II": "重大", "III": "较大", "IV": "一般"}[self.value]

    @property
    def urgent(self) -> bool:
        """Whether the 5 h and 24 h clocks run for it. Source: 国办发〔2016〕80号（特别重大、重大突发事件）."""
        return self in (Grade.I, Grade.II)


@dataclass(frozen=True, slots=True)
class Start:
    """T0 of a matter and what it rests on: occurred, first_posted or detected."""

    at: datetime
    basis: str

    @property
    def label(self) -> str:
        """The Chinese words for the basis."""
        return {"occurred": "事发时间", "first_posted": "首发时间", "detected": "发现时间"}[self.basis]


def start_of(*, detected: datetime, first_posted: datetime | None = None, occurred: datetime | None = None) -> Start:
    """Return T0: the earliest known of occurred, first posted, detected.

    `occurred` counts only where a person confirmed it; a machine-read time never moves T0. Default of ours: no
    regulation read says when the clock starts (国办发〔2016〕80号 speaks of 发生后).
    """
    known = [("occurred", occurred), ("first_posted", first_posted), ("detected", detected)]
    basis, at = min(((name, at) for name, at in known if at is not None), key=lambda pair: pair[1])
    return Start(at, basis)


ITEM_CHANNELS = {"hotline": "热线办件", "superior": "上级转办"}
"""Channels whose items come with a number and a limit of their own."""
LETTER_CHANNELS = {"mailbox": "信箱来信", "solicit": "民意征集", "survey": "网上调查"}
"""Columns of the website that letters come through; each is answered as a message is.

Source: 泉州市工商局2017年政务公开工作主要任务分解实施方案（“工商信箱”、“民意征集”、“网上调查”栏目）.
"""


def reads_like(channel: str) -> str:
    """Return how the texts of a channel are read: message, news or weibo."""
    if channel in LETTER_CHANNELS:
        return "message"
    return {"hotline": "message", "superior": "news"}.get(channel, channel)


EMERGENCY_DUTIES = ("AUTH_RELEASE", "PRESS_CONF")
_ORDINARY_DUTIES = {"message": "MSG_REPLY", "hotline": "HOTLINE", "superior": "SUPERIOR"}
_ORDINARY_DUTIES |= dict.fromkeys(LETTER_CHANNELS, "MSG_REPLY")


def duties_of(*, emergency: bool, channel: str) -> tuple[str, ...]:
    """Return the codes of the clocks a confirmed matter has.

    A suspected or graded I/II emergency has 5 h and 24 h; a message on a named channel 3 working days; a hotline ticket
    or an item handed down the limit written on it, which stays in an emergency too, because somebody waits for that
    answer; anything else 48 h. Source: 国办发〔2016〕80号, 61号; 山东省商务厅2019年政务公开工作方案; 交办文件.
    """
    own = _ORDINARY_DUTIES.get(channel, "OTHER_RESPONSE")
    if not emergency:
        return (own,)
    return (*EMERGENCY_DUTIES, own) if channel in ITEM_CHANNELS else EMERGENCY_DUTIES


def is_found_late(due: datetime, detected: datetime) -> bool:
    """Return whether a limit was over at the moment we could first know of it (发现时已逾期).

    It then keeps its legal due time, and a handling limit counts from the detection. Default of ours, as T0 is.
    """
    return due <= detected


STALE = timedelta(hours=72)


def is_stale(published: datetime | None, seen: datetime, *, date_only: bool = False) -> bool:
    """Return whether an article was already older than 72 h when first seen: it becomes a lead without notices.

    Where the page gives the day alone, `published` is its midnight; the article may be as young as the day's end.
    """
    latest = published + DAY if published and date_only else published
    return latest is not None and seen - latest > STALE


def number_text(year: int, number: int) -> str:
    """Return a case number as written: 舆情〔2026〕3号."""
    return f"舆情〔{year}〕{number}号"
