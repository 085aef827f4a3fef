"""What must hold after anything that happens: the promises I1 to I7, each as one question to the database."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from domain.case import LeadState
from store import journal
from store.db import reading
from store.deadlines import told_with
from store.tables.cases import Case, Deadline, Lead, Stage
from store.tables.journal import JournalEntry
from store.tables.notices import Notice

PATIENCE = timedelta(seconds=60)


def every_matter_is_clocked() -> None:
    """I1: an open lead has its limit, a suspected one and a case their duties, and what runs has rungs to come."""
    with reading() as session:
        for lead in session.scalars(select(Lead).where(Lead.state == str(LeadState.OPEN))):
            rules = {deadline.rule for deadline in lead.deadlines if deadline.state == "open"}
            assert lead.quiet or "LEAD_CONFIRM" in rules, f"lead {lead.id} has no limit"
            assert not lead.suspected or rules >= {"AUTH_RELEASE", "PRESS_CONF"}, f"lead {lead.id} has no clocks"
        for case in session.scalars(select(Case)):
            assert case.deadlines, f"case {case.id} has no duties"
        asked = select(Deadline).where(Deadline.state == "open", Deadline.ladder == "duty")
        for deadline in session.scalars(asked):
            told_out = deadline.found_late and deadline.handle_by is None
            waiting = any(stage.state == "pending" for stage in deadline.stages)
            assert told_out or waiting, f"deadline {deadline.id} will never be told"


def late_rungs(now: datetime) -> list[int]:
    """I2: return the rungs of running duties that should have been told by now and were not."""
    with reading() as session:
        asked = select(Stage.id).join(Deadline).where(Deadline.state == "open", Stage.state == "pending")
        return list(session.scalars(asked.where(Stage.due_at < now - PATIENCE, Stage.look_at < now - PATIENCE)))


def told_once() -> None:
    """I3: nobody has two notices of one rung on one channel."""
    with reading() as session:
        asked = select(Notice.stage_id, Notice.topic, Notice.person_id, Notice.channel)
        counts = Counter(tuple(row) for row in session.execute(asked.where(Notice.stage_id.is_not(None))))
    assert [row for row, count in counts.items() if count > 1] == []


def nothing_for_ended(message_id: str) -> None:
    """I5: a notice that is being sent belongs to a duty that still runs."""
    with reading() as session:
        notice = session.scalars(select(Notice).where(Notice.message_id == message_id)).one()
        assert notice.state == "pending", f"notice {notice.id} is sent though it is {notice.state}"
        assert notice.stage is None or told_with(session, notice.stage, open_only=True), f"notice {notice.id} is late"


def chain_holds() -> None:
    """I6: the journal is unbroken."""
    with reading() as session:
        assert journal.first_broken(session) is None


def due_times_are_journaled() -> None:
    """I7: every due time is the one the journal tells of last."""
    said: dict[int, str] = {}
    with reading() as session:
        for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.seq)):
            if "due" in entry.facts and "deadline" in entry.facts:
                said[entry.facts["deadline"]] = entry.facts["due"]
        for deadline in session.scalars(select(Deadline)):
            assert datetime.fromisoformat(said[deadline.id]) == deadline.due_at, f"deadline {deadline.id} was moved"
