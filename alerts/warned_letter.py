"""What is said of an early warning: a topic is louder than usual, or its matter was raised to a higher level."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.duty_letter import about
from alerts.letter import COLOURS, PLAIN, Button, Letter
from alerts.matter import Told, evidence_of_event, greeting, office, unit_of, why_words
from alerts.short import short_text
from alerts.words import short
from domain.case import Level, number_text
from domain.notice import SITE
from store.tables.heat import Warning


def warned_letter(session: Session, row: Warning, told: Told, now: datetime) -> Letter:
    """Return the letter about the warning of one topic."""
    level, case, lead = Level(row.level), row.case, row.lead
    title = case.title if case else lead.title if lead else _title(row)
    articles = evidence_of_event(session, row.event_id or 0, now)
    return Letter(
        subject=_subject(row, title),
        tag=f"早期预警 · {level.label}" if row.raised else "早期预警",
        colour=COLOURS[level] if row.raised else PLAIN,
        greeting=greeting(told.post, told.person, unit_of(lead, case) if lead else None),
        ask=_ask(row),
        title=title,
        rows=(
            *((("编号", number_text(case.year, case.number)),) if case else ()),
            ("等级", _levels(row)),
            ("理由", "；".join(reason["words"] for reason in row.reasons)),
            ("热度", f"{row.heat}（满分 100）"),
            ("为何通知你", why_words(told.post, case.unit if case else None)),
        ),
        office=office(session),
        at=now,
        button=Button("查看话题", f"{SITE}/events/{row.event_id}")
        if told.post != "liaison"
        else Button("查看事项", f"{SITE}/cases/{case.id}" if case else SITE),
        notes=(
            ("说明", "等级由系统按本局标准提出，只上调不下调；不合适的，值班员可以在事项里改回，系统不再重复提出。"),
        )
        if row.raised
        else (),
        short=short_text(office(session), _about(row), _asked(row)),
        evidence=articles[0],
        evidence_total=articles[1],
    )


def _about(row: Warning) -> str:
    """Return number and level of the matter, as the short text opens; never its title."""
    if row.lead is None:
        return "早期预警"
    level = Level(row.level if row.raised else row.was or row.level)
    return about(row.case, level) if row.case else f"待研判线索 {level.label}"


def _title(row: Warning) -> str:
    return row.event.title if row.event else ""


def _subject(row: Warning, title: str) -> str:
    number = f"（{number_text(row.case.year, row.case.number)}）" if row.case else ""
    if row.raised:
        what = "事项" if row.case else "线索"
        return f"【舆情预警·{Level(row.level).short}】{what}等级上调为{Level(row.level).label}：{short(title)}{number}"
    return f"【舆情预警】{'传播加快' if row.lead else '请看是否立项'}：{short(title)}{number}"


def _ask(row: Warning) -> str:
    if row.raised:
        then = "请按新的等级办理" if row.case else "请尽快研判"
        return f"话题传播加快，系统把等级由{Level(row.was or row.level).label}上调为{Level(row.level).label}，{then}。"
    if row.lead:
        return "话题传播明显快于平日，等级没有变化，请留意。"
    return "这个话题与本局有关，传播明显快于平日，还没有线索，请看是否需要立项。"


def _asked(row: Warning) -> str:
    if row.raised:
        return "等级上调，请按新的等级办理" if row.case else "线索等级上调，请尽快研判"
    return "话题传播加快，详见邮件"


def _levels(row: Warning) -> str:
    level = Level(row.level).label
    if row.raised:
        return f"{Level(row.was or row.level).label} → {level}（系统初判）"
    return f"{Level(row.was).label}（按标准为{level}）" if row.was else f"按标准为{level}（系统初判）"
