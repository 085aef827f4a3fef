"""Cases: which act stops which clock and when; closing; the timeline."""

from dataclasses import replace
from datetime import datetime

import pytest
from making import FOOD, HOUR, MINUTE, SECOND, T, arrives, lead, office
from sqlalchemy import select
from writers import at_once, change

from domain.case import CaseState, Grade, Level
from store import cases, db, journal, leads, notices, people, regrading
from store.cases import Act
from store.tables import Case, JournalEntry, Notice, Person, Release, Stage

ACT = Act("release", T + HOUR, "官网", "清源市市场监督管理局", "https://www.example/1.html")
NOW = T + 2 * HOUR


@pytest.fixture
def session(session):
    office(session)
    return session


def officer(session):
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def case_of(session, found):
    return leads.confirm(
        session,
        found,
        officer(session),
        T,
        unit=people.unit_named(session, FOOD),
        level=Level.RED,
        emergency=found.suspected,
    )


@pytest.fixture
def case(session):
    """A confirmed suspected emergency that was posted as it was detected."""
    return case_of(session, lead(session, "provisional"))


def release(session, case, act=ACT, now=NOW, **more):
    return cases.record_release(session, case, act, officer(session), now, **more)


def clock(case, rule):
    return next(one for one in case.deadlines if one.rule == rule)


def test_a_release_stops_the_clock_at_the_time_of_the_act_and_keeps_that_of_the_entry(session, case):
    made = release(session, case)
    met, running = clock(case, "AUTH_RELEASE"), clock(case, "PRESS_CONF")
    assert (met.state, met.met_at, met.recorded_at, met.recorded_by) == ("met", T + HOUR, NOW, officer(session).id)
    assert (made.published_at, made.recorded_at, made.deadline_id) == (T + HOUR, NOW, met.id)
    assert running.state == "open"
    session.expire_all()
    assert [stage.rung for stage in met.stages if stage.state == "pending"] == []
    assert len([stage for stage in running.stages if stage.state == "pending"]) > 3
    assert case.state == CaseState.RELEASED


@pytest.mark.parametrize(
    ("after", "in_time"),
    [(5 * HOUR - SECOND, True), (5 * HOUR, True), (5 * HOUR + SECOND, False)],
)
def test_met_at_the_very_instant_is_in_time(session, case, after, in_time):
    release(session, case, replace(ACT, at=T + after), now=T + 9 * HOUR)
    met = clock(case, "AUTH_RELEASE")
    assert (met.state, met.met_at <= met.due_at) == ("met", in_time)


def test_a_press_conference_and_a_release_stop_their_own_clocks(session, case):
    release(session, case, replace(ACT, kind="conference"))
    assert [(one.rule, one.state) for one in case.deadlines if one.rule != "LEAD_CONFIRM"] == [
        ("AUTH_RELEASE", "open"),
        ("PRESS_CONF", "met"),
    ]
    release(session, case)
    with_no_clock = release(session, case)
    assert with_no_clock.deadline_id is None
    assert len(session.scalars(select(Release)).all()) == 3


