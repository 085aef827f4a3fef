"""Whether a notice is still wanted at the moment of sending; of several duties it leaves out those that ended."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told, to_tell, unit_of
from alerts.messages import message_for
from domain.escalation import may_be_told, rung_named
from store.deadlines import told_with
from store.tables.cases import Stage
from store.tables.notices import Notice

UNDELIVERED = "undelivered-"


def wanted(session: Session, notice: Notice, now: datetime) -> str | None:
    """Return None if the notice is to be sent, else in words why not. May rewrite it for the duties still open."""
    if notice.topic.startswith(UNDELIVERED) and _arrived(session, notice):
        return "原通知后来已送出"
    if notice.stage is None:
        return None
    all_, open_ = told_with(session, notice.stage), told_with(session, notice.stage, open_only=True)
    if not open_:
        return "时限已办结或作废"
    if _replaced(session, notice):
        return "已由更新的通知代替"
    if len(open_) < len(all_) and not notice.topic.startswith(UNDELIVERED):
        _rewrite(session, notice, open_, now)
    return None


def _arrived(session: Session, notice: Notice) -> bool:
    original = session.get(Notice, int(notice.topic.removeprefix(UNDELIVERED)))
    return original is not None and original.state == "sent"


def _replaced(session: Session, notice: Notice) -> bool:
    """Return whether this person has a newer notice of the same duty: after an outage only the newest is sent."""
    assert notice.stage is not None  # noqa: S101, asked for by the caller
    if notice.topic.startswith(UNDELIVERED):
        return False
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


def _rewrite(session: Session, notice: Notice, stages: list[Stage], now: datetime) -> None:
    """Write the notice anew for the duties that are still open; its Message-ID stays."""
    lead = stages[0].deadline.lead
    unit = unit_of(lead, lead.case)
    posts = rung_named(stages[0].deadline.ladder, stages[0].rung).posts
    allowed = may_be_told(posts, confirmed=lead.case is not None, age=now - lead.proposed_at)
    told = to_tell(session, allowed, unit.id if unit else None, now)
    me = next((one for one in told if one.person.id == notice.person_id), Told(notice.person, None))
    unreachable = [one.person for one in told if not one.person.email]
    late = timedelta(seconds=notice.late_s)
    message = message_for(session, stages, me, unreachable, notice.created_at, late)
    notice.subject, notice.text, notice.html = message.subject, message.text, message.html
