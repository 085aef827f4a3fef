"""Scenario 2: the clock is killed exactly between two steps. Only a mail that was taken and not yet written down is
sent again, under the same Message-ID; nothing is lost, whatever the point."""

import signal
from datetime import timedelta

import pytest
from alerts_story import propose
from clock_process import PATIENCE, outstanding, promises_hold
from service import until
from sqlalchemy import func, select

from store.db import reading
from store.tables.notices import Notice

pytestmark = pytest.mark.usefixtures("bureau")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
HELD = timedelta(seconds=31)
"""What was taken by a process that died comes back after its hold of 30 s."""
MATTERS = ("多名学生饭后腹泻送医", "某商场燃气泄漏多人送医", "一工地塔吊倒塌多人受伤")


@pytest.fixture
def killed_at(wall, clock_on, tmp_path):
    """Kills one clock after the other at the points given, each when matters come up; the last one tells the rest."""

    def story(*points):
        for number, point in enumerate(points):
            for title in MATTERS:
                propose(wall.now(), f"{title}（{number}）")
            # One sender, so that no other one is in the middle of a mail of its own.
            fault = {"FAULT": "dies", "FAULT_MARK": str(tmp_path / f"killed{number}"), "CLOCK_SENDERS": "1"}
            with clock_on(FAULT_POINT=point, **fault) as clock:
                assert clock.wait(PATIENCE) == -signal.SIGKILL
            wall.ahead(HELD * (number + 1))
        with clock_on():
            until(lambda: outstanding(wall.now()) == 0, PATIENCE)
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Notice)) == len(MATTERS) * len(points)

    return story


@SQLITE
@pytest.mark.parametrize("point", ["rung taken", "rung not committed", "rung told"])
def test_scenario_2_killed_while_it_tells(point, killed_at, wall, mailbox):
    killed_at(point)
    promises_hold(wall.now(), mailbox)


@SQLITE
def test_scenario_2_killed_after_claim(killed_at, wall, mailbox):
    killed_at("notice taken")
    promises_hold(wall.now(), mailbox)


@SQLITE
def test_scenario_2_killed_before_smtp(killed_at, wall, mailbox):
    killed_at("before SMTP")
    promises_hold(wall.now(), mailbox)


@SQLITE
@pytest.mark.parametrize("point", ["mail taken", "outcome not committed"])
def test_scenario_2_killed_after_the_mail_was_taken_before_commit(point, killed_at, wall, mailbox):
    killed_at(point)
    promises_hold(wall.now(), mailbox, extra=1)


@SQLITE
def test_scenario_2_killed_after_commit(killed_at, wall, mailbox):
    killed_at("outcome committed")
    promises_hold(wall.now(), mailbox)


@POSTGRES
def test_scenario_2_killed_at_one_point_after_the_other(killed_at, wall, mailbox):
    killed_at("rung not committed", "notice taken", "mail taken", "outcome not committed")
    promises_hold(wall.now(), mailbox, extra=2)
