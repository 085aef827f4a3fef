"""Limits that may not become later: what is written anew for a matter keeps the due times it had before."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from store import journal
from store.stages import rewrite_stages
from store.tables.cases import Deadline, Lead


def due_of(deadline: Deadline) -> datetime:
    """Return until when a duty has to be done: its handling limit where it was found late, else its due time."""
    return deadline.handle_by or deadline.due_at


def dues(deadlines: Iterable[Deadline]) -> dict[str, datetime]:
    """Return the earliest due time of the open duties, by rule; limits of tickets are their own and left out."""
    found: dict[str, datetime] = {}
    for one in deadlines:
        if one.state == "open" and not one.given:
            found[one.rule] = min(due_of(one), found.get(one.rule, due_of(one)))
    return found


def never_later(session: Session, lead: Lead, than: Mapping[str, datetime], now: datetime) -> None:
    """Bring the open duties of a lead that fall due later than `than` says, by rule, to that time; rungs follow."""
    session.refresh(lead, ["deadlines"])
    for deadline in lead.deadlines:
        limit = than.get(deadline.rule)
        if deadline.state == "open" and not deadline.given and limit is not None and limit < due_of(deadline):
            _bring(session, deadline, limit, now)


def _bring(session: Session, deadline: Deadline, limit: datetime, now: datetime) -> None:
    was = due_of(deadline)
    if deadline.handle_by is not None:
        deadline.handle_by = limit
        for stage in deadline.stages:
            if stage.state == "pending" and stage.due_at > limit:
                stage.due_at = stage.look_at = max(limit, now)
    else:
        deadline.due_at = limit
        rewrite_stages(session, deadline, now)
    session.flush()
    facts = {"deadline": deadline.id, "was": was, "due": deadline.due_at, "handle_by": deadline.handle_by}
    journal.record(session, "system", "move_due", f"lead-{deadline.lead_id}", now, **facts)
