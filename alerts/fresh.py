"""Whether a notice is still wanted at the moment of sending; of several duties it leaves out those that ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told, to_tell, unit_of
from alerts.messages import message_for
from domain.escalation import may_be_told, rung_named
from store.deadlines import told_with
from store.notices import Message
from store.tables.cases import Stage
from store.tables.notices import Notice

UNDELIVERED = "undelivered-"


@dataclass(frozen=True, slots=True)
class Fresh:
    """What became of a notice since it was written: why it is not wanted, or the words for the duties still open."""

    unwanted: str | None = None
    anew: Message | None = None


def check(session: Session, notice: Notice, now: datetime) -> Fresh:
    """Return whether a notice is still to be sent, and in which words. Reads only."""
    told_on = notice.topic.startswith(UNDELIVERED)
    if told_on and _arrived(session, notice):
        return Fresh("原通知后来已送出")
    if notice.stage is None:
        return Fresh()
    all_, open_ = told_with(session, notice.stage), told_with(session, notice.stage, open_only=True)
    if not open_:
        return Fresh("时限已办结或作废")
    if not told_on and _replaced(session, notice):
        return Fresh("已由更新的通知代替")
    if not told_on and len(open_) < len(all_):
        return Fresh(anew=_anew(session, notice, open_, now))
    return Fresh()


def as_kept(notice: Notice) -> Message:
    """Return the words of a notice as they were written."""
    return Message(notice.subject, notice.text, notice.html)


def _arrived(session: Session, notice: Notice) -> bool:
    original = session.get(Notice, int(notice.topic.removeprefix(UNDELIVERED)))
    return original is not None and original.state == "sent"


def _replaced(session: Session, notice: Notice) -> bool:
    """Return whether this person has a newer notice of the same duty: after an outage only the newest is sent."""
    assert notice.stage is not None  # noqa: S101, asked for by the caller
    asked = select(Notice).where(
        Notice.person_id == notice.person_id,
        Notice.lead_id == notice.lead_id,
        Notice.id > notice.id,
        Notice.state.in_(("pending", "sent")),
        Notice.topic.not_like(f"{UNDELIVERED}%"),
    )
    mine = {stage.deadline_id for stage in told_with(session, notice.stage, open_only=True)}
    newer = {
        stage.deadline_id
        for other in session.scalars(asked)
        if other.stage is not None
        for stage in told_with(session, other.stage)
    }
    return mine <= newer


def _anew(session: Session, notice: Notice, stages: list[Stage], now: datetime) -> Message:
    """Return the words for the duties that are still open; the Message-ID stays."""
    lead = stages[0].deadline.lead
    unit = unit_of(lead, lead.case)
    posts = rung_named(stages[0].deadline.ladder, stages[0].rung).posts
    allowed = may_be_told(posts, confirmed=lead.case is not None, age=now - lead.proposed_at)
    told = to_tell(session, allowed, unit.id if unit else None, now)
    me = next((one for one in told if one.person.id == notice.person_id), Told(notice.person, None))
    unreachable = [one.person for one in told if not one.person.email]
    late = timedelta(seconds=notice.late_s)
    return message_for(session, stages, me, unreachable, notice.created_at, late)
