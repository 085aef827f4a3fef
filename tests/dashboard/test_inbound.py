"""来信: what waits is assigned in one click or set aside; attachments go to readers and to the unit alone."""

from datetime import datetime
from pathlib import Path

import pytest
import screen_matters as made
from sqlalchemy import select

from store import files, inbound
from store.db import reading, transaction
from store.inbound import Came, KeptFile
from store.settings import Settings
from store.tables import Case, Notice, Unit
from store.tables.handling import Attachment, ReportBack
from store.tables.notices import Inbound

NAME = '情况"说明;.docx'


def mail(
    now: datetime,
    folder: Path,
    *,
    subject: str = "情况反映",
    words: str = "商户已停业，电话13912345678",
    waits: bool = True,
) -> int:
    """Write down a mail with one file and return its id."""
    kept = KeptFile(NAME, "text/html", 7, files.keep(folder / files.ATTACHMENTS, b"content"))
    with transaction() as session:
        came = Came(f"<{subject}@elsewhere.example>", "x@elsewhere.example", subject, "other", words)
        found = inbound.note(session, came, now, files=[kept], waits=waits)
        assert found is not None
        return found.id


def test_it_is_in_the_navigation_on_a_telephone_too(duty, signed_in):
    assert '<li><a href="/inbound"' in duty.text("/"), "not for wide screens only"
    assert 'href="/inbound"' not in signed_in("leader").text("/")


def attachment() -> int:
    with reading() as session:
        return session.scalars(select(Attachment.id)).one()


def test_a_waiting_mail_is_assigned_in_one_click(duty, clock, settings: Settings):
    case_id = made.case(clock.now)
    mail_id = mail(clock.now, settings.data_dir, subject="回复 舆情〔2026〕1号")
    page = duty.text("/inbound")
    assert 'value="舆情〔2026〕1号"' in page, "the number in its subject is proposed"
    assert "139******78" in page
    assert "13912345678" not in page
    assert "来信 1" in page
    answer = duty.post(f"/inbound/{mail_id}/assign", number="舆情〔2026〕1号")
    assert answer.headers["Location"] == "/inbound"
    assert "没有等待处理的来信" in duty.text("/inbound")
    with reading() as session:
        [report] = session.scalars(select(ReportBack))
        assert (report.case_id, len(report.attachments)) == (case_id, 1)
        assert session.get_one(Case, case_id).state == "handling"
    shown = duty.text(f"/cases/{case_id}")
    assert f"/attachments/{attachment()}" in shown
    assert "反馈（邮件回复）：商户已停业" in shown


def test_a_wrong_number_keeps_what_was_entered(duty, clock, settings: Settings):
    mail_id = mail(clock.now, settings.data_dir)
    answer = duty.post(f"/inbound/{mail_id}/assign", number="舆情〔2026〕99号")
    assert answer.status_code == 422
    assert "没有这个编号的事项" in answer.text
    assert 'value="舆情〔2026〕99号"' in answer.text


def test_a_mail_is_set_aside_once(duty, clock, settings: Settings):
    mail_id = mail(clock.now, settings.data_dir)
    assert duty.post(f"/inbound/{mail_id}/aside").status_code == 302
    assert "已经处理过" in duty.post(f"/inbound/{mail_id}/aside").text
    with reading() as session:
        assert not session.get_one(Inbound, mail_id).waits
    assert "情况反映" in duty.text("/inbound"), "it stays in the list below"
    assert duty.post("/inbound/999/aside").status_code == 404


def test_an_attachment_is_handed_out_as_a_file_and_never_as_a_page(duty, clock, settings: Settings):
    mail(clock.now, settings.data_dir)
    answer = duty.get(f"/attachments/{attachment()}")
    assert answer.data == b"content"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E6%83%85%E5%86%B5%22%E8%AF%B4%E6%98%8E%3B.docx"
    )
    assert duty.get("/attachments/999").status_code == 404


def test_a_section_gets_the_attachments_of_its_own_matters_alone(signed_in, duty, clock, settings: Settings):
    case_id = made.case(clock.now)
    mail_id = mail(clock.now, settings.data_dir)
    section = signed_in("section")
    assert section.get(f"/attachments/{attachment()}").status_code == 404, "it belongs to nobody yet"
    duty.post(f"/inbound/{mail_id}/assign", number="1")
    assert section.get(f"/attachments/{attachment()}").status_code == 200
    with transaction() as session:
        other = session.scalars(select(Unit).where(Unit.name == "特种设备科")).one()
        session.get_one(Case, case_id).unit_id = other.id
    assert section.get(f"/attachments/{attachment()}").status_code == 404
    assert signed_in("leader").get(f"/attachments/{attachment()}").status_code == 200


def test_a_file_that_is_lost_is_an_unknown_page(duty, clock, settings: Settings):
    mail(clock.now, settings.data_dir)
    for path in (settings.data_dir / files.ATTACHMENTS).iterdir():
        path.unlink()
    assert duty.get(f"/attachments/{attachment()}").status_code == 404


@pytest.mark.parametrize("count", [0, 120])
def test_the_list_shows_what_came_in(duty, clock, settings: Settings, count: int):
    for number in range(count):
        mail(
            clock.now,
            settings.data_dir,
            subject=f"第{number}封" + "长" * 80,
            words="<b>x</b>" * 100,
            waits=number % 2 == 0,
        )
    page = duty.text("/inbound")
    assert "<b>x</b>" not in page
    assert ("还没有收到过来信" in page) == (count == 0)
    with reading() as session:
        assert session.scalar(select(Notice.id)) is None


def test_a_receipt_from_another_address_says_why_it_waits(duty, clock, settings: Settings):
    case_id = made.case(clock.now)
    notice_id = made.notice(case_id, "section", clock.now)
    with transaction() as session:
        notice = session.get_one(Notice, notice_id)
        inbound.note(
            session, Came("<1@a>", "x@elsewhere.example", "回复", "other", "签收"), clock.now, notice, waits=True
        )
    assert "发件人不是本人邮箱，没有算作签收" in duty.text("/inbound")
