"""Telling one rung: which of a backlog, to whom at this moment, and the notices, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told, to_tell, unit_of
from alerts.writing import Writing, notices_for
from domain.escalation import MERGED, highest, is_late, may_be_told, may_tell, next_turn
from store import journal, people
from store.channels import channels_for
from store.due import Taken, finish
from store.ladders import rung_for
from store.seals import POST
from store.settings import Settings
from store.tables.cases import Deadline, Lead, Stage


class Overtaken(Exception):
    """Another clock took the rung meanwhile, or its duty ended: everything of this transaction is undone."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The rungs of one duty whose time has come: the one to tell (None for none) and those it stands for."""

    told: Stage | None
    others: tuple[Stage, ...]


def tell(session: Session, taken: Taken, now: datetime, settings: Settings | None = None) -> int:
    """Tell one taken rung, with all that is due of its duty; return how many rungs were told.

    Nothing is told of a duty that ended; of a backlog only the highest rung; duties opened together in one message.
    Without `settings` only mail is known. Raises Overtaken where somebody else was faster: the caller rolls back and
    forgets it.
    """
    lead = _locked(session, taken.id)
    stage = session.get_one(Stage, taken.id)
    if stage.state != "pending" or stage.look_at != taken.held_until:
        return 0
    if stage.deadline.state != "open":
        finish(session, Stage.look_at, taken, state="cancelled")
        return 0
    backlogs = _backlogs(session, lead, stage, now)
    group = [backlog.told for backlog in backlogs if backlog.told]
    for rung in (rung for backlog in backlogs for rung in backlog.others):
        _settle(session, rung, "superseded", taken, now)
    for rung in group:
        _settle(session, rung, "told", taken, now)
    if group:
        _write(session, lead, group, backlogs, now, settings)
    return len(group)


def _locked(session: Session, stage_id: int) -> Lead:
    """Return the matter of a rung, locked: one clock at a time tells it."""
    lead_id = session.scalar(select(Deadline.lead_id).join(Stage).where(Stage.id == stage_id))
    return session.get_one(Lead, lead_id, with_for_update={"key_share": True})


def _backlogs(session: Session, lead: Lead, stage: Stage, now: datetime) -> list[Backlog]:
    """Return the backlog of the rung's duty, and of those duties of the matter that tell the same merged rung."""
    own = _backlog(session, lead, stage.deadline, now)
    if own.told is None or own.told.rung not in MERGED:
        return [own]
    rung, horizon = own.told.rung, now
    if rung == "hourly":
        # Reminders of one matter are brought into step, so that they stay one message an hour.
        horizon = now + _every(own.told)
    others = [d for d in lead.deadlines if d is not stage.deadline and d.state == "open" and d.ladder == "duty"]
    found = [_backlog(session, lead, deadline, horizon) for deadline in others]
    return [own, *(backlog for backlog in found if backlog.told is not None and backlog.told.rung == rung)]


def _backlog(session: Session, lead: Lead, deadline: Deadline, until: datetime) -> Backlog:
    due = [stage for stage in deadline.stages if stage.state == "pending" and stage.due_at <= until]
    confirmed = lead.case is not None
    may = [stage for stage in due if may_tell(stage.rung, confirmed=confirmed, quiet=lead.quiet)]
    if not may:
        return Backlog(None, tuple(due))
    first = highest((stage.id, stage.due_at, rung_for(stage).every > 0) for stage in may)
    told = next(stage for stage in may if stage.id == first)
    return Backlog(told, tuple(stage for stage in due if stage is not told))


def _every(stage: Stage) -> timedelta:
    return timedelta(minutes=rung_for(stage).every)


def _settle(session: Session, stage: Stage, state: str, taken: Taken, now: datetime) -> None:
    """Write what became of a rung; one that repeats asks for its next turn."""
    values = {"state": state, "told_at": now if state == "told" else None}
    if stage.id == taken.id:
        if not finish(session, Stage.look_at, taken, **values):
            raise Overtaken
    else:
        stage.state, stage.told_at, stage.look_at = state, now if state == "told" else None, None
    if every := _every(stage):
        at = next_turn(min(stage.due_at, now), every, now)
        session.add(Stage(deadline_id=stage.deadline_id, rung=stage.rung, turn=stage.turn + 1, due_at=at, look_at=at))
    session.flush()


def _write(
    session: Session,
    lead: Lead,
    group: Sequence[Stage],
    backlogs: Sequence[Backlog],
    now: datetime,
    settings: Settings | None,
) -> None:
    """Write the notices of rungs told together, or note that nobody could be told."""
    group = sorted(group, key=lambda stage: (stage.deadline.due_at, stage.id))
    told = _recipients(session, lead, backlogs, now)
    late = max(now - stage.due_at for stage in group)
    late = late if is_late(now - late, now) else timedelta(0)
    writing = Writing(session, lead, group, now, late, settings)
    written = notices_for(writing, told)
    reached = any(channels_for(one.person, settings) for one in told)
    for stage in group:
        stage.nobody = not reached
    ids = [notice.id for notice in written]
    late_s = int(late.total_seconds())
    stages = [stage.id for stage in group]
    journal.record(session, "system", "tell", f"lead-{lead.id}", now, stages=stages, notices=ids, late_s=late_s)


def _recipients(session: Session, lead: Lead, backlogs: Sequence[Backlog], now: datetime) -> list[Told]:
    """Return whom to tell: those of the rungs told and of the rungs they stand for, resolved at this moment."""
    case = lead.case
    told = [backlog.told for backlog in backlogs if backlog.told]
    rungs = [rung_for(stage) for stage in (*told, *(stage for backlog in backlogs for stage in backlog.others))]
    posts = dict.fromkeys(post for rung in rungs for post in rung.posts)
    allowed = may_be_told(posts, confirmed=case is not None, age=now - lead.proposed_at)
    unit = unit_of(lead, case)
    # 纪检 is told of what is sealed, at every rung: nobody else can read what it is about.
    keepers = [POST] if lead.seal_id is not None and people.holders(session, POST) else []
    return to_tell(session, [*allowed, *keepers], unit.id if unit else None, now)
