"""What the next person is told where nobody acknowledged: whose answer is missing since when, and of what."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.duty_letter import about, limit_of, limit_words
from alerts.letter import COLOURS, Button, Letter, as_message
from alerts.matter import office, unit_of
from alerts.short import short_text
from alerts.words import moment, span, subject_time
from alerts.words import short as shortened
from domain.case import Level, number_text
from domain.notice import ACK
from store.deadlines import told_with
from store.notices import Message
from store.tables.cases import Deadline, Lead
from store.tables.notices import Notice
from store.tables.people import Person


def chase_message(session: Session, lead: Lead, notice: Notice, person: Person, now: datetime) -> Message:
    """Return the message by which `person` hears that `notice` was not acknowledged."""
    level = Level(lead.case.level if lead.case else lead.level)
    waited, silent = span(now - notice.created_at), notice.person
    stages = told_with(session, notice.stage, open_only=True) if notice.stage else []
    title = lead.case.title if lead.case else lead.title
    due = min((limit_of(stage.deadline) for stage in stages), default=None)
    letter = Letter(
        subject=f"{_kind(lead, level)}{silent.name}已有{waited}未签收，请签收并督办：{shortened(title)}{_number(lead)}",
        tag=f"未签收 · {level.label}",
        colour=COLOURS[level],
        greeting=person.name,
        ask=f"{silent.name}已有{waited}没有签收下面的事项，请你签收，并马上电话联系：{silent.phone or '未登记电话'}。",
        title=title,
        rows=tuple(_rows(lead, notice, [stage.deadline for stage in stages], now)),
        office=office(session),
        at=now,
        button=Button("签收", ACK),
        notes=(("签收之后", "签收即不再往上报；时限照常计算，签收不等于办结。"),),
        short=short_text(
            office(session),
            about(lead.case, level),
            f"已有{waited}无人签收，请签收并督办",
            subject_time(due) if due else "",
        ),
    )
    return as_message(letter)


def _kind(lead: Lead, level: Level) -> str:
    return f"【未签收·{level.short}】" if lead.case else "【线索·疑似】"


def _number(lead: Lead) -> str:
    return f"（{number_text(lead.case.year, lead.case.number)}）" if lead.case else ""


def _rows(lead: Lead, notice: Notice, deadlines: list[Deadline], now: datetime) -> list[tuple[str, str]]:
    unit = unit_of(lead, lead.case)
    rows = [("承办单位" if lead.case else "拟承办单位", unit.name)] if unit else []
    rows += [("时限", limit_words(one, now)) for one in deadlines]
    rows.append(("应签收人", f"{notice.person.name}，通知写成于{moment(notice.created_at, now)}"))
    rows.append(("为何通知你", "应签收的人没有签收，按规定依次通知你。"))
    return rows
