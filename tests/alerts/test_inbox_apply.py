"""Stories of mails that come back: 签收, reports with attachments, bounces; each applied once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from alerts_story import confirm, propose
from returned_mail import reply, status_report
from services.smtp import MailServer
from sqlalchemy import func, select

from alerts import clock
from alerts.inbox import apply as applying
from alerts.inbox.apply import KNOWN
from alerts.sender import send_due
from store import cases, files, inbound, journal
from store.db import reading, transaction
from store.settings import Settings
from store.tables.cases import Case
from store.tables.handling import ReportBack
from store.tables.journal import JournalEntry
from store.tables.notices import Delivery, Inbound, Notice
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("office")
LIAISON = "联络员F <liaison@qingyuan.example>"
At = Callable[[float], datetime]


@pytest.fixture
def told(mailbox: MailServer, settings: Settings, t0: datetime) -> str:
    """A confirmed matter whose liaison was told; gives the Message-ID of that mail."""
    confirm(propose(t0), t0)
    clock.tick(t0)
    assert send_due(t0, None, settings) == 3
    with reading() as session:
        return session.scalars(select(Notice.message_id).where(Notice.asks_ack)).one()


def apply(raw: bytes, now: datetime, folder: Path) -> str:
    """Apply one mail to an office whose files lie in `folder`."""
    env = {"HUIYING_DATA_DIR": str(folder), "SMTP_URL": "smtp://127.0.0.1:9", "HUIYING_MAIL_FROM": "a@qingyuan.example"}
    return applying.apply(raw, now, Settings.from_env(env))


def notice_of(message_id: str) -> Notice:
    with reading() as session:
        return session.scalars(select(Notice).where(Notice.message_id == message_id)).one()


def case() -> Case:
    with reading() as session:
        return session.scalars(select(Case)).one()


def only(message_id: str = "<reply-1@demo.invalid>") -> Inbound:
    with reading() as session:
        return session.scalars(select(Inbound).where(Inbound.message_id == message_id)).one()


def actions() -> list[str]:
    with reading() as session:
        assert journal.first_broken(session) is None
        return list(session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_a_word_of_receipt_acknowledges_the_mail_it_answers(told: str, minutes: At, tmp_path: Path) -> None:
    assert apply(reply("签收\n\n发自我的iPhone", sender=LIAISON, answers=told), minutes(3), tmp_path) == "ack"
    notice = notice_of(told)
    assert (notice.ack_at, notice.ack_how) == (minutes(3), "邮件回复签收")
    assert case().state == "handling"
    assert (only().notice_id, only().waits, only().words) == (notice.id, False, "签收")
    assert {"mail_in", "acknowledge", "advance"} <= set(actions())


def test_a_mail_is_applied_once(told: str, minutes: At, tmp_path: Path) -> None:
    raw = reply("已到现场", sender=LIAISON, answers=told)
    assert [apply(raw, minutes(3), tmp_path), apply(raw, minutes(4), tmp_path)] == ["report", KNOWN]
    nameless = reply("又到现场", sender=LIAISON, answers=told, message_id=None)
    assert [apply(nameless, minutes(5), tmp_path), apply(nameless, minutes(6), tmp_path)] == ["report", KNOWN]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ReportBack)) == 2
    assert actions().count("acknowledge") == 1


def test_a_report_with_its_attachment_is_in_the_case(told: str, minutes: At, tmp_path: Path) -> None:
    raw = reply("已封存样品", sender=LIAISON, answers=told, files={"情况说明.docx": b"content"})
    assert apply(raw, minutes(30), tmp_path) == "report"
    with reading() as session:
        made = session.scalars(select(ReportBack)).one()
        assert (made.text, made.how, made.person.name, made.unit.name) == (
            "已封存样品",
            "邮件回复",
            "联络员F",
            "食品安全科",
        )
        [kept] = made.attachments
        assert (kept.name, kept.size) == ("情况说明.docx", 7)
        assert files.load(tmp_path / files.ATTACHMENTS, kept.sha256) == b"content"
        lines = [
            (entry.kind, entry.what, entry.link)
            for entry in cases.timeline(session, session.get_one(Case, made.case_id))
        ]
    assert ("report", "反馈（邮件回复）：已封存样品", None) in lines
    assert ("report", "附件：情况说明.docx", f"/attachments/{kept.id}") in lines
    assert notice_of(told).ack_how == "邮件回复签收"
    assert case().state == "handling"


def test_a_report_counts_from_when_it_was_sent_where_that_can_be(told: str, minutes: At, tmp_path: Path) -> None:
    dates = {"a": minutes(20), "b": minutes(-60), "c": minutes(90)}
    for name, at in dates.items():
        raw = reply("已办", sender=LIAISON, answers=told, message_id=f"<{name}@a>")
        raw = raw.replace(b"Sun, 22 Nov 2026 14:05:00 +0800", format_datetime(at).encode())
        apply(raw, minutes(30), tmp_path)
    with reading() as session:
        found = [made.at for made in session.scalars(select(ReportBack).order_by(ReportBack.id))]
    assert found == [minutes(20), minutes(30), minutes(30)]


def test_the_number_in_the_subject_counts_from_a_person_of_ours(told: str, minutes: At, tmp_path: Path) -> None:
    with reading() as session:
        found = session.scalars(select(Case)).one()
        number = f"舆情〔{found.year}〕{found.number}号"
    for mail, subject in enumerate((number, number.replace("〔", "[").replace("〕", "]"))):
        raw = reply("1", sender=LIAISON, answers=None, subject=f"签收 {subject}", message_id=f"<{mail}@a>")
        assert apply(raw, minutes(3), tmp_path) == "ack"
    assert notice_of(told).ack_at == minutes(3)
    stranger = reply("1", sender="x@elsewhere.example", answers=None, subject=number, message_id="<s@a>")
    assert apply(stranger, minutes(4), tmp_path) == "other"
    assert only("<s@a>").waits


def test_nobody_acknowledges_for_another(told: str, minutes: At, tmp_path: Path) -> None:
    raw = reply("签收", sender="带班领导B <duty_leader@qingyuan.example>", answers=told)
    assert apply(raw, minutes(3), tmp_path) == "other"
    assert notice_of(told).ack_at is None
    assert (only().waits, only().notice_id) == (True, notice_of(told).id)


def test_a_holiday_reply_acknowledges_nothing(told: str, minutes: At, tmp_path: Path) -> None:
    raw = reply("收到", sender=LIAISON, answers=told, subject="自动回复：外出", Auto_Submitted="auto-replied")
    assert apply(raw, minutes(3), tmp_path) == "auto"
    assert notice_of(told).ack_at is None
    assert not only().waits


@pytest.mark.parametrize("status", ["5.1.1", "4.4.7"])
def test_a_bounce_fails_the_notice_and_the_superior_is_told(
    told: str, status: str, settings: Settings, mailbox: MailServer, minutes: At, tmp_path: Path
) -> None:
    raw = status_report("liaison@qingyuan.example", status=status, said="no such user", returned=told)
    assert apply(raw, minutes(3), tmp_path) == "bounce"
    notice = notice_of(told)
    assert notice.state == "failed"
    assert notice.error is not None
    assert "liaison@qingyuan.example" in notice.error
    assert send_due(minutes(4), None, settings) == 1
    [mail] = [one for one in mailbox.mails if "通知未送达" in str(one.message["Subject"])]
    assert mail.recipients == ("duty_leader@qingyuan.example",)
    assert apply(raw, minutes(5), tmp_path) == KNOWN
    assert {"bounced", "fall_over"} <= set(actions())


def test_a_bounce_that_quotes_no_id_is_of_the_latest_mail_to_that_address(
    told: str, minutes: At, tmp_path: Path
) -> None:
    apply(status_report("Liaison@qingyuan.example", returned="<other@else>"), minutes(3), tmp_path)
    assert notice_of(told).state == "failed"


def test_a_delay_is_only_noted(told: str, minutes: At, tmp_path: Path) -> None:
    raw = status_report("liaison@qingyuan.example", status="4.4.1", action="delayed", returned=told)
    assert apply(raw, minutes(3), tmp_path) == "bounce"
    assert notice_of(told).state == "sent"
    with reading() as session:
        last = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
    assert (last.ok, last.permanent) == (False, False)
    assert "仍在重试" in last.words


def test_who_acknowledged_has_got_it_whatever_comes_back(told: str, minutes: At, tmp_path: Path) -> None:
    apply(reply("签收", sender=LIAISON, answers=told), minutes(2), tmp_path)
    apply(status_report("liaison@qingyuan.example", returned=told), minutes(3), tmp_path)
    assert notice_of(told).state == "sent"


def test_an_answer_to_what_is_no_case_yet_acknowledges_and_waits(
    settings: Settings, t0: datetime, minutes: At, tmp_path: Path
) -> None:
    propose(t0)
    clock.tick(t0)
    send_due(t0, None, settings)
    with reading() as session:
        notice = session.scalars(select(Notice).order_by(Notice.id)).first()
    assert notice is not None
    raw = reply("正在核实", sender=notice.address, answers=notice.message_id)
    assert apply(raw, minutes(3), tmp_path) == "report"
    assert only().waits
    assert notice_of(notice.message_id).ack_at == minutes(3)


def test_a_waiting_mail_is_assigned_by_hand_or_set_aside_once(told: str, minutes: At, tmp_path: Path) -> None:
    raw = reply("群众来信", sender="x@elsewhere.example", answers=None, subject="反映", files={"照片.jpg": b"x"})
    assert apply(raw, minutes(3), tmp_path) == "other"
    with transaction() as session:
        [mail] = inbound.waiting(session)
        officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
        with pytest.raises(ValueError, match="没有这个编号"):
            inbound.assign(session, mail, "99", officer, minutes(4))
        assigned = inbound.assign(session, mail, "1", officer, minutes(4))
        assert (assigned.number, inbound.waiting(session)) == (1, [])
        with pytest.raises(ValueError, match="已经处理过"):
            inbound.set_aside(session, mail, officer, minutes(5))
    with reading() as session:
        made = session.scalars(select(ReportBack)).one()
        assert [file.name for file in made.attachments] == ["照片.jpg"]
    assert (made.text, made.person_id, made.how) == ("群众来信", None, "邮件回复")


def test_files_are_kept_whole_under_their_digest_alone(tmp_path: Path) -> None:
    digest = files.keep(tmp_path / "a", b"content")
    assert files.keep(tmp_path / "a", b"content") == digest
    assert [path.name for path in (tmp_path / "a").iterdir()] == [digest]
    assert files.load(tmp_path / "a", "0" * 64) is None
    for name in ("../x", "a/b", "", "A" * 64):
        with pytest.raises(ValueError, match="not a SHA-256"):
            files.load(tmp_path / "a", name)


def test_the_letter_says_how_to_reply_only_where_a_mailbox_is_read(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    confirm(propose(t0), t0)
    clock.tick(t0)
    send_due(t0, None, settings)
    confirm(propose(t0, "别处"), t0)
    clock.tick(t0)
    send_due(t0, None, replace(settings, imap_url="imaps://a:b@mail.qingyuan.example", reply_to="hui@qingyuan.example"))
    without, with_ = (one.message for one in mailbox.to("liaison@qingyuan.example"))
    assert (without["Reply-To"], str(with_["Reply-To"])) == (None, "hui@qingyuan.example")
    for kind in ("plain", "html"):
        texts = [body.get_content() for mail in (without, with_) if (body := mail.get_body((kind,))) is not None]
        assert ["直接回复本邮件“签收”即可签收" in text for text in texts] == [False, True]
        assert "〔回信说明〕" not in "".join(texts)
