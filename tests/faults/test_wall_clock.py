"""Scenario 23: the wall clock is set while the clock process runs. Nothing is untold, nothing is told twice, nothing
waits for a time that has gone, and the jump is a finding."""

from datetime import timedelta

import pytest
from alerts_story import confirm, propose
from clock_process import PATIENCE, beat_at, copies, jump_finding, jumped, outstanding, promises_hold
from service import until
from services.smtp import SLOW
from sqlalchemy import select

from store.db import reading
from store.tables.cases import Stage
from store.tables.notices import Notice

pytestmark = pytest.mark.usefixtures("bureau")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOURS = timedelta(hours=2)
MINUTES = timedelta(minutes=4)
"""Past the hold of a mail on its way, and before the next rung."""
AS_USUAL = timedelta(0)


def told():
    """Return when each rung was told, by its id."""
    with reading() as session:
        return {stage.id: stage.told_at for stage in session.scalars(select(Stage).where(Stage.state == "told"))}


def sent():
    """Return how many notices were sent."""
    with reading() as session:
        return len(session.scalars(select(Notice.id).where(Notice.state == "sent")).all())


def looks_for_mail(wall, times):
    """Wait for so many signs of life of the sender since its wall clock was set."""
    for _ in range(times):
        now = wall.now()
        until(lambda now=now: now <= beat_at("sender") < now + MINUTES / 2, PATIENCE)


def nothing_is_left(wall):
    """Wait until all is told and sent that is due by the time of now."""
    until(lambda: outstanding(wall.now()) == 0, PATIENCE)


def test_scenario_23_the_wall_clock_goes_two_hours_forward_and_back(wall, clock_on, mailbox):
    with clock_on():
        confirm(propose(wall.now()), wall.now())
        propose(wall.now(), "超市价签不符", opens="lead")
        until(lambda: sent() == 4, PATIENCE)
        wall.ahead(HOURS)
        until(lambda: jumped(HOURS), PATIENCE)
        nothing_is_left(wall)
        assert jump_finding(wall.now()).startswith("系统时间向前跳变")
        before, mails = told(), copies(mailbox)
        assert len(mails) > 4, "what fell due in between is told"
        wall.ahead(AS_USUAL)
        until(lambda: jumped(-HOURS), PATIENCE)
        looks_for_mail(wall, times=2)
        nothing_is_left(wall)
        assert jump_finding(wall.now()).startswith("系统时间向后跳变")
        assert (told(), copies(mailbox)) == (before, mails), "nothing is untold, nothing is told again"
        propose(wall.now(), "又一起集体腹泻")
        until(lambda: len(mailbox.mails) == len(mails) + 1 and outstanding(wall.now()) == 0, PATIENCE)
    promises_hold(wall.now(), mailbox)


@SQLITE
@pytest.mark.parametrize("by", [MINUTES, -MINUTES], ids=["forward", "back"])
def test_scenario_23_the_wall_clock_jumps_while_a_mail_is_on_its_way(by, wall, clock_on, mailbox):
    mailbox.then(SLOW)
    with clock_on(SMTP_PATIENCE="60"):
        propose(wall.now())
        until(lambda: mailbox.asked == 1, PATIENCE)
        wall.ahead(by)
        until(lambda: jumped(by), PATIENCE)
        # After their second sign of life the other senders have looked once at all there is.
        looks_for_mail(wall, times=2)
        mailbox.go.set()
        nothing_is_left(wall)
    promises_hold(wall.now(), mailbox)


def waits_for_its_next_try():
    """Return whether the one notice was refused for now and waits."""
    with reading() as session:
        notice = session.scalars(select(Notice)).first()
    return notice is not None and notice.error and notice.send_at > notice.created_at + timedelta(seconds=14)


def arrives(wall, mailbox):
    """The mail arrives in spite of its time, and whoever does not acknowledge it is called after the usual wait."""
    until(lambda: sent() == 1, PATIENCE)
    promises_hold(wall.now(), mailbox)
    with reading() as session:
        assert session.scalars(select(Notice.chase_at)).one() <= wall.now() + timedelta(minutes=5)


@SQLITE
def test_scenario_23_what_was_put_off_is_not_held_up_by_a_clock_set_back(wall, clock_on, mailbox):
    wall.ahead(HOURS)
    mailbox.refuse("duty_officer@qingyuan.example", "450 try later")
    with clock_on():
        propose(wall.now())
        until(waits_for_its_next_try, PATIENCE)
        mailbox.refused.clear()
        wall.ahead(AS_USUAL)
        arrives(wall, mailbox)


@SQLITE
def test_scenario_23_nor_by_one_set_back_while_nobody_ran(wall, clock_on, mailbox):
    wall.ahead(HOURS)
    mailbox.refuse("duty_officer@qingyuan.example", "450 try later")
    with clock_on():
        propose(wall.now())
        until(waits_for_its_next_try, PATIENCE)
    mailbox.refused.clear()
    wall.ahead(AS_USUAL)
    with clock_on():
        arrives(wall, mailbox)
