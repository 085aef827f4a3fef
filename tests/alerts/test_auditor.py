"""The auditor sees what must not be, says it on the board and by a mail of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from alerts_story import confirm, propose
from services.smtp import MailServer
from sqlalchemy import delete, select, update

from alerts import checks, clock
from alerts.auditor import Watch, audit
from alerts.checks import PROCESSES
from alerts.sender import send_due
from domain.calendar_file import YearTable
from store import db, journal, notices, returns
from store.calendar import load
from store.db import transaction
from store.limits import set_limit
from store.office import beat, fact, heartbeats, set_fact
from store.settings import Settings
from store.sources import add_source, note_failure
from store.tables.cases import Case, Deadline, Stage
from store.tables.journal import JournalEntry
from store.tables.notices import Notice
from store.tables.people import Person, Shift

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]


@pytest.fixture
def alive(t0: datetime) -> Callable[[datetime], None]:
    """Lets every process give a sign of life."""

    def breathe(now: datetime) -> None:
        with transaction() as session:
            for name in PROCESSES:
                beat(session, name, now)

    return breathe


def codes(now: datetime, settings: Settings) -> list[str]:
    """Return what the auditor finds."""
    return [finding.code for finding in audit(now, settings)]


def test_a_service_that_does_its_work_has_no_findings(
    settings: Settings, minutes: At, alive: Callable[[datetime], None]
) -> None:
    confirm(propose(minutes(0)), minutes(0))
    propose(minutes(0), "超市价签不符", opens="lead")
    for minute in range(0, 400, 30):
        clock.tick(minutes(minute))
        acknowledge_all(minutes(minute))
        send_due(minutes(minute), None, settings)
        alive(minutes(minute))
        assert codes(minutes(minute), settings) == []


def acknowledge_all(now: datetime) -> None:
    """Acknowledge what asks for it, as a liaison does."""
    with transaction() as session:
        for notice in session.scalars(select(Notice).where(Notice.asks_ack, Notice.ack_at.is_(None))).all():
            notices.acknowledge(session, notice, "凭邮件链接签收", now, "link")


def break_stage_lost() -> None:
    with transaction() as session:
        session.execute(update(Stage).values(look_at=None))


def break_stages_gone() -> None:
    with transaction() as session:
        session.execute(update(Notice).values(stage_id=None))
        session.execute(delete(Stage))


def break_case() -> None:
    with transaction() as session:
        session.execute(update(Deadline).values(case_id=None))


def break_notice() -> None:
    with transaction() as session:
        session.execute(update(Notice).values(state="failed"))


def break_nobody() -> None:
    with transaction() as session:
        session.execute(update(Stage).where(Stage.state == "told").values(nobody=True))


def break_journal() -> None:
    with transaction() as session:
        session.execute(update(JournalEntry).where(JournalEntry.seq == 2).values(actor="person-99"))


def break_source() -> None:
    with transaction() as session:
        source = add_source(session, "https://gone.example/feed", datetime(2026, 6, 10, tzinfo=UTC), name="停刊的网站")
        note_failure(source, datetime(2026, 6, 10, tzinfo=UTC), "404", "没有这个页面")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (break_stage_lost, "stage_lost"),
        (break_stages_gone, "duty_unstaged"),
        (break_case, "case_unclocked"),
        (break_notice, "notice_failed"),
        (break_nobody, "nobody"),
        (break_journal, "journal"),
        (break_source, "sources"),
    ],
)
def test_what_is_broken_is_found(
    broken: Callable[[], None], code: str, settings: Settings, t0: datetime, alive: Callable[[datetime], None]
) -> None:
    confirm(propose(t0), t0)
    clock.tick(t0)
    send_due(t0, None, settings)
    alive(t0)
    assert codes(t0, settings) == []
    broken()
    assert codes(t0, settings) == [code]


def test_a_clock_that_stands_still_is_found(settings: Settings, minutes: At, alive: Callable[[datetime], None]) -> None:
    propose(minutes(0))
    alive(minutes(0))
    assert codes(minutes(0.9), settings) == []
    found = audit(minutes(2), settings)
    assert [one.code for one in found] == ["stage_overdue", *(f"silent_{name}" for name in PROCESSES)]
    assert found[0].since == minutes(0)
    assert found[1].words == "时钟（clock）已停，上次心跳6月10日 14:00"
    clock.tick(minutes(2))
    assert "notice_unsent" in codes(minutes(4.1), settings)


def test_silence_counts_only_a_minute_after_the_start(settings: Settings, minutes: At) -> None:
    assert audit(minutes(1), settings, started=minutes(0.5)) == []
    assert len(audit(minutes(2), settings, started=minutes(0.5))) == len(PROCESSES)


@pytest.mark.parametrize(
    ("day", "found"), [("2026-10-31", []), ("2026-11-01", ["calendar"]), ("2025-12-31", []), ("2027-02-01", [])]
)
def test_next_years_calendar_is_asked_for_from_november(
    day: str, found: list[str], settings: Settings, alive: Callable[[datetime], None]
) -> None:
    now = datetime.fromisoformat(f"{day}T12:00:00+08:00")
    alive(now)
    assert codes(now, settings) == found


def test_an_office_without_channel_is_told_so(settings: Settings, t0: datetime, alive: Callable[..., None]) -> None:
    alive(t0)
    assert codes(t0, Settings.from_env({"HUIYING_DATA_DIR": str(settings.data_dir)})) == ["no_channel"]


def test_alarms_go_out_by_mail_once_an_hour_and_stand_on_the_board(
    settings: Settings, minutes: At, mailbox: MailServer, alive: Callable[[datetime], None]
) -> None:
    propose(minutes(0))
    watch = Watch(settings, minutes(0))
    for minute in range(3, 66):
        alive(minutes(minute))
        watch.look(minutes(minute))
    to = [mail.recipients[0] for mail in mailbox.mails]
    assert to == ["office_director@qingyuan.example", "duty_officer@qingyuan.example"] * 2
    assert str(mailbox.mails[0].message["Subject"]) == "【系统告警】3个时限节点到点超过1分钟仍未通知"
    restarted = Watch(settings, minutes(66))
    restarted.look(minutes(66))
    assert len(mailbox.mails) == 4, "a new start repeats nothing"
    with transaction() as session:
        assert fact(session, "audit_findings") == ["6个时限节点到点超过1分钟仍未通知"]
        assert heartbeats(session)["auditor"].words == "发现1个问题"


def test_an_alarm_goes_out_while_the_database_is_away(
    settings: Settings, minutes: At, mailbox: MailServer, database: str, alive: Callable[[datetime], None]
) -> None:
    watch = Watch(settings, minutes(0))
    alive(minutes(1))
    assert watch.look(minutes(1)) == []
    db.disconnect()
    assert [one.code for one in watch.look(minutes(2))] == ["database"]
    assert [mail.recipients[0] for mail in mailbox.mails] == [
        "office_director@qingyuan.example",
        "duty_officer@qingyuan.example",
    ]


def test_a_broken_journal_stays_broken_between_the_hourly_checks(
    settings: Settings, minutes: At, alive: Callable[[datetime], None]
) -> None:
    confirm(propose(minutes(0)), minutes(0))
    clock.tick(minutes(0))
    send_due(minutes(0), None, settings)
    break_journal()
    watch = Watch(settings, minutes(0))
    for minute in (1, 2, 59, 62):
        alive(minutes(minute))
        assert [one.code for one in watch.look(minutes(minute))] == ["journal"]
    with transaction() as session:
        assert journal.first_broken(session) == 2


def test_the_hang_of_one_send_is_bounded(settings: Settings, t0: datetime) -> None:
    from alerts.channels import email
    from alerts.sender import HOLD, TURN

    assert timedelta(seconds=email.WHOLE) < HOLD
    assert HOLD.total_seconds() > TURN + email.WHOLE


def test_a_limit_longer_than_the_legal_one_stands_as_a_finding(settings: Settings, t0: datetime, minutes: At) -> None:
    with transaction() as session:
        set_limit(session, "OTHER_RESPONSE", {"limit": 24}, "command", t0)
    assert "limit_OTHER_RESPONSE" not in codes(minutes(1), settings)
    with transaction() as session:
        set_limit(session, "OTHER_RESPONSE", {"limit": 72}, "command", t0, reason="局长办公会议定")
    [found] = [one for one in audit(minutes(1), settings) if one.code == "limit_OTHER_RESPONSE"]
    assert found.words == "72小时回应长于规定的时限（国办发〔2016〕61号；本单位设定为72小时），理由：局长办公会议定"
    assert found.since == t0


def test_an_own_ladder_that_cannot_be_used_is_a_finding(settings: Settings, minutes: At) -> None:
    assert "tables" not in codes(minutes(1), settings)
    with transaction() as session:
        set_fact(session, "ladder", {"text": "[[duty\n"})
    [found] = [one for one in audit(minutes(1), settings) if one.code == "tables"]
    assert found.words.startswith("本单位的通知阶梯或未签收跟进表不能用，现按默认的通知：第1行看不懂")


def test_the_missing_calendar_is_a_finding_until_it_is_loaded(settings: Settings) -> None:
    november = datetime(2026, 11, 20, tzinfo=UTC)
    assert "calendar" in codes(november, settings)
    with transaction() as session:
        load(session, [YearTable(2027, ("01-01",), (), "通知")], "文件", "command", november)
    assert "calendar" not in codes(november, settings)


def test_gaps_of_a_kept_rota_are_found_two_weeks_ahead(
    settings: Settings, t0: datetime, alive: Callable[[datetime], None], office: dict[str, int]
) -> None:
    alive(t0)
    assert codes(t0, settings) == [], "an office without a rota has its posts"
    with transaction() as session:
        for post in ("duty_officer", "duty_leader"):
            session.add(
                Shift(post=post, person_id=office[post], start_at=t0 - timedelta(days=1), end_at=t0 + timedelta(days=9))
            )
    found = audit(t0, settings)
    assert [one.words for one in found] == ["值班表未来14天有2处空缺，最早：值班员空缺，6月19日（星期五）14:00起"]


def test_what_changed_hands_and_was_told_nobody_is_found(
    settings: Settings, minutes: At, alive: Callable[[datetime], None]
) -> None:
    case_id = confirm(propose(minutes(0)), minutes(0))
    clock.tick(minutes(0))
    with transaction() as session:
        case = session.get_one(Case, case_id)
        officer, food = session.scalars(select(Person)).first(), case.unit
        returns.ask(session, case, returns.Asked(food, minutes(0), "电话", "不属本科"), officer, minutes(0))
    alive(minutes(2))
    assert "handed_untold" in codes(minutes(2), settings)
    clock.tick(minutes(2))
    send_due(minutes(2), None, settings)
    assert "handed_untold" not in codes(minutes(2), settings)


def test_a_full_disk_is_said_by_the_auditor(tmp_path):
    assert list(checks.disk(tmp_path, fullest=1.01)) == []
    [found] = checks.disk(tmp_path / "not" / "there" / "yet", fullest=0.0)
    assert found.code == "disk"
    assert "暂停留存原始证据；时限和通知不受影响" in found.words
