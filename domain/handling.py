"""Decisions in a running case: which clocks a regrade or a merge ends and begins, what was recorded afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.case import EMERGENCY_DUTIES, Level, duties_of

BY_GRADE = (*EMERGENCY_DUTIES, "OTHER_RESPONSE", "MSG_REPLY")
"""Clocks that depend on the grade; a limit written on the item itself does not."""
RECORDED_AFTER = timedelta(minutes=15)
ORAL = ("电话请示", "当面请示")
APPROVALS = (*ORAL, "书面签批")
REPORTED_HOW = ("电话反馈", "系统填报", "当面反馈")
BOUNCED_HOW = ("电话", "邮件", "系统填报")
CONFERENCES = ("新闻发布会", "吹风会", "答记者问", "通气会", "书面发布", "网络发布")
"""Forms of a press conference. Source: 国办发〔2016〕61号."""


@dataclass(frozen=True, slots=True)
class Regrade:
    """Which clocks end and which are written from the same T0, by code."""

    void: tuple[str, ...]
    write: tuple[str, ...]


def regrade(clocks: Mapping[str, str], *, emergency: bool, channel: str) -> Regrade:
    """Return what a grade changes in a case whose clocks (code → open or met, void ones left out) are given.

    I/II: 5 h and 24 h are written, 48 h ends. III/IV or no emergency: the reverse. What is met stays met. Source:
    国办发〔2016〕80号, 61号.
    """
    wanted = duties_of(emergency=emergency, channel=channel)
    void = tuple(code for code, state in clocks.items() if state == "open" and code in BY_GRADE and code not in wanted)
    return Regrade(void, tuple(code for code in wanted if code not in clocks))


def asks_next(*, emergency: bool, level: Level, final: bool) -> bool:
    """Return whether the next release is asked for: emergency or red, until 终报. Source: 国办发〔2016〕80号."""
    return not final and (emergency or level == Level.RED)


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty as a merge sees it: `act` is what meets it, `due` until when, `given` that its item set the limit."""

    id: int
    code: str
    act: str
    due: datetime
    given: bool = False
    state: str = "open"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A clock of the merged case that the other one goes on with; `instead` is the one of its own that ends for it."""

    id: int
    instead: int | None


def taken_over(own: Sequence[Clock], others: Iterable[Clock]) -> list[TakenOver]:
    """Return which open clocks of a merged case go on in the case it joins (并案): never a later due time than before.

    One that asks for the same act no later stands for it, a duty met already too; a limit written on an item goes on in
    any case, because its asker waits for an answer of their own.
    """
    found = []
    for clock in others:
        if clock.state != "open":
            continue
        same = [mine for mine in own if not mine.given and mine.act == clock.act and mine.code != "SIGN_LATER"]
        if clock.given or clock.code == "SIGN_LATER":
            found.append(TakenOver(clock.id, None))
        elif not any(mine.state == "open" and mine.due <= clock.due for mine in same) and not any(
            mine.state == "met" and mine.code == clock.code for mine in same
        ):
            later = next((mine.id for mine in same if mine.state == "open" and mine.code == clock.code), None)
            found.append(TakenOver(clock.id, later))
    return found


def was_recorded_after(at: datetime, recorded_at: datetime | None) -> bool:
    """Return whether an act was entered more than 15 minutes after it happened (补录): both times are then shown."""
    return recorded_at is not None and recorded_at - at > RECORDED_AFTER
