"""局长信箱: each mail of a real IMAP mailbox is one message; nothing in the mailbox changes."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.imap import DROP, HANG, PASSWORD, USER, Mailbox, imap_server
from services.ports import free_port

from crawler import mailboxes
from crawler.dialling import dial_mail
from crawler.fetch_words import FetchError
from crawler.items import Collected, Item
from crawler.kinds import mailbox
from store import imap
from store.imap import Dial

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 14:05:00 +0800"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mailbox on a real IMAP server."""
    with imap_server() as made:
        yield made


def address(box: Mailbox, folder: str = "INBOX") -> str:
    return box.url.replace(f":{PASSWORD}@", "@").replace("/INBOX", f"/{folder}")


def mail(
    subject: str = "反映农贸市场缺斤短两",
    text: str = "东岭农贸市场二号摊电子秤不准。",
    html: str | None = None,
    files: tuple[str, ...] = (),
    **headers: str,
) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "市民甲 <jia@elsewhere.example>", "ju@demo.invalid", subject
    for name, value in {"Date": DATE, "Message_ID": "<1@elsewhere.example>", **headers}.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(text)
    if html is not None:
        made.add_alternative(html, subtype="html")
    for name in files:
        made.add_attachment(b"x" * 30_000, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def dial_to(*places: str, **more: Any) -> Dial:
    """What dials these private addresses and no others."""
    return partial(dial_mail, allowed=frozenset(places), own_ports=frozenset(), **more)


def place(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def collect(
    url: str,
    secret: str = PASSWORD,
    options: dict[str, object] | None = None,
    known: dict[str, int] | None = None,
    seconds: float = 30,
) -> Collected:
    return mailboxes.collect("mailbox", url, secret, NOW, options, known, dial_to(place(url)), seconds)


def visit(box: Mailbox, known: dict[str, int] | None = None, folder: str = "INBOX") -> Collected:
    return collect(address(box, folder), known=known)


def one(raw: bytes) -> Item:
    read = mailbox.letter(raw, NOW, SENT)
    assert isinstance(read, Item)
    return read


def test_each_new_mail_is_one_message_and_nothing_is_marked(box):
    box.add(mail())
    box.add(mail("第二封", Message_ID="<2@elsewhere.example>"))
    first = visit(box)
    assert [item.title for item in first.items] == ["反映农贸市场缺斤短两", "第二封"]
    assert first.known == {"validity": 7, "uid": 2}
    box.add(mail("第三封"))
    second = visit(box, dict(first.known))
    assert [item.title for item in second.items] == ["第三封"]
    third = visit(box, dict(second.known))
    assert (third.items, third.known) == ([], {"validity": 7, "uid": 3})
    words = {command.split(" ")[0 if not command.startswith("UID") else 1] for command in box.asked}
    assert words == {"CAPABILITY", "LOGIN", "ID", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
    assert "SINCE 15-Nov-2026" in " ".join(box.asked)


def test_a_letter_says_what_when_and_not_who():
    item = one(mail(files=("照片.jpg", "凭证.pdf")))
    assert (item.title, item.link, item.has_page, item.channel) == ("反映农贸市场缺斤短两", "", False, "message")
    assert item.text == "东岭农贸市场二号摊电子秤不准。\n附件：照片.jpg、凭证.pdf"
    assert item.published is not None
    assert (item.published.at, item.published.precision) == (SENT, "second")
    assert item.author is None
    assert item.number == one(mail("转发后标题变了")).number
    assert item.number != one(mail(Message_ID="<2@elsewhere.example>")).number
    assert "jia" not in str(item)
    assert "市民甲" not in str(item)


def test_html_alone_or_beside_a_stub_is_read_as_text():
    page = "<div>尊敬的局长：</div><p>超市出售过期食品，" + "请核查。" * 60 + "</p>"
    alone = EmailMessage(policy=SMTP)
    alone["From"], alone["Subject"] = "a@elsewhere.example", "来信"
    alone.set_content(page, subtype="html")
    for raw in (mail(text="请用支持HTML的软件查看。", html=page), alone.as_bytes()):
        assert one(raw).text.startswith("尊敬的局长：\n\n超市出售过期食品，请核查。")


def test_subjects_in_raw_gbk_are_read():
    raw = mail("SUBJECT").replace(b"SUBJECT", "举报无证经营".encode("gbk"))
    assert one(raw).title == "举报无证经营"


def test_a_letter_without_subject_is_called_as_it_begins():
    assert one(mail("", "\n我要投诉某超市。\n第二行")).title == "我要投诉某超市。"
    assert one(mail("", "")).title == "（无标题来信）"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Sun, 22 Nov 2026 14:00:00", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 14:00:00 CST", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 06:00:00 GMT", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", SENT),
        ("Tue, 19 Jan 2038 00:00:00 +0000", SENT),
        ("not a date", SENT),
        ("", SENT),
    ],
)
def test_the_own_date_counts_where_it_can_be_believed_else_the_arrival(date, at):
    raw = mail(Date="").replace(b"From:", f"Date: {date}\r\nFrom:".encode(), 1)
    published = one(raw).published
    assert published is not None
    assert published.at == at


def test_reports_and_automatic_replies_are_left_out_and_counted(box):
    report = mail("退信").replace(b"text/plain", b"multipart/report; report-type=delivery-status")
    box.add(report)
    box.add(mail("自动回复：外出", Auto_Submitted="auto-replied"))
    box.add(mail("自动回复：外出", X_Autoreply="yes"))
    box.add(mail("自动回复机器人太多，投诉无门"))
    box.add(mail("群发的来信", Precedence="bulk", List_Id="<x.example>"))
    found = visit(box)
    assert [item.title for item in found.items] == ["自动回复机器人太多，投诉无门", "群发的来信"]
    assert found.left_out == {"退信": 1, "自动回复": 2}
    assert found.known["uid"] == 5


