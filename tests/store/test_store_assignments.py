"""Who leads and helps, handing over, asking to be relieved: no clock ever stops for it."""

import pytest
from handling import DEVICE, PRICE, case, clocks, confirm, more_units, named, officer, parts
from making import FOOD, HOUR, MINUTE, T, lead, office
from sqlalchemy import select

from domain.case import CaseState
from store import assignments, journal, leads, notices, returns
from store.returns import Asked
from store.tables import JournalEntry, Notice, Person, Stage

NOW = T + HOUR


@pytest.fixture
def session(session):
    office(session)
    more_units(session)
    return session


def ask(session, found, unit=FOOD, **more):
    said = {"how": "电话", "reason": "属特种设备", "at": NOW, **more}
    return returns.ask(session, found, Asked(named(session, unit), **said), officer(session), NOW)


def test_confirming_writes_who_leads(session):
    assert parts(session, case(session)) == [(FOOD, "lead", True)]


def test_handing_over_tells_the_new_unit_every_open_duty_anew_and_moves_no_limit(session):
    found = case(session)
    before = [(one.id, one.due_at, one.state) for one in found.deadlines]
    assignments.reassign(session, found, named(session, DEVICE), "气瓶由特种设备科主管", officer(session), NOW)
    assignments.reassign(session, found, named(session, PRICE), "再次核对", officer(session), NOW + MINUTE)
    session.expire_all()
    assert [(one.id, one.due_at, one.state) for one in found.deadlines] == before
    assert found.unit.name == PRICE
    assert parts(session, found) == [(FOOD, "lead", False), (DEVICE, "lead", False), (PRICE, "lead", True)]
    again = select(Stage.turn).where(Stage.rung == "opened", Stage.look_at.in_((NOW, NOW + MINUTE)))
    assert sorted(session.scalars(again)) == [2, 2, 3, 3], "once before it was confirmed, once with it"
    relieved = [one for one in _rows(session, found) if one.tell_at]
    assert [one.ended_why for one in relieved] == ["气瓶由特种设备科主管", "再次核对"]
    assert journal.first_broken(session) is None


def _rows(session, found):
    asked = select(assignments.Assignment).where(assignments.Assignment.case_id == found.id)
    return list(session.scalars(asked.order_by(assignments.Assignment.id)))


def test_what_the_old_unit_was_not_sent_yet_is_not_sent(session):
    found = case(session)
    stage = found.deadlines[0].stages[0]
    for name in ("联络员A", "值班员A"):
        person = session.scalars(select(Person).where(Person.name == name)).one()
        said = {"stage": stage, "lead_id": found.lead_id, "asks_ack": name == "联络员A"}
        notices.write(session, person, "lead-1-opened-1", notices.Message("主题", "正文"), T, **said)
    assignments.reassign(session, found, named(session, DEVICE), "改派", officer(session), NOW)
    session.expire_all()
    states = {one.person.name: (one.state, one.send_at) for one in session.scalars(select(Notice))}
    assert states == {"联络员A": ("cancelled", None), "值班员A": ("pending", T)}


@pytest.mark.parametrize(("unit", "why", "words"), [(DEVICE, " ", "理由"), (FOOD, "改派", "已经是牵头单位")])
def test_what_cannot_be_handed_over(session, unit, why, words):
    found = case(session)
    with pytest.raises(ValueError, match=words):
        assignments.reassign(session, found, named(session, unit), why, officer(session), NOW)
    assert parts(session, found) == [(FOOD, "lead", True)]


def test_a_matter_about_a_unit_is_never_led_by_it(session):
    first = lead(session)
    with pytest.raises(ValueError, match="不能由它牵头"):
        confirm(session, first, about=named(session, FOOD))
    found = confirm(session, first, about=named(session, DEVICE))
    with pytest.raises(ValueError, match="不能由它牵头"):
        assignments.reassign(session, found, named(session, DEVICE), "改派", officer(session), NOW)
    with pytest.raises(ValueError, match="先转办"):
        assignments.mark_about(session, found, named(session, FOOD), "投诉该科", officer(session), NOW)
    assignments.mark_about(session, found, None, "与特种设备科无关", officer(session), NOW)
    assignments.reassign(session, found, named(session, DEVICE), "改派", officer(session), NOW)
    assert found.unit.name == DEVICE


def test_units_that_help_come_and_go_and_one_may_become_the_lead(session):
    found = case(session)
    helped = assignments.add_co(session, found, named(session, DEVICE), "查气瓶", officer(session), NOW)
    assert (helped.tell_at, assignments.helps(session, found, named(session, DEVICE).id)) == (NOW, True)
    with pytest.raises(ValueError, match="已经在办理"):
        assignments.add_co(session, found, named(session, DEVICE), "", officer(session), NOW)
    other = assignments.add_co(session, found, named(session, PRICE), "", officer(session), NOW)
    assignments.remove_co(session, other, "价格无涉", officer(session), NOW + HOUR)
    assignments.reassign(session, found, named(session, DEVICE), "改由其牵头", officer(session), NOW + HOUR)
    assert parts(session, found) == [
        (FOOD, "lead", False),
        (DEVICE, "co", False),
        (PRICE, "co", False),
        (DEVICE, "lead", True),
    ]
    assert helped.tell_at is None, "who leads now is not told that it is relieved"
    assert other.tell_at == NOW + HOUR
    with pytest.raises(ValueError, match="不是协办单位"):
        assignments.remove_co(session, other, "再来一次", officer(session), NOW + HOUR)


