"""After the wall clock was set back by two hours nothing waits two hours; what waits as it should goes on waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from alerts_story import confirm, propose
from invariants import due_times_are_journaled
from sqlalchemy import select, update

from alerts import clock
from alerts.set_back import bring_forward
from store import allowance, returns
from store.channels import PHONE, shut_until
from store.db import reading, transaction
from store.tables.cases import Case, Stage
from store.tables.handling import Bounce
from store.tables.notices import Notice
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]


@pytest.fixture
def told(t0: datetime) -> int:
    """The id of the one notice of a suspected emergency, told at t0 by a clock that was two hours ahead."""
    propose(t0)
    clock.tick(t0)
    with reading() as session:
        return session.scalars(select(Notice.id)).one()


def times(notice_id: int) -> tuple[datetime | None, datetime | None]:
    """Return when a notice is sent and when it is followed up."""
    with reading() as session:
        notice = session.get_one(Notice, notice_id)
        return notice.send_at, notice.chase_at


def set_back(now: datetime, in_hand: tuple[int, ...] = (), **found: object) -> None:
    """Let the one notice be found as said, and what follows after the clock was set back to `now`."""
    with transaction() as session:
        session.execute(update(Notice).values(**found))
    with transaction() as session:
        bring_forward(session, now, in_hand)


@pytest.mark.parametrize(
    ("attempts", "minutes_ahead", "channel", "waits"),
    [
        (1, 120.25, "email", False),
        (3, 1, "email", True),
        (3, 1.5, "email", False),
        (9, 5, "email", True),
        (9, 5.5, "email", False),
        (1, 0.5, "email", True),
        (0, 5, PHONE, True),
        (0, 125, PHONE, False),
    ],
)
def test_a_notice_waits_no_longer_than_its_own_pause(
    attempts: int, minutes_ahead: float, channel: str, waits: bool, told: int, minutes: At
) -> None:
    set_back(minutes(0), attempts=attempts, send_at=minutes(minutes_ahead), channel=channel)
    assert times(told)[0] == minutes(minutes_ahead if waits else 0)


def test_what_is_being_sent_right_now_stays_with_its_sender(told: int, minutes: At) -> None:
    set_back(minutes(0), in_hand=(told,), send_at=minutes(120.5), attempts=1)
    assert times(told)[0] == minutes(120.5)


def test_who_does_not_acknowledge_is_followed_up_after_the_usual_wait(told: int, minutes: At) -> None:
    set_back(minutes(0), chase_at=minutes(124))
    assert times(told)[1] == minutes(5)
    set_back(minutes(0), chase_at=minutes(3))
    assert times(told)[1] == minutes(3)


def test_a_rung_that_was_taken_comes_back_and_one_not_yet_due_does_not(minutes: At) -> None:
    propose(minutes(0))
    with transaction() as session:
        session.execute(update(Stage).where(Stage.rung == "proposed").values(look_at=minutes(120.5)))
        bring_forward(session, minutes(1))
    with reading() as session:
        found = {stage.rung: (stage.look_at, stage.due_at) for stage in session.scalars(select(Stage))}
    assert found["proposed"] == (minutes(0), minutes(0))
    assert found["unconfirmed_leader"] == (minutes(10), minutes(10))
    due_times_are_journaled()


def test_what_changed_hands_is_told(minutes: At) -> None:
    case_id = confirm(propose(minutes(0)), minutes(0))
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        case = session.get_one(Case, case_id)
        asked = returns.Asked(case.unit, minutes(120), "电话", "不属本科室职责")
        returns.ask(session, case, asked, officer, minutes(120))
        bring_forward(session, minutes(0))
    with reading() as session:
        assert session.scalars(select(Bounce.tell_at)).one() == minutes(0)


def test_a_channel_counts_from_now_on_and_opens(minutes: At) -> None:
    with transaction() as session:
        for _ in range(6):
            allowance.claim(session, "wecom_robot", minutes(120), legal=True)
        allowance.shut(session, "sms", minutes(121), minutes(120))
        bring_forward(session, minutes(0))
        assert shut_until(session, "sms", minutes(0)) is None
        assert allowance.tokens_left(session, "wecom_robot", minutes(0)) == 4
        assert allowance.tokens_left(session, "wecom_robot", minutes(0.3)) == 7
        allowance.shut(session, "sms", minutes(10), minutes(0))
        bring_forward(session, minutes(0))
        assert shut_until(session, "sms", minutes(0)) == minutes(10), "a channel shut by right stays shut"


def test_nothing_changes_at_an_ordinary_start(told: int, minutes: At) -> None:
    before = times(told)
    with transaction() as session:
        bring_forward(session, minutes(0))
    assert times(told) == before
    assert before == (minutes(0), minutes(0) + timedelta(minutes=5))
