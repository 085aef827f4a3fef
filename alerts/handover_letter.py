"""What is said to who gives and who takes over: the handover sheet itself, to be signed by link or by reply."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Block, Button, Letter, as_message
from alerts.matter import office
from alerts.short import short_text
from alerts.words import moment, short, subject_time
from domain.handover import GIVE, Line, Part, parts_of
from domain.notice import ACK, REPLY_SIGNS
from store.notices import Message
from store.tables.people import Handover, Person

MOST_LINES = 30
"""Rows of one part in a mail; the page behind the link shows all of them."""
TITLE = 80


def handover_message(session: Session, sheet: Handover, part: str, person: Person, now: datetime) -> Message:
    """Return the message by which `person` is asked to sign a sheet as who gives or takes over."""
    giving, parts = part == GIVE, parts_of(sheet.content)
    act, who = ("交班", "你") if giving else ("接班", sheet.giver.name)
    letter = Letter(
        subject=f"【交接班】请{act}签字：{sheet.giver.name}{subject_time(sheet.at)}交班",
        tag=f"交接班 · 请{act}签字",
        colour=PLAIN,
        greeting=person.name,
        ask=f"{who}于{moment(sheet.at, now)}生成了交接班单，请核对后签字{act}。",
        title=_summary(parts),
        rows=(("交班人", sheet.giver.name), ("接班人", sheet.taker.name if sheet.taker else "待定")),
        office=office(session),
        at=now,
        button=Button(f"{act}签字", ACK),
        notes=(("怎样签字", f"按上面的按钮，在打开的页面里签字。{REPLY_SIGNS}"),),
        blocks=tuple(_blocks(parts, sheet.at)),
        short=short_text(office(session), "交接班单", f"请{act}签字"),
    )
    return as_message(letter)


def _summary(parts: list[Part]) -> str:
    counted = [f"{one.name}{len(one.lines)}项" for one in parts if one.lines]
    return "，".join(counted) + "。" if counted else "没有未了的事项。"


def _blocks(parts: list[Part], at: datetime) -> Iterator[Block]:
    for one in parts:
        lines = [_line(one, line, at) for line in one.lines[:MOST_LINES]]
        if len(one.lines) > MOST_LINES:
            lines.append((f"另有 {len(one.lines) - MOST_LINES} 项，见按钮打开的页面。", ""))
        yield Block(f"{one.name} {len(one.lines)}", tuple(lines) or (("没有", ""),))


def _line(part: Part, line: Line, at: datetime) -> tuple[str, str]:
    """Return a row and what stands below it."""
    overdue = "已逾期，" if part.name == "在办时限" and line.at and line.at < at else ""
    when = f"{overdue}{part.time}{moment(line.at, at)}" if line.at else ""
    return short(line.title, TITLE), " · ".join(one for one in (line.more, when) if one)
