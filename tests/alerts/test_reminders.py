"""Periodic duties: a row a period, three reminders at most, one message a person; own channels that fell silent."""

from datetime import date, datetime, timedelta

import pytest
from services.smtp import MailServer
from sqlalchemy import select

from alerts import clock
from alerts.auditor import audit
from alerts.periodic import remind
from alerts.sender import send_due
from domain.periodic import periodic_codes
from domain.workdays import BEIJING
from store import journal, periodic, sources
from store.db import transaction
from store.limits import set_limit
from store.settings import Settings
from store.tables.notices import Notice
from store.tables.office import PeriodicDuty
from store.tables.people import Person
from store.tables.sources import Source

pytestmark = pytest.mark.usefixtures("office")
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """Return a Beijing time of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BEIJING)


def told(since: str = "01-01T00:00") -> list[tuple[str, str]]:
    """Return (person, subject) of the reminders written from `since` on."""
    with transaction() as session:
        asked = select(Notice).where(Notice.created_at >= at(since), Notice.topic.not_like("digest-%"))
        return [(one.person.name, one.subject) for one in session.scalars(asked.order_by(Notice.id))]


def texts(topic: str) -> list[str]:
    """Return what the reminders of a topic say, in the order they were written."""
    with transaction() as session:
        return list(session.scalars(select(Notice.text).where(Notice.topic.like(topic)).order_by(Notice.id)))


def duty(rule: str, period: str) -> PeriodicDuty:
    """Return one row as it stands."""
    with transaction() as session:
        asked = select(PeriodicDuty).where(PeriodicDuty.rule == rule, PeriodicDuty.period == period)
        return session.scalars(asked).one()


def done(rule: str, period: str, now: datetime, on: date | None = None) -> None:
    """Record a duty as the office does."""
    id_ = duty(rule, period).id
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.name == "办公室主任C")).one()
        row = session.get_one(PeriodicDuty, id_)
        periodic.record(session, row, on or now.astimezone(BEIJING).date(), "印发通报第11期", person, now)


def only(*codes: str) -> None:
    """Leave all other periodic duties out."""
    with transaction() as session:
        for code in set(periodic_codes()) - set(codes):
            set_limit(session, code, {"off": True}, "command", at("01-01T08:00"), reason="试")


def test_every_period_that_runs_has_one_row_however_many_clocks_tick() -> None:
    for _ in range(2):
        clock.tick(at("11-25T10:00"))
        clock.tick(at("11-25T10:01"))
    with transaction() as session:
        rows = [(one.rule, one.period) for one in session.scalars(select(PeriodicDuty))]
    assert len(rows) == len(set(rows)) == 11
    assert ("MONTHLY_CIRCULAR", "2026-11") in rows
    assert ("WEEKLY_MEETING", "2026-W48") in rows
    assert ("YEARLY_INTERPRET", "2026-2/2") in rows
    assert not any(rule == "ANNUAL_REPORT" for rule, _ in rows), "it is asked for in January"
    assert told() == [], "a new office is not reproached"


def test_three_reminders_then_silence_and_the_deputy_hears_of_the_miss_alone() -> None:
    only("MONTHLY_CIRCULAR")
    for hour in range(0, 24 * 9, 3):
        remind(at("11-25T09:00") + timedelta(hours=hour))
    ask = "请于11月30日前完成：月度通报（2026年11月）"
    over = "【周期性工作·已逾期】应于11月30日前完成，尚未登记：月度通报（2026年11月）"
    assert [one for one in told() if "11月" in one[1]] == [
        ("办公室主任C", f"【周期性工作·还有3天】{ask}"),
        ("办公室主任C", f"【周期性工作·最后一个工作日】{ask}"),
        ("办公室主任C", over),
        ("分管领导D", over),
    ]
    assert duty("MONTHLY_CIRCULAR", "2026-11").told == 3
    assert ["请督促办公室办理并登记" in text for text in texts("periodic-%-overdue")] == [False, True]
    assert duty("MONTHLY_CIRCULAR", "2026-11").look_at is None
    assert duty("MONTHLY_CIRCULAR", "2026-12").state == "open"


def test_what_is_due_together_is_one_message_a_person(mailbox: MailServer, settings: Settings) -> None:
    only("MONTHLY_CIRCULAR", "MONTHLY_INSPECTION", "MONTHLY_SELF_CHECK")
    remind(at("11-25T10:00"))
    remind(at("11-27T09:00"))
    subject = "【周期性工作·还有3天】请于11月30日前完成：月度督查（2026年11月）等3项"
    assert told() == [("办公室主任C", subject)]
    send_due(at("11-27T09:00"), None, settings)
    [mail] = mailbox.mails
    body = mail.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for words in (
        "- 月度自查（2026年11月 · 11月30日前 · 还有3天",
        "依据 三明市商务局2017年政务公开年报",
        "/periodic",
        "已经做了的，请登记",
    ):
        assert words in text


def test_after_an_outage_only_the_latest_is_told() -> None:
    only("MONTHLY_CIRCULAR")
    remind(at("11-25T10:00"))
    remind(at("12-09T10:00"))
    assert {subject[:11] for _, subject in told()} == {"【周期性工作·已逾期】"}


def test_a_recorded_duty_is_not_reminded_of() -> None:
    only("MONTHLY_CIRCULAR")
    remind(at("11-25T10:00"))
    done("MONTHLY_CIRCULAR", "2026-11", at("11-26T10:00"), date(2026, 11, 20))
    for day in range(8):
        remind(at("11-26T10:01") + DAY * day)
    assert told() == []
    row = duty("MONTHLY_CIRCULAR", "2026-11")
    assert (row.state, row.met_at, row.words) == ("met", at("11-20T23:59:59"), "印发通报第11期")
    with transaction() as session:
        assert journal.first_broken(session) is None


def test_a_duty_the_office_does_not_follow_is_neither_written_nor_told() -> None:
    remind(at("11-25T10:00"))
    only("WEEKLY_MEETING")
    remind(at("11-27T09:00"))
    assert told() == [("办公室主任C", "【周期性工作·最后一个工作日】请于11月29日前完成：每周科长例会（2026年第48周）")]
    with transaction() as session:
        assert [row.rule for row in periodic.waiting(session)] == ["WEEKLY_MEETING"]


@pytest.mark.parametrize(
    ("on", "words", "message"),
    [
        (date(2026, 11, 27), "做了", "晚于今天"),
        (date(2026, 10, 31), "做了", "早于这个周期"),
        (date(2026, 11, 20), " ", "做了什么"),
    ],
)
def test_what_cannot_be_recorded_is_said(on: date, words: str, message: str) -> None:
    remind(at("11-25T10:00"))
    id_ = duty("MONTHLY_CIRCULAR", "2026-11").id
    with transaction() as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        row = session.get_one(PeriodicDuty, id_)
        with pytest.raises(ValueError, match=message):
            periodic.record(session, row, on, words, person, at("11-26T10:00"))


def test_a_reminder_that_does_not_go_out_is_a_finding(settings: Settings) -> None:
    remind(at("11-25T10:00"))
    assert "periodic_overdue" in [one.code for one in audit(at("11-27T09:06"), settings)]
    remind(at("11-27T09:06"))
    assert "periodic_overdue" not in [one.code for one in audit(at("11-27T09:07"), settings)]


@pytest.fixture
def channel(office: dict[str, int]) -> int:
    """The bureau's own channel, whose newest item came on 10 June at noon."""
    with transaction() as session:
        made = sources.add_source(session, "https://bureau.example/feed", at("06-01T09:00"), name="局网站", role="own")
        sources.add_source(session, "https://news.example/feed", at("06-01T09:00"), name="清源晚报")
        sources.note_ok(made, at("06-10T12:00"), 1)
        return made.id


@pytest.mark.usefixtures("channel")
def test_an_own_channel_silent_for_seven_days_is_a_finding_and_told_once(settings: Settings) -> None:
    only()
    for day in range(6, 17):
        remind(at("06-01T08:00") + DAY * day)
    assert told() == []
    assert "media_fresh" not in [one.code for one in audit(at("06-17T23:59:59"), settings)]
    [found] = [one for one in audit(at("06-18T00:01"), settings) if one.code == "media_fresh"]
    assert found.words == "1个自有渠道超过7天没有更新：局网站"
    for hour in (8, 9, 10, 34):
        remind(at("06-18T00:00") + timedelta(hours=hour))
    assert told() == [("办公室主任C", "【自有渠道未更新】请于今日更新：局网站")]


def test_a_channel_that_speaks_again_and_falls_silent_again_is_told_again(channel: int, settings: Settings) -> None:
    only()
    remind(at("06-18T09:00"))
    with transaction() as session:
        sources.note_ok(session.get_one(Source, channel), at("06-18T15:00"), 1)
    assert "media_fresh" not in [one.code for one in audit(at("06-18T15:00"), settings)]
    remind(at("06-19T09:00"))
    remind(at("06-26T09:00"))
    assert len(told()) == 2
