"""Stories of the sender with a real mail server that accepts, refuses, hangs and drops."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from alerts_story import confirm, duty, propose, told
from services.smtp import ACCEPT, DROP, HANG, KEEP_AND_DROP, MailServer
from sqlalchemy import create_engine, select, update

from alerts import clock, run
from alerts.channels import Mail, email
from alerts.sender import send_due
from domain.regulations import rule
from store import cases, db, deadlines, notices
from store.db import transaction
from store.links import notice_of
from store.office import heartbeats
from store.secrets import key
from store.settings import Settings
from store.tables.cases import Deadline
from store.tables.notices import Delivery, Notice
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]
ANY_THREAD = {"sqlite": {"check_same_thread": False}}


def states() -> dict[str, str]:
    """Return the state of the newest notice of each person."""
    with transaction() as session:
        return {notice.person.name: notice.state for notice in session.scalars(select(Notice).order_by(Notice.id))}


def test_what_the_server_said_is_kept_and_the_link_acknowledges(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    confirm(propose(t0), t0)
    clock.tick(t0)
    assert send_due(t0, None, settings) == 3
    with transaction() as session:
        notice = session.scalars(select(Notice).where(Notice.asks_ack)).one()
        assert (notice.state, notice.proof, notice.attempts) == ("sent", "250 OK queued", 1)
        assert notices.proof(notice) == "已交邮件服务器"
        assert [(d.ok, d.words) for d in notice.deliveries] == [(True, "250 OK queued")]
    [mail] = mailbox.to("liaison@qingyuan.example")
    message = mail.message
    assert mail.recipients == ("liaison@qingyuan.example",), "nobody sees the others' addresses"
    assert message["Message-ID"] == notice.message_id
    assert message["References"] == f"<lead-{notice.lead_id}@huiying.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["From"]) == "清源市市场监督管理局值班室 <zhiban@qingyuan.example>"
    assert message["Date"].datetime == t0.replace(microsecond=0)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    link = next(line for line in text.get_content().splitlines() if line.startswith("签收："))
    token = link.removeprefix("签收：https://yq.qingyuan.example/n/")
    assert notice_of(key(settings.secret_file, "ack-link"), token, t0) == notice.id
    assert token in html.get_content()
    assert token not in notice.text + (notice.html or ""), "the link is kept nowhere"


@pytest.mark.parametrize("step", ["451 4.7.1 try later", DROP, KEEP_AND_DROP])
def test_a_temporary_error_is_tried_again_with_the_same_message_id(
    step: str, mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    propose(t0)
    clock.tick(t0)
    mailbox.then(step)
    assert send_due(t0, None, settings) == 0
    with transaction() as session:
        notice = session.scalars(select(Notice)).one()
        assert notice.state == "pending"
        assert notice.error
        assert timedelta(seconds=14) < notice.send_at - t0 < timedelta(seconds=20)  # type: ignore[operator]
    assert send_due(t0 + timedelta(seconds=10), None, settings) == 0, "not before its time"
    assert send_due(t0 + timedelta(seconds=25), None, settings) == 1
    identities = {str(mail.message["Message-ID"]) for mail in mailbox.mails}
    assert identities == {notice.message_id}
    assert len(mailbox.mails) == (2 if step == KEEP_AND_DROP else 1)


def test_a_refused_recipient_fails_at_once_and_the_next_superior_is_told(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    lead_id = propose(t0)
    confirm(lead_id, t0)
    clock.tick(t0)
    mailbox.refuse("liaison@qingyuan.example", "550 5.1.1 no such user")
    mailbox.refuse("duty_leader@qingyuan.example")
    send_due(t0, None, settings)
    assert states()["联络员F"] == "failed"
    fallen = {str(one.message["Subject"]): one for one in mailbox.to("office_director@qingyuan.example")}
    assert [subject.split("：")[0] for subject in sorted(fallen)] == [
        "【通知未送达】请电话通知带班领导B",
        "【通知未送达】请电话通知联络员F",
    ], "the duty leader cannot be reached either, so the next one hears of both"
    mail = next(one for subject, one in fallen.items() if "联络员F：【舆情交办·红】" in subject)
    body = mail.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "请立即电话通知：13900000000" in text
    assert "550 5.1.1 no such user" in text
    with transaction() as session:
        assert {notice.person.name for notice in notices.troubled(session)} == {"联络员F", "带班领导B"}


def test_when_everybody_is_refused_it_ends_and_is_shown(
    mailbox: MailServer, settings: Settings, t0: datetime, office: dict[str, int]
) -> None:
    propose(t0)
    clock.tick(t0)
    for post in office:
        mailbox.refuse(f"{post}@qingyuan.example")
    for seconds in range(5):
        send_due(t0 + timedelta(seconds=seconds), None, settings)
    assert mailbox.mails == []
    with transaction() as session:
        names = [notice.person.name for notice in notices.troubled(session)]
    assert names == ["主要领导E", "分管领导D", "办公室主任C", "带班领导B", "值班员A"]


def test_one_bad_address_stops_no_other(mailbox: MailServer, settings: Settings, t0: datetime) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "值班员A").values(email="not an address\r\nRCPT TO:<x@y>"))
    confirm(propose(t0), t0)
    clock.tick(t0)
    send_due(t0, None, settings)
    assert states()["值班员A"] == "failed"
    assert {mail.recipients[0].split("@")[0] for mail in mailbox.mails} >= {"liaison", "duty_leader"}


def test_a_mailbox_that_is_full_three_times_is_told_on_and_withdrawn_when_it_arrives(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    propose(t0)
    clock.tick(t0)
    mailbox.refuse("duty_officer@qingyuan.example", "452 4.2.2 mailbox full")
    for seconds in (0, 20, 60):
        send_due(t0 + timedelta(seconds=seconds), None, settings)
    [mail] = mailbox.mails
    assert mail.recipients == ("duty_leader@qingyuan.example",)
    assert "值班员A" in mail.message["Subject"]
    mailbox.refused.clear()
    send_due(t0 + timedelta(seconds=130), None, settings)
    assert [one.recipients[0] for one in mailbox.mails[1:]] == ["duty_officer@qingyuan.example"]


def test_a_server_that_is_away_makes_no_extra_mail(mailbox: MailServer, settings: Settings, t0: datetime) -> None:
    away = Settings.from_env({"SMTP_URL": "smtp://127.0.0.1:9", "HUIYING_DATA_DIR": str(settings.data_dir)})
    propose(t0)
    clock.tick(t0)
    for minute in range(0, 12, 2):
        send_due(t0 + timedelta(minutes=minute), None, away)
    with transaction() as session:
        [notice] = session.scalars(select(Notice))
        assert notice.attempts >= 4
        assert "连不上邮件服务器 127.0.0.1:9" in str(notice.error)
        assert notices.troubled(session) == [notice]
    assert send_due(t0 + timedelta(minutes=30), None, settings) == 1


def test_without_a_channel_nothing_is_tried_and_nothing_is_lost(settings: Settings, t0: datetime) -> None:
    mute = Settings.from_env({"HUIYING_DATA_DIR": str(settings.data_dir)})
    propose(t0)
    clock.tick(t0)
    assert send_due(t0, None, mute) == 0
    with transaction() as session:
        [notice] = session.scalars(select(Notice))
        assert (notice.state, notice.attempts) == ("pending", 0)
        assert heartbeats(session)["sender"].words == "没有可用的通知渠道"
    assert send_due(t0 + timedelta(minutes=1), None, settings) == 1


def meet(case_id: int, code: str, at: datetime) -> None:
    """Meet one duty of a case."""
    with transaction() as session:
        deadlines.meet(session, session.get_one(Deadline, duty(case_id, code)), at, at, None, rule(code).met_by)


def test_nothing_is_sent_for_a_duty_after_it_was_met(mailbox: MailServer, settings: Settings, minutes: At) -> None:
    case_id = confirm(propose(minutes(0)), minutes(0))
    clock.tick(minutes(0))
    meet(case_id, "AUTH_RELEASE", minutes(1))
    send_due(minutes(1), None, settings)
    body = mailbox.to("liaison@qingyuan.example")[0].message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "24小时发布会" in text
    assert "5小时发布：" not in text, "the duty that was met is left out of the message"
    clock.tick(minutes(24 * 60 - 60))
    meet(case_id, "PRESS_CONF", minutes(24 * 60 - 59))
    send_due(minutes(24 * 60 - 58), None, settings)
    assert len(mailbox.to("liaison@qingyuan.example")) == 1
    others = {str(mail.message["Subject"]) for mail in mailbox.mails[3:]}
    assert {subject for subject in others if "周期性工作" not in subject} == {"【舆情日报·迟发】第1期 6月11日"}
    with transaction() as session:
        assert session.scalars(select(Notice).where(Notice.state == "pending")).all() == []


def test_a_duty_that_ends_behind_the_senders_back_is_checked_again(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    lead_id = propose(t0)
    clock.tick(t0)
    with transaction() as session:
        session.execute(update(Deadline).where(Deadline.lead_id == lead_id).values(state="void"))
    assert send_due(t0, None, settings) == 0
    assert (mailbox.asked, states()["值班员A"]) == (0, "cancelled")


def test_of_unsent_notices_of_one_duty_only_the_newest_goes_out(
    mailbox: MailServer, settings: Settings, minutes: At
) -> None:
    confirm(propose(minutes(0)), minutes(0), emergency=True)
    for minute in (0, 150, 240, 285, 300):
        clock.tick(minutes(minute))
    send_due(minutes(301), None, settings)
    subjects = [str(mail.message["Subject"]) for mail in mailbox.to("liaison@qingyuan.example")]
    assert [subject.split("，")[0] for subject in subjects] == [
        "【舆情交办·红】请于6月10日19:00前反馈：清源一中多名学生饭后腹泻送医（舆情〔2026〕1号）",
        "【舆情逾期·红】时限已于6月10日19:00届满",
    ], "the first still tells of the 24 hours"


def test_legal_notices_go_first(mailbox: MailServer, settings: Settings, t0: datetime) -> None:
    propose(t0, "超市价签不符", opens="lead")
    clock.tick(t0)
    propose(t0, "多人腹泻")
    clock.tick(t0 + timedelta(seconds=1))
    send_due(t0 + timedelta(seconds=1), None, settings)
    assert ["疑似" in mail.message["Subject"] for mail in mailbox.mails] == [True, False]


def test_a_sender_killed_after_the_server_took_it_sends_one_duplicate(settings: Settings, t0: datetime) -> None:
    propose(t0)
    clock.tick(t0)
    taken: list[Mail] = []

    class Killed(BaseException):
        pass

    def die_after(mail: Mail) -> str:
        taken.append(mail)
        raise Killed

    with pytest.raises(Killed):
        send_due(t0, die_after, settings)

    def accept(mail: Mail) -> str:
        taken.append(mail)
        return "250 OK"

    assert send_due(t0 + timedelta(seconds=20), accept, settings) == 0, "still held"
    assert send_due(t0 + timedelta(seconds=31), accept, settings) == 1
    assert send_due(t0 + timedelta(seconds=90), accept, settings) == 0
    assert [mail.message_id for mail in taken] == [taken[0].message_id] * 2


def test_an_outcome_a_busy_database_refuses_is_written_after_all(
    settings: Settings, t0: datetime, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(t0)
    clock.tick(t0)
    monkeypatch.setattr(db, "BUSY_MS", 100)
    db.connect(database)
    other = create_engine(database, isolation_level="AUTOCOMMIT", connect_args=ANY_THREAD.get(database[:6], {}))
    with other.connect() as writer:
        end = threading.Timer(1.0, lambda: writer.exec_driver_sql("ROLLBACK"))

        def accept_and_block(mail: Mail) -> str:
            writer.exec_driver_sql("BEGIN IMMEDIATE" if database.startswith("sqlite") else "BEGIN; LOCK TABLE notice")
            end.start()
            return "250 OK"

        assert send_due(t0, accept_and_block, settings) == 1
        end.join()
    other.dispose()
    assert states() == {"值班员A": "sent"}


def test_a_channel_that_breaks_is_tried_again(settings: Settings, t0: datetime) -> None:
    propose(t0)
    clock.tick(t0)

    def broken(mail: Mail) -> str:
        raise ZeroDivisionError

    assert send_due(t0, broken, settings) == 0
    with transaction() as session:
        [delivery] = session.scalars(select(Delivery))
        assert (delivery.ok, delivery.permanent) == (False, False)
    assert send_due(t0 + timedelta(seconds=16), lambda mail: "250 OK", settings) == 1


def test_a_hanging_server_never_stops_a_tick(
    mailbox: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email, "VERB", 1.0)
    mailbox.then(HANG, ACCEPT)
    now = datetime.now(UTC)
    hung = propose(now, "甲")
    stop = threading.Event()
    thread = threading.Thread(target=run.run, args=(settings, stop))
    thread.start()
    try:
        until(lambda: mailbox.asked == 1)
        other = propose(datetime.now(UTC), "乙")
        until(lambda: len(told(other)) == 1, seconds=3)
        until(lambda: len(mailbox.mails) == 1, seconds=3)
    finally:
        stop.set()
        began = time.monotonic()
        thread.join(3)
    assert time.monotonic() - began < 2
    assert len(told(hung)) == 1
    assert "乙" in mailbox.mails[0].message["Subject"]


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until something is true, at most so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_the_release_ends_the_mail_too(mailbox: MailServer, settings: Settings, minutes: At) -> None:
    case_id = confirm(propose(minutes(0)), minutes(0))
    clock.tick(minutes(0))
    with transaction() as session:
        case = session.get_one(Deadline, duty(case_id, "AUTH_RELEASE")).case
        person = session.scalars(select(Person)).first()
        assert case is not None
        assert person is not None
        for kind in ("release", "conference"):
            cases.record_release(session, case, cases.Act(kind, minutes(1), "网站", "本局"), person, minutes(2))
    assert send_due(minutes(2), None, settings) == 0
    assert mailbox.mails == []
