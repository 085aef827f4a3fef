"""What the duty room itself owes is told: the call upward (信息报送), the signature that is still missing (待补签)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.duty_letter import limit_of, limit_words
from alerts.letter import COLOURS, Button, Letter
from alerts.matter import Told, greeting, office, why_words
from alerts.words import moment, short
from domain.case import Level, number_text
from domain.notice import SITE
from store.ladders import rung_for
from store.limits import rule_for
from store.tables.cases import Deadline, Stage
from store.tables.people import Person

WHERE = {"report": ("报送清单", "#upward"), "sign": ("请示", "#approval")}


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
        ask=f"{_ask(deadline, now)}。时限以实际时间为准，办完后登记。",
        title=case.title if case else lead.title,
        rows=(
            ("时限", f"{limit_words(deadline, now)}（{rule_for(deadline).source}）"),
            ("为何通知你", why_words(told.post, None)),
        ),
        office=office(session),
        at=now,
        button=Button(f"打开{label}", f"{page}{anchor}"),
        overdue=now >= limit_of(deadline),
    )


def _ask(deadline: Deadline, now: datetime) -> str:
    by, duty = moment(limit_of(deadline), now), rule_for(deadline).duty
    return f"时限已于{by}届满，请立即{duty}" if now >= limit_of(deadline) else f"请于{by}前{duty}"
