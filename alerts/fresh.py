"""Whether a notice is still wanted at the moment of sending; of several duties it leaves out those that ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told, to_tell, unit_of
from alerts.messages import message_for
from domain.chase import CALL, CHASE, base_of
from domain.escalation import may_be_told
from store import signing
from store.channels import channels_for
from store.deadlines import told_with
from store.ladders import rung_for
from store.notices import Message
from store.settings import Settings
from store.tables.cases import Stage
from store.tables.notices import Notice

UNDELIVERED = "undelivered-"


@dataclass(frozen=True, slots=True)
class Fresh:
    """What became of a notice since it was written: why it is not wanted, or the words for the duties still open."""

    unwanted: str | None = None
    anew: Message | None = None


def check(session: Session, notice: Notice, now: datetime, settings: Settings | None = None) -> Fresh:
    """Return whether a notice is still to be sent, and in which words. Reads only."""
    told_on = notice.topic.startswith(UNDELIVERED)
    if told_on and _arrived(session, notice):
        return Fresh("原通知后来已送出")
    if notice.ack_at is not None and base_of(notice.topic) != notice.topic:
        return Fresh("已经签收")
    if notice.stage is None:
        return Fresh(signing.unwanted(session, notice))
    all_, open_ = told_with(session, notice.stage), told_with(session, notice.stage, open_only=True)
    if not open_:
        return Fresh("时限已办结或作废")
    if not told_on and not notice.topic.startswith((CHASE, CALL)) and _replaced(session, notice):
        return Fresh("已由更新的通知代替")
    if notice.topic.startswith((CHASE, CALL)):
        return Fresh()
    if not told_on and len(open_) < len(all_):
        return Fresh(anew=_anew(session, notice, open_, now, settings))
    return Fresh()


def as_kept(notice: Notice) -> Message:
    """Return the words of a notice as they were written."""
    return Message(notice.subject, notice.text, notice.html, notice.short or "")


def _arrived(session: Session, notice: Notice) -> bool:
    original = session.get(Notice, int(notice.topic.removeprefix(UNDELIVERED)))
    return original is not None and original.state == "sent"


def _replaced(session: Session, notice: Notice) -> bool:
    """Return whether this person has a newer notice of the same duty on the channel: after an outage only the newest
    is sent."""
    assert notice.stage is not None  # noqa: S101, asked for by the caller
    asked = select(Notice).where(
        Notice.person_id == notice.person_id,
        Notice.lead_id == notice.lead_id,
        Notice.channel == notice.channel,
        Notice.id > notice.id,
        Notice.state.in_(("pending", "sent")),
        *(Notice.topic.not_like(f"{mark}%") for mark in (UNDELIVERED, CHASE, CALL)),
    )
    mine = {stage.deadline_id for stage in told_with(session, notice.stage, open_only=True)}
    newer = {
        stage.deadline_id
        for other in session.scalars(asked)
        if other.stage is not None
        for stage in told_with(session, other.stage)
    }
    return mine <= newer


def _anew(session: Session, notice: Notice, stages: list[Stage], now: datetime, settings: Settings | None) -> Message:
    """Return the words for the duties that are still open; the Message-ID stays."""
    lead = stages[0].deadline.lead
    unit = unit_of(lead, lead.case)
    posts = rung_for(stages[0]).posts
    allowed = may_be_told(posts, confirmed=lead.case is not None, age=now - lead.proposed_at)
    told = to_tell(session, allowed, unit.id if unit else None, now)
    me = next((one for one in told if one.person.id == notice.person_id), Told(notice.person, None))
    unreachable = [one.person for one in told if not channels_for(one.person, settings)]
    late = timedelta(seconds=notice.late_s)
    return message_for(session, stages, me, unreachable, notice.created_at, late)
