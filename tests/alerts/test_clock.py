"""Stories of the clock on a fast-forwarded time, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from alerts_story import OF_RUNGS, confirm, duty, propose, rungs_told, told, who_told
from sqlalchemy import delete, func, select, update

from alerts import clock, telling
from domain.case import Level
from store import deadlines, leads
from store.db import transaction
from store.journal import first_broken
from store.office import heartbeats
from store.tables.cases import Deadline, Lead, Stage
from store.tables.journal import JournalEntry
from store.tables.notices import Notice
from store.tables.people import Person, PostHolder

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]


def run(minutes: At, until: int, since: int = 0, step: int = 10) -> None:
    """Let the clock run, with a second clock beside it that must change nothing."""
    for minute in range(since, until + 1, step):
        clock.tick(minutes(minute))
        clock.tick(minutes(minute))


def test_every_rung_is_told_once_when_nobody_answers(minutes: At) -> None:
    lead_id = propose(minutes(0))
    confirm(lead_id, minutes(0))
    run(minutes, 430)
    assert rungs_told(lead_id, "AUTH_RELEASE") == [
        "opened",
        "half",
        "last_hour",
        "last_quarter",
        "missed",
        "hourly",
        "hourly",
    ]
    said = told(lead_id)
    assert len(said) == len(set(said)), "nobody is told the same thing twice"
    assert [name for name, subject in said if "届满" in subject].count("主要领导E") == 1, (
        "the chief hears of a miss once"
    )
    with transaction() as session:
        assert first_broken(session) is None
        tellings = session.scalar(select(func.count()).where(JournalEntry.action == "tell"))
        topics = session.scalar(select(func.count(Notice.topic.distinct())).where(Notice.lead_id == lead_id, *OF_RUNGS))
    assert tellings == topics


def test_unconfirmed_suspicion_climbs_to_the_chief_within_the_hour(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)
    heard = {}
    for minute in (0, 10, 20, 60):
        clock.tick(minutes(minute))
        heard[minute] = who_told(lead_id, minutes(minute))
    assert heard == {
        0: {"值班员A"},
        10: {"值班员A", "带班领导B"},
        20: {"值班员A", "带班领导B", "办公室主任C"},
        60: {"值班员A", "带班领导B", "办公室主任C", "分管领导D", "主要领导E"},
    }
    run(minutes, 400, since=65)
    assert "联络员F" not in who_told(lead_id, t0), "the unit is never told before confirmation"
    assert all("疑似" in subject and "重大" not in subject for _, subject in told(lead_id))


def test_confirming_tells_the_unit_at_once_in_one_message(minutes: At) -> None:
    lead_id = propose(minutes(0))
    clock.tick(minutes(0))
    confirm(lead_id, minutes(3))
    clock.tick(minutes(3))
    fresh = [(name, subject) for name, subject in told(lead_id) if name == "联络员F"]
    assert fresh == [
        ("联络员F", "【舆情交办·红】请于6月10日19:00前反馈：清源一中多名学生饭后腹泻送医（舆情〔2026〕1号）")
    ]
    with transaction() as session:
        notice = session.scalars(select(Notice).join(Person).where(Person.name == "联络员F")).one()
        assert "5小时发布：6月10日 19:00前" in notice.text
        assert "24小时发布会：6月11日（星期四）14:00前" in notice.text
        assert notice.asks_ack
        assert notice.legal


def test_an_ordinary_lead_waits_thirty_minutes_and_starts_no_clock(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0, "多名市民反映超市价签不符", opens="lead")
    run(minutes, 120)
    assert rungs_told(lead_id) == ["proposed", "unjudged"]
    assert [subject for _, subject in told(lead_id)] == [
        "【线索】请于6月10日14:30前研判：多名市民反映超市价签不符",
        "【线索·未研判】研判时限已于6月10日14:30届满：多名市民反映超市价签不符",
        "【线索·未研判】研判时限已于6月10日14:30届满：多名市民反映超市价签不符",
    ]
    with transaction() as session:
        assert not session.scalar(select(func.count()).where(Notice.legal))


def test_acknowledging_ends_no_duty_and_a_release_does(minutes: At) -> None:
    from store import cases, notices

    lead_id = propose(minutes(0))
    case_id = confirm(lead_id, minutes(0))
    run(minutes, 10, step=5)
    with transaction() as session:
        notice = session.scalars(select(Notice).where(Notice.asks_ack)).one()
        assert notices.acknowledge(session, notice, "电话签收", minutes(10), "person-1")
    run(minutes, 150, since=20)
    assert rungs_told(lead_id, "AUTH_RELEASE") == ["opened", "half"]
    with transaction() as session:
        case = session.get_one(Deadline, duty(case_id, "AUTH_RELEASE")).case
        person = session.scalars(select(Person)).first()
        assert case is not None
        assert person is not None
        cases.record_release(session, case, cases.Act("release", minutes(151), "网站", "本局"), person, minutes(152))
    run(minutes, 700, since=155, step=15)
    assert rungs_told(lead_id, "AUTH_RELEASE") == ["opened", "half"]
    assert not [subject for _, subject in told(lead_id) if "逾期" in subject or "届满" in subject]
    assert "missed" not in rungs_told(lead_id)


def test_a_backlog_after_an_outage_collapses_to_the_highest_rung(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)
    confirm(lead_id, t0)
    clock.tick(minutes(410))
    assert rungs_told(lead_id, "AUTH_RELEASE") == ["missed"]
    assert who_told(lead_id, minutes(410)) >= {
        "联络员F",
        "值班员A",
        "带班领导B",
        "办公室主任C",
        "分管领导D",
        "主要领导E",
    }
    with transaction() as session:
        notice = session.scalars(select(Notice).where(Notice.subject.contains("届满"))).first()
        assert notice is not None
        assert notice.late_s == 110 * 60
        assert notice.subject.startswith("【舆情逾期·红·迟发】")
        assert "迟发：本通知应于6月10日 19:00发出，因系统中断晚了1小时50分。" in notice.text
        states = set(session.scalars(select(Stage.state).where(Stage.rung.in_(("half", "last_hour", "last_quarter")))))
    assert states == {"superseded", "pending"}
    clock.tick(minutes(420))
    assert rungs_told(lead_id, "AUTH_RELEASE") == ["missed", "hourly"], "the reminders go on in their own time"


def test_hourly_reminders_of_two_duties_stay_one_message_an_hour(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)
    case_id = confirm(lead_id, t0)
    with transaction() as session:
        second = session.get_one(Deadline, duty(case_id, "PRESS_CONF"))
        session.execute(delete(Stage).where(Stage.deadline_id == second.id))
        second.due_at = minutes(340)
        deadlines.write_stages(session, second, t0 + timedelta(seconds=1))
    heard = {}
    for minute in range(0, 601, 10):
        clock.tick(minutes(minute))
        heard[minute] = sum(name == "联络员F" for name, _ in told(lead_id))
    reminders = [minute for minute in range(350, 601, 10) if heard[minute] > heard[minute - 10]]
    assert reminders == [360, 420, 480, 540, 600]


def test_a_limit_over_before_we_could_know_is_told_once_with_a_handling_limit(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0, "冷库氨气泄漏", published=t0 - timedelta(hours=30))
    confirm(lead_id, minutes(1))
    clock.tick(minutes(1))
    subjects = {subject for name, subject in told(lead_id) if name == "联络员F"}
    assert subjects == {"【舆情交办·红】发现时已逾期，请于6月10日19:00前反馈：冷库氨气泄漏（舆情〔2026〕1号）"}
    with transaction() as session:
        text = session.scalars(select(Notice.text).where(Notice.subject.contains("发现时已逾期"))).first() or ""
    for words in (
        "法定时限：5小时发布：6月9日（星期二）13:00，发现时已逾期",
        "处置时限：6月10日 19:00前（自发现之时起算）",
        "发现时间：6月10日 14:00",
    ):
        assert words in text
    assert rungs_told(lead_id, "AUTH_RELEASE") == ["opened"]


def test_our_own_delay_is_missed_at_once(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0, "多名市民反映超市价签不符", opens="lead")
    confirm(lead_id, minutes(49 * 60), emergency=False, level=Level.YELLOW)
    clock.tick(minutes(49 * 60))
    assert rungs_told(lead_id, "OTHER_RESPONSE") == ["missed"]
    assert "主要领导E" in who_told(lead_id, minutes(49 * 60))


def test_a_quiet_lead_tells_nobody_until_it_is_confirmed(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0, published=t0 - timedelta(days=10))
    run(minutes, 90)
    assert told(lead_id) == []
    confirm(lead_id, minutes(91), emergency=False, level=Level.BLUE)
    clock.tick(minutes(91))
    assert "联络员F" in who_told(lead_id, minutes(91))


def test_a_dismissed_lead_is_silent_from_then_on(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)
    clock.tick(t0)
    with transaction() as session:
        officer = session.scalars(select(Person)).first()
        assert officer is not None
        leads.dismiss(session, session.get_one(Lead, lead_id), officer, minutes(1), "演练")
    run(minutes, 400)
    assert len(told(lead_id)) == 1


def test_recipients_are_those_of_the_moment(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)
    confirm(lead_id, t0)
    clock.tick(t0)
    with transaction() as session:
        deputy = Person(name="联络员G", email="g@qingyuan.example")
        session.add(deputy)
        session.flush()
        session.execute(update(PostHolder).where(PostHolder.post == "liaison").values(person_id=deputy.id))
    clock.tick(minutes(150))
    assert who_told(lead_id, minutes(150)) == {"联络员G", "值班员A"}


def test_nobody_reachable_is_written_down(minutes: At, t0: datetime) -> None:
    with transaction() as session:
        session.execute(update(Person).values(email=None))
    propose(t0)
    assert clock.tick(t0) == 1
    with transaction() as session:
        assert session.scalars(select(Stage).where(Stage.rung == "proposed")).one().nobody


def test_a_liaison_without_address_is_named_to_the_duty_officer(t0: datetime) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "联络员F").values(email=None, phone="13911112222"))
    confirm(propose(t0), t0)
    clock.tick(t0)
    with transaction() as session:
        text = session.scalars(select(Notice.text).join(Person).where(Person.name == "值班员A")).all()[-1]
    assert "以下人员没有登记邮箱：联络员F（13911112222）。" in text


def test_a_rung_that_cannot_be_told_stops_no_other_and_is_never_parked(minutes: At, t0: datetime) -> None:
    broken, sound = propose(t0, "甲"), propose(t0, "乙")
    with transaction() as session:
        session.execute(update(Stage).where(Stage.rung == "proposed").values(look_at=t0))
        bad = session.scalars(
            select(Stage.id).join(Deadline).where(Deadline.lead_id == broken, Stage.rung == "proposed")
        )
        bad_id = bad.one()
        session.execute(update(Lead).where(Lead.id == broken).values(level="none"))
    for minute in range(0, 9):
        clock.tick(minutes(minute))
    assert ("proposed" in rungs_told(sound), rungs_told(broken)) == (True, [])
    with transaction() as session:
        stage = session.get_one(Stage, bad_id)
        assert stage.attempts == 9, "more than the attempts after which other rows are parked"
        assert stage.look_at == minutes(8) + clock.RETRY
        session.execute(update(Lead).where(Lead.id == broken).values(level="red"))
    clock.tick(minutes(9))
    assert rungs_told(broken) == ["proposed"]


def test_a_clock_killed_before_its_commit_loses_nothing(minutes: At, t0: datetime) -> None:
    lead_id = propose(t0)

    class Killed(BaseException):
        pass

    def tick_killed_before_its_commit() -> None:
        with transaction() as session:
            for taken in clock._due(t0, clock.LEGAL):
                telling.tell(session, taken, t0)
            raise Killed

    with pytest.raises(Killed):
        tick_killed_before_its_commit()
    assert told(lead_id) == []
    clock.tick(t0 + timedelta(seconds=29))
    assert told(lead_id) == [], "the rung is still held"
    clock.tick(t0 + timedelta(seconds=30))
    assert [name for name, _ in told(lead_id)] == ["值班员A"]


def test_a_clock_that_slept_through_its_hold_writes_nothing(t0: datetime) -> None:
    lead_id = propose(t0)
    slept = next(taken for taken in clock._due(t0, clock.LEGAL))
    clock.tick(t0 + timedelta(seconds=31))
    with transaction() as session:
        assert telling.tell(session, slept, t0 + timedelta(seconds=32)) == 0
    assert len(told(lead_id)) == 1


def test_the_clock_gives_a_sign_of_life(t0: datetime) -> None:
    for seconds in (0, 1, 2, 4):
        clock.tick(t0 + timedelta(seconds=seconds))
    with transaction() as session:
        assert heartbeats(session)["clock"].at == t0 + timedelta(seconds=4)
