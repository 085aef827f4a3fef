"""Notices: once per person and topic, acknowledged once, tried again in time."""

from datetime import timedelta

import pytest
from making import FOOD, HOUR, MINUTE, T, lead, office, person
from sqlalchemy import select
from writers import at_once, change

from domain.case import CaseState, Level
from store import db, journal, leads, notices, people
from store.notices import Message, acknowledge, proof, retry_after, write
from store.tables import Delivery, JournalEntry, Lead, Notice, Person

SAID = Message("〔红〕主题", "正文", "<p>正文</p>")


@pytest.fixture
def session(session):
    office(session)
    return session


def named(session, name):
    return session.scalars(select(Person).where(Person.name == name)).one()


def test_a_notice_is_due_at_once_and_carries_all_that_is_said(session):
    one = write(session, named(session, "主任A"), "stage-1", SAID, T, asks_ack=True, late_s=90)
    session.refresh(one)
    assert (one.address, one.subject, one.text, one.html) == (
        "主任A@office.example",
        SAID.subject,
        SAID.text,
        SAID.html,
    )
    assert (one.send_at, one.state, one.attempts, one.channel) == (T, "pending", 0, "email")
    assert (one.legal, one.asks_ack, one.late_s, one.created_at) == (True, True, 90, T)
    assert one.message_id.startswith("<")
    assert one.message_id.endswith(">")


def test_nobody_is_told_the_same_thing_twice(session):
    officer, director = named(session, "值班员A"), named(session, "主任A")
    first = write(session, officer, "stage-1", SAID, T)
    assert first is not None
    assert write(session, officer, "stage-1", Message("别的", "别的"), T + HOUR) is None
    assert write(session, director, "stage-1", SAID, T) is not None
    assert write(session, officer, "stage-2", SAID, T) is not None
    assert len({one.message_id for one in session.scalars(select(Notice))}) == 3
    assert first.subject == SAID.subject


def test_of_many_that_tell_the_same_at_once_one_does_and_none_fails(database):
    with db.transaction() as session:
        id_ = office(session).id

    def tell(session):
        return write(session, session.get_one(Person, id_), "digest-2026-11-22", SAID, T) is not None

    assert sorted(at_once(*[change(tell)] * 4)) == [False, False, False, True]


@pytest.mark.parametrize("email", [None, ""])
def test_who_has_no_address_cannot_be_told(session, email):
    assert write(session, person(session, "值班员B", email=email), "stage-1", SAID, T) is None


def test_the_notices_of_a_matter_share_a_thread(session):
    found = lead(session)
    one = write(session, named(session, "主任A"), "a", SAID, T, lead_id=found.id, stage=found.deadlines[0].stages[0])
    two = write(session, named(session, "主任A"), "b", SAID, T, lead_id=found.id)
    assert one.thread == two.thread is not None
    assert write(session, named(session, "主任A"), "c", SAID, T).thread is None
    assert notices.of_lead(session, found.id) == [two, one]


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 15), (1, 15), (2, 30), (3, 60), (4, 120), (5, 300), (99, 300)])
def test_it_is_tried_again_soon_and_then_every_five_minutes(attempts, seconds):
    assert retry_after(attempts) == timedelta(seconds=seconds)


def assigned(session):
    found = lead(session)
    return leads.confirm(
        session,
        found,
        named(session, "值班员A"),
        T,
        unit=people.unit_named(session, FOOD),
        level=Level.RED,
        emergency=False,
    )


def test_a_notice_is_acknowledged_once_and_its_case_is_then_handled(session):
    case = assigned(session)
    opened = case.lead.deadlines[-1].stages[0]
    said = {"lead_id": case.lead_id, "stage": opened, "asks_ack": True}
    one = write(session, named(session, "联络员A"), "stage-1", SAID, T, **said)
    assert acknowledge(session, one, "凭邮件链接签收", T + MINUTE, "link")
    assert not acknowledge(session, one, "电话签收", T + HOUR, "person-1")
    assert (one.ack_at, one.ack_how, case.state) == (T + MINUTE, "凭邮件链接签收", CaseState.HANDLING)
    assert journal.head(session)[0] > 1
    assert session.scalars(select(JournalEntry.action)).all().count("acknowledge") == 1
    # It ends no duty.
    session.expire_all()
    [duty] = [one for one in case.deadlines if one.rule == "OTHER_RESPONSE"]
    assert (duty.state, {stage.state for stage in duty.stages}) == ("open", {"pending"})


def test_of_two_acknowledgements_at_once_one_counts(database):
    with db.transaction() as session:
        office(session)
        case = assigned(session)
        id_ = write(session, named(session, "联络员A"), "a", SAID, T, lead_id=case.lead_id, asks_ack=True).id

    def ack(session):
        return acknowledge(session, session.get_one(Notice, id_), "凭邮件链接签收", T, "link")

    assert sorted(at_once(*[change(ack)] * 3)) == [False, False, True]


def test_acknowledging_and_dismissing_at_the_same_time_do_not_wait_for_each_other(database):
    with db.transaction() as session:
        office(session)
    for turn in range(3):
        with db.transaction() as session:
            found = leads.enter(session, named(session, "值班员A"), T, title="来电", text="", channel="news", unit=None)
            stage = found.deadlines[0].stages[0]
            told = [
                write(session, someone, f"stage-{turn}", SAID, T, stage=stage, lead_id=found.id).id
                for someone in session.scalars(select(Person))
            ]
            lead_id = found.id

        def ack(session, id_):
            return acknowledge(session, session.get_one(Notice, id_), "电话签收", T, "person-1")

        def no(session, id_):
            return leads.dismiss(session, session.get_one(Lead, id_), named(session, "值班员A"), T, "演练")

        found = at_once(change(no, lead_id), *[change(ack, id_) for id_ in told])
        assert found == [None] + [True] * len(told), found


def test_what_is_proved_is_said_and_not_more(session):
    one = write(session, named(session, "主任A"), "stage-1", SAID, T)
    said = [proof(one)]
    one.attempts = 2
    said.append(proof(one))
    for state in ("sent", "failed", "cancelled"):
        one.state = state
        said.append(proof(one))
    one.ack_at = T
    assert [*said, proof(one)] == ["待发送", "正在重试", "已交邮件服务器", "投递失败", "已取消", "已签收"]


def test_every_attempt_is_kept_and_trouble_shows(session):
    fine, tried, failed = (write(session, named(session, "主任A"), topic, SAID, T) for topic in "abc")
    for n in range(3):
        notices.note_delivery(session, tried.id, T + n * MINUTE, 20, ok=False, words="421 " + "x" * 5000)
    notices.note_delivery(session, failed.id, T, 5, ok=False, words="550 no such user", permanent=True)
    tried.attempts, failed.state = 3, "failed"
    session.flush()
    assert notices.troubled(session) == [failed, tried]
    assert [len(one.words) for one in session.scalars(select(Delivery).order_by(Delivery.id))][:3] == [2000] * 3
    assert [one.permanent for one in failed.deliveries] == [True]
    assert fine.deliveries == []