@pytest.mark.parametrize(("kind", "state"), [("reply", "met"), ("release", "open")])
def test_a_message_is_answered_by_a_reply(session, kind, state):
    case = case_of(session, lead(session, channel="message"))
    release(session, case, replace(ACT, kind=kind))
    assert clock(case, "MSG_REPLY").state == state


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"at": NOW + SECOND}, "不能晚于现在"),
        ({"channel": " "}, "渠道"),
        ({"publisher": ""}, "发布单位"),
        ({"link": "javascript:alert(1)"}, "http"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words_and_stops_nothing(session, case, changed, words):
    with pytest.raises(ValueError, match=words):
        release(session, case, replace(ACT, **changed))
    assert session.scalars(select(Release)).all() == []
    assert clock(case, "AUTH_RELEASE").state == "open"


def test_a_duty_is_met_once_and_only_by_its_own_case(session, case):
    other = case_of(session, arrives(session, 2, "lead", key="e2")[1])
    with pytest.raises(ValueError, match="不属于"):
        release(session, other, deadline=clock(case, "AUTH_RELEASE"))
    release(session, case, deadline=clock(case, "AUTH_RELEASE"))
    with pytest.raises(ValueError, match="已经办结"):
        release(session, case, deadline=clock(case, "AUTH_RELEASE"))


def test_two_who_record_the_release_of_the_same_duty_at_once(database):
    with db.transaction() as session:
        office(session)
        case = case_of(session, lead(session, "provisional"))
        id_, duty = case.id, clock(case, "AUTH_RELEASE").id

    def record(session, at):
        case = session.get_one(Case, id_)
        wanted = next(one for one in case.deadlines if one.id == duty)
        return release(session, case, replace(ACT, at=at), deadline=wanted).published_at

    found = at_once(change(record, T + HOUR), change(record, T + 2 * HOUR))
    [kept] = [one for one in found if isinstance(one, datetime)]
    assert sum(isinstance(one, ValueError) for one in found) == 1, found
    with db.reading() as session:
        assert session.scalars(select(Release.published_at)).all() == [kept]
        assert clock(session.get_one(Case, id_), "AUTH_RELEASE").met_at == kept


def test_what_was_not_sent_yet_is_not_sent_after_the_duty_was_met(session, case):
    stage = session.scalars(select(Stage).where(Stage.deadline_id == clock(case, "AUTH_RELEASE").id)).first()
    other = session.scalars(select(Stage).where(Stage.deadline_id == clock(case, "PRESS_CONF").id)).first()
    said = notices.Message("主题", "正文")
    for topic, told in (("stage-a", stage), ("stage-b", other)):
        notices.write(session, officer(session), topic, said, T, stage=told, lead_id=case.lead_id)
    sent = notices.write(session, officer(session), "stage-c", said, T, stage=stage, lead_id=case.lead_id)
    sent.state, sent.send_at, sent.sent_at = "sent", None, T
    session.flush()
    release(session, case)
    session.flush()
    session.expire_all()
    found = {one.topic: (one.state, one.send_at) for one in session.scalars(select(Notice))}
    assert found == {"stage-a": ("cancelled", None), "stage-b": ("pending", T), "stage-c": ("sent", None)}


def test_a_case_closes_only_when_no_duty_is_open(session, case):
    with pytest.raises(ValueError, match=r"5小时发布.*24小时发布会"):
        cases.close(session, case, officer(session), NOW)
    release(session, case)
    release(session, case, replace(ACT, kind="conference"))
    with pytest.raises(ValueError, match="持续发布"):
        cases.close(session, case, officer(session), NOW)
    release(session, case, replace(ACT, at=ACT.at + MINUTE, final=True))
    assert case.final_at == ACT.at + MINUTE
    cases.close(session, case, officer(session), NOW)
    assert (case.state, case.closed_at) == (CaseState.CLOSED, NOW)
    cases.close(session, case, officer(session), NOW + HOUR)
    assert case.closed_at == NOW
    assert (cases.listed(session, "open"), cases.listed(session, "closed"), cases.listed(session)) == (
        [],
        [case],
        [case],
    )


def test_a_case_never_goes_back(session, case):
    assert cases.advance(session, case, CaseState.RELEASED, officer(session), NOW)
    assert not cases.advance(session, case, CaseState.HANDLING, officer(session), NOW)
    assert case.state == CaseState.RELEASED


def test_a_grade_is_written_with_who_gave_it(session, case):
    with pytest.raises(ValueError, match="定级单位"):
        regrading.grade(session, case, Grade.II, " ", officer(session), NOW)
    assert case.emergency_grade is None
    regrading.grade(session, case, Grade.II, "清源市应急局〔2026〕1号", officer(session), NOW)
    assert (case.emergency_grade, case.graded_by) == ("II", "清源市应急局〔2026〕1号")
    assert journal.head(session)[0] > 1
    assert "change_grade" in session.scalars(select(JournalEntry.action)).all()


def test_the_timeline_tells_everything_newest_first(session, case):
    told = notices.write(session, officer(session), "stage-a", notices.Message("主题", "正文"), T, lead_id=case.lead_id)
    told.state, told.sent_at = "sent", T + MINUTE
    notices.acknowledge(session, told, "本人登录签收", T + 2 * MINUTE, "person-1")
    stage = clock(case, "AUTH_RELEASE").stages[0]
    stage.state, stage.told_at = "told", T + 3 * MINUTE
    release(session, case)
    session.flush()
    session.expire_all()
    found = cases.timeline(session, case)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert {one.kind for one in found} == {"lead", "confirm", "assign", "article", "stage", "notice", "ack", "release"}
    assert found[0].what == "发布:官网（未登记渠道）"
    assert found[0].link == ACT.link
