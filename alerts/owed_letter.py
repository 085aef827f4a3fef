"""What the duty room itself owes is told: the call upward (信息报送), the signature that is still missing (待补签)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.duty_letter import about, limit_of, limit_words
from alerts.letter import COLOURS, Button, Letter
from alerts.matter import Told, greeting, office, why_words
from alerts.short import short_text
from alerts.words import moment, short, subject_time
from domain.case import Level, number_text
from domain.notice import SITE
from store.ladders import rung_for
from store.limits import rule_for
from store.tables.cases import Case, Deadline, Stage
from store.tables.handling import Approval
from store.tables.people import Person

WHERE = {"report": ("报送清单", "#upward"), "sign": ("请示", "#approval")}
DONE = {
    "report": ("登记", "报告后在“报送清单”里登记对方、实际时间和接报人。"),
    "sign": ("补签", "请领导在请示单上签字，再在事项的“请示”里登记补签的实际时间。"),
}


def owed_letter(
    session: Session, stages: Sequence[Stage], told: Told, unreachable: Sequence[Person], now: datetime
) -> Letter:
    """Return the letter by which the duty room is told what it owes itself."""
    deadline = stages[0].deadline
    lead, case = deadline.lead, deadline.lead.case
    title = rung_for(stages[0]).title
    level = Level(case.level if case else lead.level)
    label, anchor = WHERE[deadline.ladder]
    page = f"{SITE}/cases/{case.id}" if case and deadline.ladder == "sign" else f"{SITE}/leads/{lead.id}"
    number = f"（{number_text(case.year, case.number)}）" if case else ""
    return Letter(
        subject=f"【{title}】{_ask(deadline, now)}：{short(case.title if case else lead.title)}{number}",
        tag=f"{title} · {level.label}",
        colour=COLOURS[level],
        greeting=greeting(told.post, told.person, None),
        ask=f"{_ask(deadline, now)}。",
        title=case.title if case else lead.title,
        rows=(
            *_rows(session, deadline, now),
            ("时限", f"{limit_words(deadline, now)}（{rule_for(deadline).source}）"),
            ("为何通知你", why_words(told.post, None)),
        ),
        office=office(session),
        at=now,
        button=Button(f"打开{label}", f"{page}{anchor}"),
        notes=((f"怎样{DONE[deadline.ladder][0]}", DONE[deadline.ladder][1]),),
        overdue=now >= limit_of(deadline),
        short=_short(session, deadline, case, level, now),
    )


def _rows(session: Session, deadline: Deadline, now: datetime) -> list[tuple[str, str]]:
    """Return what is owed to whom: for a signature what was approved, by whom, when and how."""
    case = deadline.lead.case
    rows = [("编号", f"{number_text(case.year, case.number)} · {Level(case.level).label}")] if case else []
    approval = session.scalars(select(Approval).where(Approval.deadline_id == deadline.id)).first()
    if approval is not None:
        rows.append(("请示", f"{moment(approval.at, now)}{approval.how}{approval.leader.name}"))
        rows.append(("内容", approval.words))
    return rows


def _short(session: Session, deadline: Deadline, case: Case | None, level: Level, now: datetime) -> str:
    passed = "已届满" if now >= limit_of(deadline) else ""
    due = f"{subject_time(limit_of(deadline))}{passed}"
    return short_text(office(session), about(case, level), f"请{rule_for(deadline).duty}", due)


def _ask(deadline: Deadline, now: datetime) -> str:
    by, duty = moment(limit_of(deadline), now), rule_for(deadline).duty
    return f"时限已于{by}届满，请立即{duty}" if now >= limit_of(deadline) else f"请于{by}前{duty}"