def test_folders_are_asked_for_by_their_name_on_the_wire(box):
    box.folder = "&XECVf0,he7E-/2026 &-"
    visit(box, folder="%E5%B1%80%E9%95%BF%E4%BF%A1%E7%AE%B1/2026%20%26")
    assert 'EXAMINE "&XECVf0,he7E-/2026 &-"' in box.asked


def test_a_mailbox_that_numbers_anew_is_read_anew_and_numbers_stay(box):
    box.add(mail())
    first = visit(box)
    box.validity = 8
    again = visit(box, dict(first.known))
    assert again.known == {"validity": 8, "uid": 1}
    assert [item.number for item in again.items] == [item.number for item in first.items]


def test_a_mail_that_is_too_large_is_told_by_its_subject(box, monkeypatch):
    monkeypatch.setattr(mailboxes, "LARGEST", 2_000)
    box.add(mail("带了录像", "x" * 3_000))
    (item,) = visit(box).items
    assert item.title == "带了录像"
    assert "太大" in item.text
    assert item.published is not None


def test_a_mail_at_which_the_conversation_breaks_does_not_keep_the_others(box, monkeypatch):
    for number in (1, 2, 3):
        box.add(mail(f"第{number}封", Message_ID=f"<{number}@elsewhere.example>"))
    good = imap._fetched

    def breaks(server, at, largest):
        if at.uid == 2 and largest:
            raise ConnectionResetError("reset")
        return good(server, at, largest)

    monkeypatch.setattr(imap, "_fetched", breaks)
    found = visit(box)
    assert [item.title for item in found.items] == ["第1封", "第2封", "第3封"]
    assert ["太大" in item.text for item in found.items] == [False, True, False]


def test_what_was_read_before_the_line_went_dead_is_kept(box, monkeypatch):
    for number in (1, 2):
        box.add(mail(f"第{number}封"))
    good = imap._fetched

    def breaks(server, at, largest):
        if at.uid == 2:
            raise ConnectionResetError("reset")
        return good(server, at, largest)

    monkeypatch.setattr(imap, "_fetched", breaks)
    found = visit(box)
    assert [item.title for item in found.items] == ["第1封"]
    assert found.known["uid"] == 1
    with pytest.raises(FetchError):
        visit(box, dict(found.known))


def test_no_more_than_a_visits_worth_is_read_at_once(box, monkeypatch):
    monkeypatch.setattr(mailboxes, "MOST", 2)
    for number in range(3):
        box.add(mail(f"第{number}封"))
    first = visit(box)
    assert (len(first.items), first.known["uid"]) == (2, 2)
    assert [item.title for item in visit(box, dict(first.known)).items] == ["第2封"]


def test_a_wrong_password_is_refused_in_words_without_the_password(box):
    with pytest.raises(FetchError, match="拒绝 zhiban 登录") as caught:
        collect(address(box), "falsch")
    assert caught.value.code == "forbidden"
    assert "falsch" not in str(caught.value)


@pytest.mark.parametrize("step", ["LOGIN", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("trouble", [DROP, HANG, "NO not now"])
def test_a_server_that_hangs_drops_or_refuses_fails_within_its_limit(box, step, trouble, monkeypatch):
    monkeypatch.setattr(mailboxes, "VERB", 0.3)
    box.add(mail())
    box.trouble[step] = trouble
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        visit(box)
    assert time.monotonic() - began < 6
    assert any("一" <= letter <= "鿿" for letter in caught.value.words)


def test_nobody_at_the_address_is_told():
    with pytest.raises(FetchError) as caught:
        collect(f"imap://a@127.0.0.1:{free_port()}/")
    assert caught.value.code == "connect"


@pytest.mark.parametrize(
    "url", ["http://a@b/", "imaps://b/INBOX", "imaps://a@/INBOX", "imaps://a:geheim@b/", "imaps://a@b:x/", "imaps://[/"]
)
def test_a_wrong_address_is_told_without_its_password(url):
    with pytest.raises(FetchError) as caught:
        mailboxes.collect("mailbox", url, "b", NOW, None, None, dial_to())
    assert caught.value.code == "url"
    assert "geheim" not in str(caught.value)


def test_how_far_back_the_first_visit_goes_is_an_option(box):
    collect(address(box), options={"days": 30})
    collect(address(box), options={"days": "?"})
    assert ["SINCE 23-Oct-2026" in " ".join(box.asked), "SINCE 15-Nov-2026" in " ".join(box.asked)] == [True, True]
    assert USER in " ".join(box.asked)


def test_a_saved_mail_is_read_and_other_bytes_are_none():
    (item,) = mailbox.parse(mail(), "", NOW)
    assert item.title == "反映农贸市场缺斤短两"
    assert item.published is not None
    assert item.published.at == SENT
    assert mailbox.parse(mail(Auto_Submitted="auto-replied"), "", NOW) == []
    for other in (b"", b"<html></html>", b"\x00\xff" * 50):
        with pytest.raises(LookupError, match="不是一封邮件"):
            mailbox.parse(other, "", NOW)


@given(st.binary(max_size=400), st.integers(0, 600))
def test_arbitrary_bytes_are_a_letter_or_none(noise, at):
    raw = mail(files=("a.pdf",))[:1500]
    for body in (noise, raw[:at] + noise + raw[at:]):
        assert isinstance(mailbox.letter(body, NOW, NOW - timedelta(hours=1)), Item | str)
