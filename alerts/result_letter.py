"""What is said of a consultation whose decisions are to be published."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Button, Letter, as_message
from alerts.matter import Told, greeting, office
from alerts.words import day, short
from domain.notice import SITE
from domain.regulations import Due
from domain.workdays import beijing_day
from store import announcements
from store.limits import rule_of
from store.notices import Message
from store.tables.opinion import Consultation


def result_message(session: Session, told: Told, row: Consultation, due: Due, now: datetime) -> Message:
    """Return the letter that asks for the publication of what was decided."""
    by, groups = day(beijing_day(due.at)), announcements.open_groups(session, row.id)
    ask = f"应于{by}前公布，尚未登记" if due.at < now else f"请于{by}前公布"
    letter = Letter(
        subject=f"【公布采纳情况】{ask}：{short(row.title)}",
        tag="公布采纳情况",
        colour=PLAIN,
        greeting=greeting(told.post, told.person, row.unit),
        ask=f"已有{len(groups)}类意见作出决定，{ask}。文字已经备好，发布以后登记渠道和链接；已经公布的，请登记。",
        title=row.title,
        rows=(("依据", rule_of(session, announcements.RULE).source), ("承办单位", row.unit.name)),
        office=office(session),
        at=now,
        button=Button("看采纳情况", f"{SITE}/consultations/{row.id}/result"),
        notes=(("说明", "登记公布以后不再提醒。相对集中的意见不予采纳的，公布时要说明理由。"),),
    )
    return as_message(letter)
