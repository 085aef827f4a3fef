"""The rows of the board: what a clock shows, who was told, what is to be done next. Pure but for what is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from dashboard.words import when
from domain.case import LeadState, number_text
from store.channels import handed
from store.ladders import rung_for
from store.limits import rule_for
from store.notices import addressee, proof
from store.tables.cases import Deadline, Stage
from store.tables.notices import Notice

VERBS = {
    "release": "登记发布",
    "conference": "登记发布会",
    "reply": "登记答复",
    "signature": "登记补签",
    "report": "电话报告",
}
PLACES = {"signature": "#approval", "report": "#upward"}
"""Where on the page of a matter it is done, where that is not the form of a release."""


@dataclass(frozen=True, slots=True)
class Told:
    """One person who was told, and what is proved of it."""

    name: str
    words: str
    acknowledged: bool
    failed: bool
    link: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One rung on the track: `x` in thousandths of the limit."""

    x: float
    told: bool
    title: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One running duty as a row. `due` is what counts down: the handling limit where it was found late."""

    key: str
    duty: str
    title: str
    link: str
    number: str
    level: str
    unit: str
    start: datetime
    due: datetime
    tags: tuple[str, ...]
    told: tuple[Told, ...]
    nobody: bool
    marks: tuple[Mark, ...]
    action: str
    action_link: str

    @property
    def rev(self) -> str:
        """Changes with anything the row shows except the passing of time."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def clock(deadline: Deadline, notices: Sequence[Notice], now: datetime) -> Clock:
    """Return the row of a running duty."""
    case, lead = deadline.case, deadline.lead
    late = deadline.found_late and deadline.handle_by is not None
    start = lead.detected_at if late else deadline.start_at
    due = deadline.handle_by if late and deadline.handle_by else deadline.due_at
    verb, link = _action(deadline)
    unit = case.unit if case else lead.unit
    return Clock(
        key=f"deadline-{deadline.id}",
        duty=rule_for(deadline).title,
        title=case.title if case else lead.title,
        link=f"/cases/{case.id}" if case else f"/leads/{lead.id}",
        number=number_text(case.year, case.number) if case else "待研判线索",
        level=case.level if case else lead.level,
        unit=unit.name if unit else "未定单位",
        start=start,
        due=due,
        tags=tuple(_tags(deadline, now)),
        told=tuple(told(notice, now) for notice in _unit_first(notices, unit.id if unit else None)),
        nobody=any(stage.nobody for stage in deadline.stages),
        marks=marks(deadline.stages, start, due),
        action=verb,
        action_link=link,
    )


def _action(deadline: Deadline) -> tuple[str, str]:
    """Return the next legal action of a duty and where it is done."""
    kind = rule_for(deadline).met_by
    if kind == "report":
        return VERBS[kind], f"/leads/{deadline.lead_id}{PLACES[kind]}"
    if deadline.case is None:
        return "确认", f"/leads/{deadline.lead_id}?open=confirm#judge"
    return VERBS.get(kind, "打开"), f"/cases/{deadline.case_id}?deadline={deadline.id}{PLACES.get(kind, '#record')}"


def _tags(deadline: Deadline, now: datetime) -> list[str]:
    case, lead = deadline.case, deadline.lead
    found = []
    if lead.suspected and lead.state == LeadState.OPEN:
        found.append("疑似（按5小时时限准备）")
    elif case is not None and case.emergency and case.emergency_grade is None:
        found.append("疑似 · 待定级")
    if deadline.found_late:
        limit = " · 处置时限" if deadline.handle_by else ""
        found.append(f"发现时已逾期 · 法定 {when(deadline.due_at, now)}{limit}")
    if deadline.calendar_provisional:
        found.append("节假日安排未公布，暂按最早日期")
    return found


def _unit_first(notices: Sequence[Notice], unit_id: int | None) -> list[Notice]:
    """Return the people of the lead unit first: whether they know is what matters."""
    return sorted(notices, key=lambda notice: notice.person.unit_id != unit_id)


def told(notice: Notice, now: datetime) -> Told:
    """Return who was told and the proof in words: `已交邮件服务器 14:02 · 未签收`."""
    if notice.ack_at is not None:
        words = f"已签收 {when(notice.ack_at, now)}"
    elif notice.state == "sent":
        ack = " · 未签收" if notice.asks_ack else ""
        prefix = "邮件" if notice.channel == "email" else ""
        words = f"{prefix}{handed(notice.channel)} {when(notice.sent_at, now)}{ack}"
    else:
        words = proof(notice)
    failed = notice.state == "failed" or (notice.attempts >= 3 and notice.state == "pending")
    return Told(addressee(notice), words, notice.ack_at is not None, failed, f"/notices/{notice.id}")


def marks(stages: Sequence[Stage], start: datetime, due: datetime) -> tuple[Mark, ...]:
    """Return the rungs between the start and the due time, as places on the track."""
    length = (due - start) / timedelta(seconds=1)
    if length <= 0:
        return ()
    inside = [stage for stage in stages if start <= stage.due_at <= due and stage.state != "cancelled"]
    return tuple(
        Mark(
            x=round(min((stage.due_at - start) / timedelta(seconds=1) / length * 1000, 997), 1),
            told=stage.told_at is not None,
            title=rung_for(stage).title,
        )
        for stage in inside
    )
