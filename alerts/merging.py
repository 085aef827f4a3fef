"""A storm of ordinary notices to one person becomes one message (合并通知) that lists them; legal ones never wait."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from alerts.fresh import check
from alerts.letter import PLAIN, Button, Letter, as_message
from alerts.matter import office
from alerts.short import short_text
from alerts.words import moment
from domain.notice import SITE
from store import journal, notices
from store.channels import GROUP
from store.db import reading, transaction
from store.settings import Settings
from store.tables.notices import Notice
from store.tables.people import Person

MOST = 20
"""So many ordinary notices to one person on one channel go out one by one; more become one message."""
LISTED = 60
MERGED = "merged-"
INTO = "已并入合并通知"


def merge_storms(now: datetime, settings: Settings) -> int:
    """Merge what waits for each person and channel in a storm; return how many messages were made. Looks first."""
    with reading() as session:
        storms = session.execute(
            select(Notice.person_id, Notice.channel)
            .where(*_waiting(now))
            .group_by(Notice.person_id, Notice.channel)
            .having(func.count() > MOST)
        ).all()
    return sum(_merge(person_id, channel, now, settings) for person_id, channel in storms)


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = (Notice.send_at <= now, Notice.state == "pending", Notice.legal.is_(False), Notice.asks_ack.is_(False))
    return (*mine, Notice.channel.not_in(GROUP), Notice.topic.not_like(f"{MERGED}%"))


def _merge(person_id: int, channel: str, now: datetime, settings: Settings) -> bool:
    """Make one message of all that wait, locked against other senders; what is not wanted any more is left out."""
    with transaction() as session:
        mine = (*_waiting(now), Notice.person_id == person_id, Notice.channel == channel)
        asked = select(Notice).where(*mine).order_by(Notice.id)
        found = list(session.scalars(asked.with_for_update(skip_locked=True, key_share=True, of=Notice)))
        if len(found) <= MOST:
            return False
        fates = [(notice, check(session, notice, now, settings).unwanted) for notice in found]
        for notice, unwanted in fates:
            notice.state, notice.send_at, notice.error = "cancelled", None, unwanted or INTO
        wanted = [notice for notice, unwanted in fates if unwanted is None]
        return _write(session, session.get_one(Person, person_id), channel, wanted, now)


def _write(session: Session, person: Person, channel: str, wanted: Sequence[Notice], now: datetime) -> bool:
    if not wanted:
        return False
    topic = f"{MERGED}{wanted[0].id}-{wanted[-1].id}"
    message = as_message(_letter(session, person, wanted, now))
    written = notices.write(session, person, topic, message, now, legal=False, channel=channel)
    if written is not None:
        ids = [wanted[0].id, wanted[-1].id]
        journal.record(session, "system", "merge", f"notice-{written.id}", now, merged=len(wanted), ids=ids)
    return written is not None


def _letter(session: Session, person: Person, wanted: Sequence[Notice], now: datetime) -> Letter:
    rows = [(f"{moment(notice.created_at, now)}", notice.subject) for notice in wanted[-LISTED:]]
    if len(wanted) > LISTED:
        rows.append(("更早", f"另有 {len(wanted) - LISTED} 条，登录后查看。"))
    return Letter(
        subject=f"【合并通知】{len(wanted)}条一般通知，请登录值班台处理",
        tag="合并通知",
        colour=PLAIN,
        greeting=person.name,
        ask=f"短时间内有{len(wanted)}条一般通知，合并为这一封；法定时限的通知不合并，照常单独发送。",
        title="请登录值班台逐条处理，线索的研判时限照常计算。",
        rows=tuple(rows),
        office=office(session),
        at=now,
        button=Button("打开值班台", f"{SITE}/"),
        short=short_text(office(session), "合并通知", f"有{len(wanted)}条一般通知，请登录值班台处理"),
    )
