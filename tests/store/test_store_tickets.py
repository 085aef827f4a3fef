"""Tickets and items handed down: answered by the limit written on them, however many are about one matter (SD5)."""

from datetime import timedelta

import pytest
from making import FOOD, HOUR, MINUTE, T, arrives, article, office, verdict
from sqlalchemy import select

from domain.case import LeadState, Level
from store import articles, events, leads, people
from store.tables import Deadline, Lead, Person

LIMIT = T + timedelta(days=5)


@pytest.fixture
def session(session):
    office(session)
    return session


def ticket(session, which, *, limit=LIMIT, opens="none", channel="hotline", now=T, published=T):
    made = article(session, which, published=published, seen=now, channel=channel)
    made.number, made.limit_at = f"DH-{which}", limit
    articles.save_verdict(session, made.id, verdict(opens), now)
    return events.put(session, made, events.Grouping("e1", None, 1.0), now)[1]


def confirm(session, lead, now=T + 5 * MINUTE):
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    unit = people.unit_named(session, FOOD)
    return leads.confirm(session, lead, officer, now, unit=unit, level=Level.YELLOW, emergency=False)


def dues(session):
    session.flush()
    asked = select(Deadline).where(Deadline.ladder == "duty").order_by(Deadline.id)
    return [(one.rule, one.due_at, one.given, one.case_id is not None) for one in session.scalars(asked)]


@pytest.mark.parametrize(("channel", "rule"), [("hotline", "HOTLINE"), ("superior", "SUPERIOR")])
def test_sd5_the_due_time_is_that_on_the_ticket(session, channel, rule):
    lead = ticket(session, 1, channel=channel)
    assert (lead.given_number, lead.given_limit, lead.channel) == ("DH-1", LIMIT, channel)
    confirm(session, lead)
    assert dues(session) == [(rule, LIMIT, True, True)]


def test_a_ticket_always_asks_for_a_person_and_other_texts_do_not(session):
    assert ticket(session, 1) is not None
    assert arrives(session, 2, "none", key="e2")[1] is None


def test_an_old_ticket_is_no_quiet_lead(session):
    assert not ticket(session, 1, published=T - timedelta(days=20)).quiet


def test_a_second_ticket_about_an_open_lead_keeps_the_earliest_limit(session):
    lead = ticket(session, 1)
    assert ticket(session, 2, limit=LIMIT - HOUR, now=T + MINUTE) is None
    assert (lead.given_number, lead.given_limit) == ("DH-1、DH-2", LIMIT - HOUR)
    assert ticket(session, 3, limit=LIMIT + HOUR, now=T + 2 * MINUTE) is None
    assert lead.given_limit == LIMIT - HOUR


def test_a_ticket_about_what_is_handled_already_is_one_more_limit_of_the_case(session):
    confirm(session, arrives(session, 1, "lead")[1])
    assert ticket(session, 2, now=T + HOUR) is None
    assert dues(session)[-1] == ("HOTLINE", LIMIT, True, True)


def test_a_ticket_about_what_was_dismissed_asks_anew(session):
    lead = arrives(session, 1, "lead")[1]
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    leads.dismiss(session, lead, officer, T + MINUTE, "与本单位无关")
    again = ticket(session, 2, now=T + HOUR)
    assert again is not None
    assert (again.state, again.given_limit) == (LeadState.OPEN, LIMIT)


def test_a_ticket_without_a_limit_is_answered_as_a_message(session):
    lead = ticket(session, 1, limit=None, opens="lead")
    assert (lead.channel, lead.given_limit) == ("message", None)
    confirm(session, lead)
    assert [rule for rule, *_ in dues(session)] == ["MSG_REPLY"]
    assert len(session.scalars(select(Lead)).all()) == 1


def test_a_ticket_that_is_overdue_when_it_comes_is_told_once(session):
    lead = ticket(session, 1, limit=T - HOUR)
    confirm(session, lead)
    [duty] = [one for one in lead.deadlines if one.rule == "HOTLINE"]
    assert duty.found_late
    assert len(duty.stages) == 1


def test_sd5_a_ticket_that_may_be_an_emergency_starts_all_its_clocks(session):
    lead = ticket(session, 1, opens="provisional")
    assert lead.suspected
    assert [row[:2] for row in dues(session)] == [
        ("AUTH_RELEASE", T + 5 * HOUR),
        ("PRESS_CONF", T + 24 * HOUR),
        ("HOTLINE", LIMIT),
    ]


@pytest.mark.parametrize("emergency", [True, False])
def test_every_limit_of_a_suspected_matter_goes_on_when_it_is_judged(session, emergency):
    lead = arrives(session, 1, "provisional")[1]
    ticket(session, 2, limit=LIMIT, now=T + MINUTE)
    ticket(session, 3, limit=LIMIT - HOUR, now=T + 2 * MINUTE)
    session.refresh(lead)
    unit = people.unit_named(session, FOOD)
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    leads.confirm(session, lead, officer, T + HOUR, unit=unit, level=Level.RED, emergency=emergency)
    asked = select(Deadline.due_at).where(Deadline.rule == "HOTLINE", Deadline.state == "open")
    assert sorted(session.scalars(asked)) == [LIMIT - HOUR, LIMIT]
