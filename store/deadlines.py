"""Deadlines with all their rungs: written, met, made void, always in the caller's transaction."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.case import is_found_late
from domain.escalation import MERGED, looks
from domain.regulations import Rule, due_at
from store import journal
from store.calendar import calendar
from store.db import hold
from store.ladders import rungs_to_write
from store.limits import rule_for, rule_of
from store.stages import rewrite_stages
from store.tables.cases import Case, Deadline, Lead, Stage
from store.tables.notices import Notice

TRANSFER = "transfer"
"""What meets any duty of a case: another department took it over and its receipt is recorded."""

CARRIED = (
    *("rule", "ladder", "start_at", "due_at", "handle_by", "found_late"),
    *("calendar_provisional", "extended", "extended_why", "complex", "given"),
)


def write_deadline(
    session: Session,
    lead: Lead,
    code: str,
    start: datetime,
    now: datetime,
    *,
    ladder: str,
    limit: datetime | None = None,
    known_at: datetime | None = None,
    shorter: tuple[Rule, str] | None = None,
) -> Deadline:
    """Write one duty of a matter with its whole ladder and return it.

    `start` is T0. Where the legal limit was already over when we could first know of the duty (`known_at`, else the
    detection), the duty keeps its legal due time, is marked found late, and its rungs follow a handling limit of the
    same length from `now` on. A quiet lead gets no rungs. `shorter` is the rule with a shorter limit, and why it is.
    """
    asked, days = shorter[0] if shorter else rule_of(session, code), calendar(session)
    due = due_at(asked, start, days, limit=limit)
    deadline = Deadline(
        lead_id=lead.id,
        case_id=lead.case.id if lead.case else None,
        rule=code,
        ladder=ladder,
        start_at=start,
        due_at=due.at,
        calendar_provisional=due.provisional,
        given=limit is not None,
        shortened_why=shorter[1] if shorter else None,
        found_late=is_found_late(due.at, known_at or lead.detected_at),
    )
    if deadline.found_late:
        deadline.handle_by = due_at(asked, now, days).at if limit is None else None
    session.add(deadline)
    session.flush()
    if not lead.quiet or ladder not in ("lead", "suspected"):
        write_stages(session, deadline, now)
    journal.record(
        session, "system", "write_deadline", f"lead-{lead.id}", now, deadline=deadline.id, rule=code, due=due.at
    )
    return deadline


def write_duty(
    session: Session, lead: Lead, code: str, start: datetime, now: datetime, known_at: datetime | None = None
) -> Deadline:
    """Write a clock of a case; where its limit stands on the item itself, with that limit (办件单、交办文件)."""
    limit = lead.given_limit if rule_of(session, code).unit == "given" else None
    begin = min(start, limit) if limit else start
    return write_deadline(session, lead, code, begin, now, ladder="duty", limit=limit, known_at=known_at)


def write_stages(session: Session, deadline: Deadline, now: datetime) -> None:
    """Write the rungs of a deadline that was opened at `now`, each asking to be looked at in its time.

    One found late without a handling limit of its own (the limit stood on its document) is told once.
    """
    start = now if deadline.found_late else deadline.start_at
    end = deadline.handle_by or (now if deadline.found_late else deadline.due_at)
    found = looks(rungs_to_write(session, deadline.ladder), start, end, now)
    for look in found if deadline.handle_by or not deadline.found_late else found[:1]:
        session.add(Stage(deadline_id=deadline.id, rung=look.rung.rung, due_at=look.at, look_at=look.at))
    session.flush()


def tell_again(session: Session, deadline: Deadline, now: datetime) -> None:
    """Ask for the opening rung once more: its unit was not told before confirmation, or leads only now."""
    asked = select(func.count()).where(Stage.deadline_id == deadline.id, Stage.rung == "opened")
    turn = session.scalar(asked) or 0
    session.add(Stage(deadline_id=deadline.id, rung="opened", turn=turn, due_at=now, look_at=now))
    session.flush()


def extend(
    session: Session, deadline: Deadline, now: datetime, person_id: int, why: str, *, complex_: bool = False
) -> None:
    """Give an open duty the longer limit its rule knows: the extension, or that of a complex case (`complex_`).

    The due time is counted anew from the start, the rungs to come follow it, the journal keeps the old one. Source:
    政府信息公开条例第三十三条（延长）, 国办发〔2017〕47号（复杂情形）. ValueError where the rule knows none, it was
    used before, the duty is not open or stands on its document, or the reason is missing.
    """
    hold(session, deadline.lead, deadline)
    _may_extend(deadline, why, complex_)
    extended, complicated = deadline.extended or not complex_, deadline.complex or complex_
    due = due_at(rule_for(deadline), deadline.start_at, calendar(session), extended=extended, complex_=complicated)
    was, deadline.due_at = deadline.due_at, max(due.at, deadline.due_at)
    deadline.extended, deadline.complex, deadline.extended_why = extended, complicated, why.strip()
    deadline.calendar_provisional = due.provisional
    if due.at > now:
        deadline.found_late, deadline.handle_by = False, None
    rewrite_stages(session, deadline, now)
    facts = {"deadline": deadline.id, "was": was, "due": deadline.due_at, "complex": complex_}
    journal.record(session, _actor(person_id), "extend", f"lead-{deadline.lead_id}", now, **facts)


def _may_extend(deadline: Deadline, why: str, complex_: bool) -> None:
    """Raise ValueError in the user's words where a duty cannot be extended."""
    if deadline.state != "open":
        raise ValueError("这项时限已经办结或作废")
    if deadline.given:
        raise ValueError("时限写在办件单或交办文件上，请与交办单位商定")
    if deadline.complex if complex_ else deadline.extended:
        raise ValueError("这项时限已经延长过")
    if not why.strip():
        raise ValueError("请写明延长的理由")


