"""The rungs of a deadline whose due time was moved."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.escalation import Look, looks
from store.ladders import rung_named, rungs_to_write
from store.tables.cases import Deadline, Stage


def rewrite_stages(session: Session, deadline: Deadline, now: datetime) -> None:
    """Bring the rungs that are still to come to the deadline's new due time.

    What was told stays told; a rung that comes again under a later limit is told again. Rungs whose time would lie
    before `now` end, but that of the miss: it is told at once. One found late keeps its rungs: they follow its
    handling limit.
    """
    if deadline.found_late:
        return
    rungs = rungs_to_write(session, deadline.ladder)
    found = looks(rungs, deadline.start_at, deadline.due_at, now)
    times = {look.rung.rung: look for look in found if not look.rung.at.startswith("start")}
    asked = [stage for stage in deadline.stages if stage.state == "pending"]
    pending = {stage.rung: stage for stage in asked if _follows_due(session, deadline, stage)}
    for name, stage in pending.items():
        _move(stage, times.get(name))
    for name in times.keys() - pending.keys():
        turn = max((stage.turn + 1 for stage in deadline.stages if stage.rung == name), default=0)
        at = times[name].at
        session.add(Stage(deadline_id=deadline.id, rung=name, turn=turn, due_at=at, look_at=at))
    session.flush()
    session.expire(deadline, ["stages"])


def _follows_due(session: Session, deadline: Deadline, stage: Stage) -> bool:
    """Return whether a rung follows the due time; those counted from the opening do not."""
    return not rung_named(session, deadline.ladder, stage.rung).at.startswith("start")


def _move(stage: Stage, look: Look | None) -> None:
    if look is None:
        stage.state, stage.look_at = "cancelled", None
    else:
        stage.due_at, stage.look_at, stage.attempts = look.at, look.at, 0
