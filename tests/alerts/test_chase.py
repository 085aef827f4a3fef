"""Stories of a matter nobody acknowledges: the next person, the superiors, the telephone, and what ends it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from alerts_story import confirm, propose
from services.provider import Provider, provider
from services.smtp import MailServer
from sqlalchemy import select

from alerts import clock
from alerts.auditor import audit
from alerts.sender import send_due
from domain.case import Level
from domain.chase import CALL, CHASE
from store import calls, leads, notices, people
from store.db import reading, transaction
from store.settings import Settings
from store.tables.cases import Case, Lead
from store.tables.notices import Notice
from store.tables.people import Person, Unit

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]


def followed() -> list[tuple[str, str]]:
    """Return (person, channel) of what followed for want of an acknowledgement, in order."""
    asked = select(Notice).where(Notice.topic.like(f"{CHASE}%") | Notice.topic.like(f"{CALL}%")).order_by(Notice.id)
    with reading() as session:
        return [(notice.person.name, notice.channel) for notice in session.scalars(asked)]


def waiting() -> list[tuple[str, datetime | None]]:
    """Return (person, when) of the calls somebody has to make."""
    with reading() as session:
        return [(call.person.name, call.send_at) for call in calls.waiting(session)]


def tick(minutes: At, *at: float, settings: Settings | None = None) -> None:
    """Let two clocks tick at each of these minutes."""
    for minute in at:
        clock.tick(minutes(minute), settings)
        clock.tick(minutes(minute), settings)


def acknowledge(name: str, now: datetime) -> None:
    """Acknowledge the first notice of a person."""
    with transaction() as session:
        mine = select(Notice).join(Person).where(Person.name == name).order_by(Notice.id)
        notice = session.scalars(mine).first()
        assert notice is not None
        assert notices.acknowledge(session, notice, "凭邮件链接签收", now, "link")


def result(said: str, now: datetime) -> None:
    """Write down what came of the first call that waits."""
    with transaction() as session:
        calls.note(session, calls.waiting(session)[0], said, now, "person-1")


def test_red_reaches_a_telephone_after_five_minutes_and_climbs(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 4.9)
    assert followed() == []
    tick(minutes, 5)
    assert followed() == [("联络员F", "phone"), ("带班领导B", "email")]
    tick(minutes, 10, 15, 20, 25, 30, 40)
    assert followed() == [
        ("联络员F", "phone"),
        ("带班领导B", "email"),
        ("带班领导B", "phone"),
        ("办公室主任C", "email"),
        ("办公室主任C", "phone"),
        ("分管领导D", "email"),
        ("分管领导D", "phone"),
        ("主要领导E", "email"),
        ("主要领导E", "phone"),
    ], "everybody once, and it ends"


@pytest.mark.parametrize(
    ("level", "wait", "told"),
    [
        (Level.ORANGE, 15, ["带班领导B", "办公室主任C", "分管领导D"]),
        (Level.YELLOW, 60, ["带班领导B", "办公室主任C"]),
        (Level.BLUE, 240, ["办公室主任C"]),
    ],
)
def test_less_grave_matters_wait_longer_and_ring_nobody(level: Level, wait: int, told: list[str], minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0), emergency=False, level=level)
    tick(minutes, 0, wait - 1)
    assert followed() == []
    tick(minutes, *(wait * turn for turn in range(1, 6)))
    assert followed() == [(name, "email") for name in told]


def test_the_second_holder_of_the_post_comes_before_the_superior(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0), level=Level.ORANGE)
    tick(minutes, 0)
    with transaction() as session:
        second = Person(name="联络员G", email="g@qingyuan.example")
        session.add(second)
        session.flush()
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        people.appoint(session, "liaison", second, unit)
    tick(minutes, 15, 30)
    assert followed() == [("联络员G", "email"), ("带班领导B", "email")]
    acknowledge("联络员G", minutes(31))
    with reading() as session:
        assert session.scalars(select(Case)).one().state == "handling", "the unit knows"
    tick(minutes, 45, 60)
    assert len(followed()) == 2


def test_a_superior_ends_the_chain_but_does_not_take_the_matter_on(mailbox: MailServer, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    with transaction() as session:
        told = session.scalars(select(Notice).where(Notice.topic.like(f"{CHASE}%"))).one()
        assert "联络员F已有5分未签收" in told.subject
        assert "13900000000" in told.text
        assert "清源一中" not in (told.short or "")
        assert notices.acknowledge(session, told, "凭邮件链接签收", minutes(6), "link")
    assert waiting() == [], "the call is not needed any more"
    tick(minutes, 10, 15, 20)
    assert len(followed()) == 2
    with reading() as session:
        assert session.scalars(select(Case)).one().state == "assigned"


def test_acknowledging_in_time_means_silence_for_the_reminders_too(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0)
    acknowledge("联络员F", minutes(3))
    tick(minutes, 5, 10, 150, 160)
    assert followed() == []


def test_a_suspected_emergency_rings_the_duty_officer_until_it_is_judged(minutes: At) -> None:
    lead_id = propose(minutes(0))
    tick(minutes, 0, 5)
    assert followed() == [("值班员A", "phone")]
    tick(minutes, 9)
    confirm(lead_id, minutes(9))
    assert waiting() == [], "judging ends the call"
    tick(minutes, 9, 10)
    assert len(followed()) == 1
    tick(minutes, 14)
    assert followed()[1:] == [("联络员F", "phone"), ("带班领导B", "email")], "now the unit is waited for"


def test_before_confirmation_superiors_are_told_by_their_own_rungs_alone(minutes: At) -> None:
    propose(minutes(0))
    tick(minutes, *range(0, 59, 5))
    assert {name for name, _ in followed()} == {"值班员A"}


def test_dismissing_ends_the_chain(minutes: At) -> None:
    lead_id = propose(minutes(0))
    tick(minutes, 0, 5)
    with transaction() as session:
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        leads.dismiss(session, session.get_one(Lead, lead_id), officer, minutes(6), "演练")
    assert waiting() == []
    tick(minutes, 10, 20)
    assert len(followed()) == 1


def test_an_ordinary_lead_asks_for_no_acknowledgement(minutes: At) -> None:
    propose(minutes(0), "超市价签不符", opens="lead")
    tick(minutes, 0, 5, 30, 240)
    assert followed() == []


def test_a_call_that_is_answered_acknowledges(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    result("answered", minutes(6))
    with reading() as session:
        first = session.scalars(select(Notice).where(Notice.asks_ack)).one()
        call = session.scalars(select(Notice).where(Notice.channel == "phone")).one()
        assert (first.ack_how, first.ack_at) == ("电话签收", minutes(6))
        assert (call.state, [d.words for d in call.deliveries]) == ("sent", ["已接通并签收"])
        assert session.scalars(select(Case)).one().state == "handling"
    tick(minutes, 10, 20)
    assert len(followed()) == 2
    with transaction() as session, pytest.raises(ValueError, match="已经登记过结果"):
        calls.note(session, session.get_one(Notice, call.id), "no_answer", minutes(7), "person-1")


def test_nobody_answers_then_again_in_five_minutes_and_the_superior_at_once(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    result("no_answer", minutes(6))
    assert waiting() == [("联络员F", minutes(11))]
    tick(minutes, 6.1)
    assert followed()[2:] == [("带班领导B", "phone"), ("办公室主任C", "email")]
    with reading() as session:
        assert [d.words for d in calls.waiting(session)[1].deliveries] == ["无人接听"]


def test_a_wrong_number_fails_and_the_superior_is_told(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    result("wrong_number", minutes(6))
    tick(minutes, 6.1)
    assert waiting() == [("带班领导B", minutes(6.1))]
    with reading() as session:
        [failed] = notices.troubled(session)
        assert (failed.person.name, failed.error) == ("联络员F", "号码不对")


def test_a_call_nobody_makes_is_found(settings: Settings, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0)
    send_due(minutes(0), None, settings)
    tick(minutes, 5)
    send_due(minutes(5), None, settings)

    def codes(minute: float) -> set[str]:
        return {one.code for one in audit(minutes(minute), settings)}

    assert "call_open" not in codes(15)
    assert "call_open" in codes(15.1)
    assert "notice_unsent" not in codes(15.1), "no machine sends it"


def test_who_has_no_number_is_not_called(minutes: At) -> None:
    with transaction() as session:
        for person in session.scalars(select(Person)):
            person.phone = None
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    assert followed() == [("带班领导B", "email")]


@pytest.fixture
def other() -> Iterator[Provider]:
    """A voice gateway."""
    with provider() as made:
        yield made


@pytest.fixture
def voiced(settings: Settings, other: Provider) -> Settings:
    """Settings with mail and a voice gateway."""
    return replace(settings, voice_url=other.url("/call", "u:p"))


def voice_call() -> Notice:
    """Return the one call of the gateway."""
    with reading() as session:
        return session.scalars(select(Notice).where(Notice.channel == "voice")).one()


def test_the_voice_gateway_calls_and_key_1_acknowledges(voiced: Settings, other: Provider, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5, settings=voiced)
    send_due(minutes(5), None, voiced)
    [asked] = other.asked
    assert asked.said["to"] == "13900000000"
    assert asked.said["callback"].startswith("https://yq.qingyuan.example/voice/")
    assert waiting() == []
    with transaction() as session:
        assert calls.heard(session, session.get_one(Notice, voice_call().id), "1", minutes(6))
    with reading() as session:
        assert session.scalars(select(Notice).where(Notice.asks_ack)).one().ack_how == "语音按键签收"
    tick(minutes, 10, 20, settings=voiced)
    assert len(followed()) == 2


def test_a_voice_call_nobody_takes_goes_to_a_person_and_up(voiced: Settings, other: Provider, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5, settings=voiced)
    send_due(minutes(5), None, voiced)
    with transaction() as session:
        call = session.get_one(Notice, voice_call().id)
        assert not calls.heard(session, call, "", minutes(6))
        assert not calls.heard(session, call, "1", minutes(7)), "a report that comes twice counts once"
    assert waiting() == [("联络员F", minutes(6))]
    tick(minutes, 6.1, settings=voiced)
    assert ("办公室主任C", "email") in followed()


def test_a_gateway_that_refuses_goes_over_to_a_person(voiced: Settings, other: Provider, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5, settings=voiced)
    other.then((200, {"code": 7, "msg": "空号"}))
    send_due(minutes(5), None, voiced)
    assert waiting() == [("联络员F", waiting()[0][1])]


def test_a_gateway_that_never_reports_is_not_relied_on(voiced: Settings, other: Provider, minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5, settings=voiced)
    send_due(minutes(5), None, voiced)
    assert waiting() == []
    tick(minutes, 10, settings=voiced)
    assert waiting() == [("联络员F", minutes(10))]
    assert ("带班领导B", "voice") in followed()


def test_who_is_told_for_information_alone_answers_for_nobody(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0))
    tick(minutes, 0, 5)
    acknowledge("值班员A", minutes(6))
    assert [name for name, _ in waiting()] == ["联络员F"], "the call still has to be made"
    tick(minutes, 10)
    assert ("办公室主任C", "email") in followed()
    with reading() as session:
        assert session.scalars(select(Case)).one().state == "assigned"


def test_acknowledging_a_later_reminder_ends_the_chain_too(minutes: At) -> None:
    confirm(propose(minutes(0)), minutes(0), level=Level.YELLOW)
    tick(minutes, 0, 60, 150)
    assert [name for name, _ in followed()] == ["带班领导B", "办公室主任C"]
    with transaction() as session:
        last = session.scalars(
            select(Notice).where(Notice.asks_ack, Notice.topic.not_like(f"{CHASE}%")).order_by(Notice.id.desc())
        ).first()
        assert last is not None
        assert "时限过半" in last.subject
        notices.acknowledge(session, last, "凭邮件链接签收", minutes(151), "link")
    tick(minutes, 180, 240)
    assert len(followed()) == 2
