"""Scenario 29: a tick comes to no end. Mail goes on; the auditor and the outside heartbeat show it; after its limit the
process is ended, the supervisor starts it anew, and what fell due is told."""

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import clock_process
import pytest
from alerts_story import propose
from clock_process import PATIENCE, beat_at, outstanding, promises_hold
from service import until
from services.provider import provider
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from alerts.auditor import Watch
from alerts.checks import PROCESSES
from huiying.output import Output
from huiying.supervisor import Child, Supervisor
from store import notices
from store.db import transaction
from store.notices import Message
from store.office import beat
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("bureau")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STUCK = "3"
"""Seconds, counted from where it hangs, instead of two minutes from the beginning of the tick."""
LATER = timedelta(seconds=65)
"""After so long the silence of a process is a finding, and the rung it held comes back."""


@pytest.fixture
def supervised(clock_env, tmp_path):
    """Gives what keeps the clock process alive as `huiying up` does until the `with` ends."""

    @contextmanager
    def story(**env):
        child = Child("clock", clock_process.command(), {**clock_env, "CLOCK_STUCK": STUCK, **env})
        with (
            (tmp_path / "screen").open("wb") as screen,
            Output(tmp_path / "log", screen=screen.fileno()) as output,
            Supervisor(output) as supervisor,
        ):
            supervisor.start(child)
            yield Supervised(supervisor, child)

    return story


@dataclass
class Supervised:
    """The supervisor with its one child."""

    supervisor: Supervisor
    child: Child

    def until(self, what):
        """Let the supervisor work until something is true."""
        began = time.monotonic()
        while not what():
            assert time.monotonic() - began < PATIENCE, what
            self.supervisor.turn(0.05)


@pytest.fixture
def watch(settings, wall):
    """Gives what the auditor finds at a time, and how often the outside heartbeat was visited until then."""
    with provider() as outside:
        watch = Watch(replace(settings, heartbeat_url=outside.url("/beat")), wall.now())

        def look(at):
            with suppress(OperationalError), transaction() as session:
                for name in PROCESSES.keys() - {"clock", "sender"}:
                    beat(session, name, at)
            return {one.code for one in watch.look(at)}, len(outside.asked)

        yield look


@SQLITE
def test_scenario_29_mail_goes_on_while_a_tick_is_stuck(clock_on, wall, mailbox, tmp_path):
    propose(wall.now())
    mark = tmp_path / "stuck"
    with clock_on(FAULT_POINT="rung taken", FAULT="sleeps", FAULT_MARK=str(mark)):
        until(mark.exists, PATIENCE)
        with transaction() as session:
            person = session.scalars(select(Person)).first()
            notices.write(session, person, "notice", Message("通知", "正文"), wall.now())
        until(lambda: mailbox.mails, PATIENCE)


@SQLITE
@pytest.mark.parametrize(
    ("point", "fault"),
    [("rung taken", "sleeps"), ("rung not committed", "sleeps"), ("rung taken", "holds the interpreter")],
    ids=["asleep", "asleep with the database locked", "holding the interpreter"],
)
def test_scenario_29_a_stuck_tick_is_seen_ended_and_made_up_for(
    point, fault, supervised, watch, wall, mailbox, tmp_path
):
    propose(wall.now())
    mark = tmp_path / "stuck"
    with supervised(FAULT_POINT=point, FAULT=fault, FAULT_MARK=str(mark)) as clock:
        clock.until(mark.exists)
        stuck = clock.child.process
        found, visits = watch(wall.now() + LATER)
        assert found & {"silent_clock", "database"}
        assert visits == 0, "the heartbeat outside stops too"
        wall.ahead(LATER)
        clock.until(lambda: clock.child.process not in (stuck, None))
        clock.until(lambda: beat_at("clock") > wall.now() - LATER / 2 and outstanding(wall.now()) == 0)
        found, visits = watch(wall.now())
        assert (found, visits) == (set(), 1)
    promises_hold(wall.now(), mailbox)
    log = (tmp_path / "log" / "clock.log").read_text()
    assert "in faulty" in log, "where it hung can be read"
    assert "进程被信号 SIGALRM 结束" in log
    assert "立即重新启动" in log
