"""Clocks and people at the same matter at the same moment: nobody waits in a circle, nobody is told twice."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from making import FOOD, HOUR, MINUTE, T, arrives, office
from sqlalchemy import select
from writers import at_once, change

from alerts import clock, daily
from alerts.periodic import remind
from domain.case import Level
from domain.workdays import beijing_day
from store import cases, db, journal, leads, notices, people
from store.tables import Case, Deadline, Fact, Lead, Notice, PeriodicDuty, Person, Stage


def officer(session):
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def confirm(session, lead_id, emergency, now):
    found = session.get_one(Lead, lead_id)
    unit = people.unit_named(session, FOOD)
    leads.confirm(session, found, officer(session), now, unit=unit, level=Level.RED, emergency=emergency)


def release(session, lead_id, now):
    case = session.scalars(select(Case).where(Case.lead_id == lead_id)).one()
    cases.record_release(session, case, cases.Act("release", now, "官网", "本局"), officer(session), now)


def acknowledge(session, notice_id, now):
    notices.acknowledge(session, session.get_one(Notice, notice_id), "电话签收", now, "person-1")


def ticks(number, now):
    return [partial(clock.tick, now)] * number


def failed(found):
    return [one for one in found if isinstance(one, Exception)]


def test_ticking_while_people_judge_acknowledge_and_release(database, caplog):
    caplog.set_level(logging.ERROR)
    with db.transaction() as session:
        office(session)
    for turn in range(6):
        now = T + turn * 30 * HOUR
        with db.transaction() as session:
            id_ = arrives(session, turn + 1, "provisional", key=f"e{turn}", now=now, published=now)[1].id
        found = at_once(change(confirm, id_, turn % 2 == 0, now), *ticks(2, now + 15 * MINUTE), *ticks(1, now))
        assert failed(found) == []
        with db.reading() as session:
            told = session.scalars(select(Notice.id).where(Notice.lead_id == id_)).all()
        later = now + 4 * HOUR
        acks = [change(acknowledge, notice, later) for notice in told[:4]]
        assert failed(at_once(change(release, id_, later), *ticks(2, later), *acks)) == []
    assert caplog.messages == []
    with db.reading() as session:
        assert journal.first_broken(session) is None
        topics = session.execute(select(Notice.topic, Notice.person_id)).all()
        assert len(set(topics)) == len(topics) > 20
        ended = select(Stage.id).join(Deadline).where(Deadline.state != "open", Stage.state == "pending")
        assert session.scalars(ended).all() == []
        assert (
            session.scalars(select(Deadline).where(Deadline.rule == "LEAD_CONFIRM", Deadline.state == "open")).all()
            == []
        )


def test_the_first_tick_of_a_new_office_while_another_clock_is_at_it(database):
    with db.transaction() as session:
        office(session)
    with ThreadPoolExecutor(1) as pool:
        with db.transaction() as session:
            session.add(Fact(name=daily.FACT, value=beijing_day(T).isoformat()))
            session.flush()
            second = pool.submit(daily.send_daily, T)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result(10) is False


def test_clocks_at_once_write_each_period_once_and_remind_once(database):
    with db.transaction() as session:
        office(session)
    begun, soon = T + timedelta(days=3), T + timedelta(days=5)
    for now in (begun, soon):
        assert failed(at_once(*[partial(remind, now)] * 4)) == []
    with db.transaction() as session:
        rows = [(row.rule, row.period) for row in session.scalars(select(PeriodicDuty))]
        told = [notice.person.name for notice in session.scalars(select(Notice))]
        assert len(rows) == len(set(rows)) == 11
        assert told == ["主任A"]
        assert journal.first_broken(session) is None
