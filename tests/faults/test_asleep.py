"""Scenario 24: the machine sleeps for six hours. What fell due meanwhile is told once a clock, by its highest rung, and
marked 迟发; what was met before is not told at all."""

import os
import signal
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from alerts_office import POSTS
from alerts_story import OF_RUNGS, confirm, duty, propose
from clock_process import PATIENCE, jump_finding, jumped, outstanding, promises_hold
from service import until
from sqlalchemy import select

from domain.regulations import rule
from store import deadlines
from store.db import reading, transaction
from store.tables.cases import Deadline, Stage
from store.tables.notices import Notice

pytestmark = pytest.mark.usefixtures("bureau")
SLEPT = timedelta(hours=6)


@contextmanager
def asleep(process, wall):
    """Stop the process; when it goes on, hours have passed on the wall clock and none on the steady one."""
    os.kill(process.pid, signal.SIGSTOP)
    until(lambda: Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T", PATIENCE)
    yield
    wall.ahead(SLEPT)
    os.kill(process.pid, signal.SIGCONT)


def rungs(deadline_id):
    """Return what became of each rung of a duty that came once, in order of its time."""
    asked = select(Stage).where(Stage.deadline_id == deadline_id, Stage.turn == 0).order_by(Stage.due_at)
    with reading() as session:
        return {stage.rung: stage.state for stage in session.scalars(asked) if stage.rung != "opened"}


def told_since(at, lead):
    """Return (person, subject) of what was told of a matter's rungs since then; all of it counted as late."""
    asked = select(Notice).where(Notice.created_at >= at, Notice.lead_id == lead, *OF_RUNGS).order_by(Notice.person_id)
    with reading() as session:
        found = list(session.scalars(asked))
        assert all(notice.late_s > 60 for notice in found)
        return [(notice.person.name, notice.subject) for notice in found]


def lead_limit(lead):
    """Return the id of the limit within which a lead has to be judged."""
    with reading() as session:
        return session.scalars(select(Deadline.id).where(Deadline.lead_id == lead)).one()


def meet(case, code, at):
    """Meet a duty of a case."""
    with transaction() as session:
        deadline = session.get_one(Deadline, duty(case, code))
        deadlines.meet(session, deadline, at, at, None, rule(code).met_by)


def test_scenario_24_a_machine_that_slept_tells_each_clock_once(wall, clock_on, mailbox):
    fire, flood = (propose(wall.now(), title) for title in ("仓库起火多人受伤", "水库垮坝多人被困"))
    cases = [confirm(lead, wall.now()) for lead in (fire, flood)]
    lead = propose(wall.now(), "超市价签不符", opens="lead")
    with clock_on() as process:
        until(lambda: mailbox.mails and outstanding(wall.now()) == 0, PATIENCE)
        meet(cases[1], "AUTH_RELEASE", wall.now())
        with asleep(process, wall):
            before = wall.now()
        until(lambda: jumped(SLEPT) and outstanding(wall.now()) == 0, PATIENCE)
    late = told_since(before, fire)
    assert [name for name, _ in late] == list(POSTS.values()), "each of those whom the highest rung tells, once"
    assert all(subject.startswith("【舆情逾期·红·迟发】") for _, subject in late)
    passed = dict.fromkeys(("half", "last_hour", "last_quarter", "hourly"), "superseded")
    assert rungs(duty(cases[0], "AUTH_RELEASE")) == {**passed, "missed": "told"}
    assert [subject[:11] for _, subject in told_since(before, lead)] == ["【线索·未研判·迟发】"] * 2
    assert rungs(lead_limit(lead)) == {"proposed": "told", "unjudged": "told"}
    assert told_since(before, flood) == [], "one duty was met, of the other nothing fell due"
    assert set(rungs(duty(cases[1], "AUTH_RELEASE")).values()) == {"cancelled"}
    assert jump_finding(wall.now()).startswith("系统时间向前跳变")
    promises_hold(wall.now(), mailbox)