def test_asking_to_be_relieved_stops_nothing_and_is_told_to_the_office(session):
    found = case(session)
    made = ask(session, found, suggested=named(session, DEVICE))
    assert (made.tell_at, made.asked_at, found.unit.name) == (NOW, NOW, FOOD)
    assert {state for _, state in clocks(session, found)} == {"open"}
    for wrong, words in (
        ({}, "已经申请过"),
        ({"unit": PRICE}, "没有承办"),
        ({"reason": ""}, "理由"),
        ({"at": NOW + MINUTE}, "不能晚于"),
    ):
        with pytest.raises(ValueError, match=words):
            ask(session, found, **wrong)


def test_the_office_refuses_with_words_or_grants_with_a_new_unit(session):
    found = case(session)
    made = ask(session, found)
    with pytest.raises(ValueError, match="不同意退办的理由"):
        returns.refuse(session, made, " ", officer(session), NOW)
    returns.refuse(session, made, "食品科主管餐饮", officer(session), NOW)
    assert (made.accepted, made.tell_at, found.unit.name) == (False, NOW, FOOD)
    with pytest.raises(ValueError, match="已经决定"):
        returns.accept(session, made, "", officer(session), NOW, named(session, DEVICE))
    again = ask(session, found)
    with pytest.raises(ValueError, match="新的牵头单位"):
        returns.accept(session, again, "", officer(session), NOW)
    returns.accept(session, again, "气瓶问题", officer(session), NOW + HOUR, named(session, DEVICE))
    assert (again.accepted, again.tell_at, found.unit.name) == (True, None, DEVICE)
    assert returns.waiting(session, found) == []


def test_handing_over_by_oneself_settles_what_was_asked(session):
    found = case(session)
    made = ask(session, found)
    assignments.reassign(session, found, named(session, DEVICE), "改派", officer(session), NOW)
    assert (made.accepted, made.decided_at) == (True, NOW)


def test_a_unit_that_helps_is_relieved_when_its_request_is_granted(session):
    found = case(session)
    assignments.add_co(session, found, named(session, PRICE), "", officer(session), NOW)
    returns.accept(session, ask(session, found, PRICE), "", officer(session), NOW)
    assert parts(session, found)[-1] == (PRICE, "co", False)
    assert found.unit.name == FOOD


def test_a_unit_that_helps_moves_nothing_by_acknowledging(session):
    found = case(session)
    person = session.scalars(select(Person).where(Person.name == "联络员A")).one()
    said = notices.Message("协办", "正文")
    made = notices.write(session, person, "assignment-1-given", said, T, lead_id=found.lead_id, asks_ack=True)
    assert notices.acknowledge(session, made, "电话签收", NOW, "person-1")
    assert found.state == CaseState.ASSIGNED


def test_a_closed_case_is_not_handed_over(session):
    found = case(session, "lead")
    found.state = "closed"
    session.flush()
    with pytest.raises(ValueError, match="已办结"):
        assignments.reassign(session, found, named(session, DEVICE), "改派", officer(session), NOW)


def test_the_journal_names_ids_and_no_words(session):
    found = case(session)
    ask(session, found, reason="当事人王某的电话")
    assignments.reassign(session, found, named(session, DEVICE), "当事人王某", officer(session), NOW)
    journal.append_recorded(session)
    facts = [str(one.facts) for one in session.scalars(select(JournalEntry))]
    assert not [one for one in facts if "王某" in one]


def test_a_limit_on_a_ticket_is_the_limit_of_its_case(session):
    said = {"title": "电梯困人", "text": "市民来电", "channel": "hotline", "unit": None}
    with pytest.raises(ValueError, match="编号"):
        leads.enter(session, officer(session), T, **said, limit=T + HOUR)
    found = leads.enter(session, officer(session), T, **said, number="QY-88", limit=T + 30 * HOUR)
    made = confirm(session, found, NOW)
    [duty] = [one for one in made.deadlines if one.rule == "HOTLINE"]
    assert (duty.due_at, duty.given, duty.found_late) == (T + 30 * HOUR, True, False)
    assert clocks(session, made) == [("HOTLINE", "open")]


def test_an_item_that_came_when_its_limit_was_over_is_found_late(session):
    said = {"title": "转办", "text": "", "channel": "superior", "unit": None, "number": "市转〔2026〕7号"}
    made = confirm(session, leads.enter(session, officer(session), T, **said, limit=T - HOUR), NOW)
    [duty] = [one for one in made.deadlines if one.rule == "SUPERIOR"]
    assert (duty.due_at, duty.found_late, [one.rung for one in duty.stages]) == (T - HOUR, True, ["opened"])