def carry(session: Session, deadline: Deadline, lead: Lead, now: datetime) -> Deadline:
    """Write an open duty once more at another matter, which goes on with it: the same start, never due later."""
    made = Deadline(
        lead_id=lead.id,
        case_id=lead.case.id if lead.case else None,
        **{name: getattr(deadline, name) for name in CARRIED},
    )
    session.add(made)
    session.flush()
    write_stages(session, made, now)
    facts = {"deadline": made.id, "rule": made.rule, "due": made.due_at, "from": deadline.id}
    journal.record(session, "system", "write_deadline", f"lead-{lead.id}", now, **facts)
    return made


def meet(
    session: Session, deadline: Deadline, met_at: datetime, now: datetime, person_id: int | None, how: str
) -> None:
    """Record that a duty was met at `met_at` (the actual time of the act); its rungs and unsent notices end.

    `how` is what its rule asks for, or transfer. ValueError if it is something else, if the duty is not open, or if
    the act lies in the future.
    """
    hold(session, deadline.lead, deadline)
    if how not in (rule_for(deadline).met_by, TRANSFER):
        raise ValueError(f"这项时限要的是{rule_for(deadline).duty}，登记的内容与它不符")
    if deadline.state != "open":
        raise ValueError("这项时限已经办结或作废")
    if met_at > now:
        raise ValueError("实际时间不能晚于现在")
    deadline.state, deadline.met_at, deadline.met_how = "met", met_at, how
    deadline.recorded_at, deadline.recorded_by = now, person_id
    _end_stages(session, deadline)
    journal.record(
        session,
        _actor(person_id),
        "meet",
        f"lead-{deadline.lead_id}",
        now,
        deadline=deadline.id,
        met_at=met_at,
        how=how,
    )


def void(session: Session, deadline: Deadline, now: datetime, person_id: int | None, why: str) -> None:
    """Make an open duty void (dismissed, regraded), with the reason; it stays in the history."""
    hold(session, deadline.lead, deadline)
    if deadline.state != "open":
        return
    deadline.state, deadline.void_why = "void", why
    deadline.recorded_at, deadline.recorded_by = now, person_id
    _end_stages(session, deadline)
    journal.record(session, _actor(person_id), "void", f"lead-{deadline.lead_id}", now, deadline=deadline.id)


def _end_stages(session: Session, deadline: Deadline) -> None:
    """Cancel pending rungs and notices not yet sent: nothing is sent for a duty after it was met.

    A notice that tells several duties of the matter at once stays while one of them is open; the sender leaves the
    others out of it.
    """
    session.execute(
        update(Stage)
        .where(Stage.deadline_id == deadline.id, Stage.state == "pending")
        .values(state="cancelled", look_at=None)
    )
    session.flush()
    asked = select(Notice).where(Notice.lead_id == deadline.lead_id, Notice.state == "pending")
    for notice in session.scalars(asked.where(Notice.stage_id.is_not(None))):
        if notice.stage is not None and not told_with(session, notice.stage, open_only=True):
            # By a condition in the database, because the sender may have sent it meanwhile.
            pending = update(Notice).where(Notice.id == notice.id, Notice.state == "pending")
            session.execute(pending.values(state="cancelled", send_at=None))


def told_with(session: Session, stage: Stage, *, open_only: bool = False) -> list[Stage]:
    """Return the rungs that were told in one message with `stage`, itself included, by due time of their duties.

    Duties of one confirmation, and reminders of one hour, are merged to one message per person. `open_only` leaves
    out those whose duty has ended.
    """
    asked = select(Stage).join(Deadline).order_by(Deadline.due_at, Stage.id)
    if stage.rung in MERGED and stage.told_at is not None:
        together = (Stage.rung == stage.rung, Stage.told_at == stage.told_at)
        found = list(session.scalars(asked.where(Deadline.lead_id == stage.deadline.lead_id, *together)))
    else:
        found = [stage]
    return [one for one in found if not open_only or one.deadline.state == "open"]


def _actor(person_id: int | None) -> str:
    return f"person-{person_id}" if person_id is not None else "system"


def hand_to_case(session: Session, lead: Lead, case: Case) -> None:
    """Give the duties of a confirmed lead to its case, the ended ones too: they are its history."""
    for deadline in lead.deadlines:
        deadline.case_id = case.id
    session.flush()


def open_deadlines(session: Session) -> list[Deadline]:
    """Return all open duties of leads and cases, the next to fall due first; internal limits of leads included."""
    return list(
        session.scalars(select(Deadline).where(Deadline.state == "open").order_by(Deadline.due_at, Deadline.id))
    )
