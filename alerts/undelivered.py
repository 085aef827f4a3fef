"""A notice that cannot be delivered is told to the next superior, who telephones; never lost in silence."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.fresh import UNDELIVERED
from alerts.letter import BLACK, Button, Letter, as_message
from alerts.matter import office
from alerts.short import short_text
from alerts.words import moment
from domain.escalation import POSTS
from domain.notice import SITE
from store import journal, notices
from store.channels import GROUP, LABELS, address_of, channels_for
from store.people import at_post
from store.settings import Settings
from store.tables.notices import Notice
from store.tables.people import Person

SUPERIORS = ("duty_leader", "office_director", "deputy_chief", "chief")


def tell_superior(
    session: Session, notice: Notice, now: datetime, settings: Settings, avoid: str | None = None
) -> Notice | None:
    """Tell the next superior that `notice` did not arrive, once each; None where nobody is left to tell.

    `avoid` is a channel that is in trouble itself: nobody is told by it. Where the message to a superior does not
    arrive either, the one after is told; further attempts of the notice itself tell nobody more. The board shows the
    failure in any case.
    """
    original = _original(session, notice)
    last = _told_last(session, original)
    if last is not None and last.person_id != notice.person_id:
        return None
    for post, person in _superiors(session, now):
        channel = next((one for one in channels_for(person, settings) if one != avoid), None)
        if channel is None or person.id == original.person_id:
            continue
        if address_of(person, channel) in (original.address, notice.address):
            continue
        letter = _letter(session, original, post, now)
        written = notices.write(
            session,
            person,
            f"{UNDELIVERED}{original.id}",
            as_message(letter),
            now,
            stage=original.stage,
            lead_id=original.lead_id,
            legal=original.legal,
            channel=channel,
        )
        if written is not None:
            journal.record(session, "system", "fall_over", f"notice-{original.id}", now, notice=written.id)
            return written
    return None


def _original(session: Session, notice: Notice) -> Notice:
    """Return the notice that was to arrive in the first place: the first one on its topic to this person."""
    if not notice.topic.startswith(UNDELIVERED):
        mine = (Notice.topic == notice.topic, Notice.person_id == notice.person_id, Notice.channel.not_in(GROUP))
        return session.scalars(select(Notice).where(*mine).order_by(Notice.id)).first() or notice
    return session.get_one(Notice, int(notice.topic.removeprefix(UNDELIVERED)))


def _told_last(session: Session, original: Notice) -> Notice | None:
    asked = select(Notice).where(Notice.topic == f"{UNDELIVERED}{original.id}")
    return session.scalars(asked.order_by(Notice.id.desc())).first()


def _superiors(session: Session, now: datetime) -> list[tuple[str, Person]]:
    return [(post, person) for post in SUPERIORS for person in at_post(session, post, None, now)]


def _letter(session: Session, original: Notice, post: str, now: datetime) -> Letter:
    person = original.person
    unit = f"（{person.unit.name}）" if person.unit else ""
    what = f"发给{person.name}{unit}的{LABELS[original.channel]}没有送达"
    return Letter(
        subject=f"【通知未送达】请电话通知{person.name}：{original.subject}",
        tag="通知未送达",
        colour=BLACK,
        greeting=POSTS[post],
        ask=f"{what}，请立即电话通知：{person.phone or '未登记电话'}。",
        title=original.subject,
        rows=(
            ("原收件人", f"{person.name}{unit}，{original.address}"),
            ("失败原因", original.error or "未知"),
            ("原发送时间", moment(original.created_at, now)),
            ("为何通知你", f"你是{POSTS[post]}，下一级未能收到通知时由你负责。"),
        ),
        office=office(session),
        at=now,
        button=Button("查看原通知", f"{SITE}/notices/{original.id}"),
        notes=(
            ("登记", "电话通知后，在系统里打开原通知，登记“电话签收”。"),
            ("地址", "请核对并更正收件人的联系方式。"),
        ),
        short=short_text(office(session), "通知未送达", "有一条通知没有送达，请打开值班台并电话通知"),
    )
