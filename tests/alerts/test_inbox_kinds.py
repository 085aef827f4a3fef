"""What a mail is, whatever its bytes; attachments and odd headers."""

from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned_mail import OURS, reply, status_report, worded_bounce

from alerts.inbox.kind import Kind, is_acknowledgement, judge
from domain.letter_in import LARGEST_FILE, MOST_FILES


@pytest.mark.parametrize(
    "text",
    [
        "签收",
        "1",
        " １。",
        "收到",
        "已签收",
        "收到，谢谢！",
        "好的，收到",
        "我科已收到，马上办理",
        "签收\n\n发自我的iPhone",
        "签收\n值班员A",
        "食品安全科已签收",
        "收到\n食品安全科\n2026年11月22日",
    ],
)
def test_a_word_of_receipt_with_politeness_is_an_acknowledgement(text):
    assert judge(reply(text)).kind == Kind.ACK


@pytest.mark.parametrize(
    "text",
    ["收到，已到现场", "没有收到附件", "尚未签收", "12", "1. 已到场", "收到请回复", "不属于我科职责", "不是我科签收"],
)
def test_anything_more_is_a_report(text):
    found = judge(reply(text))
    assert (found.kind, found.text) == (Kind.REPORT, text)
    assert not is_acknowledgement(text)


@pytest.mark.parametrize("name", ["情况说明.docx", "反馈.doc", "反馈.wps", "反馈.pdf", "现场.jpg", "台账.xlsx"])
def test_an_attachment_makes_a_report_even_of_a_word_of_receipt(name):
    found = judge(reply("签收", files={name: b"content"}))
    assert found.kind == Kind.REPORT
    assert [(file.name, file.content) for file in found.files] == [(name, b"content")]


def test_calendars_and_signatures_are_no_report():
    found = judge(reply("签收", files={"smime.p7s": b"x", "invite.ics": b"x"}))
    assert (found.kind, found.files) == (Kind.ACK, ())
    assert judge(reply("签收", files={"winmail.dat": b"x"})).kind == Kind.ACK
    assert [file.name for file in judge(reply("见附件", files={"winmail.dat": b"x"})).files] == ["winmail.dat"]


@pytest.mark.parametrize(("size", "kept"), [(1_000, []), (30_000, ["现场.jpg"])])
def test_a_photo_in_the_text_is_kept_and_the_logo_of_a_signature_is_not(size, kept):
    for text, kind in (("签收", Kind.ACK), ("已封存，如图", Kind.REPORT), ("", Kind.OTHER)):
        mail = message_from_bytes(reply(text), policy=SMTP)
        mail.add_related(
            b"x" * size, maintype="image", subtype="jpeg", filename="现场.jpg", cid="<1@a>", disposition="inline"
        )
        found = judge(mail.as_bytes())
        assert (found.kind, [file.name for file in found.files]) == (kind, kept)


@pytest.mark.parametrize(
    "headers",
    [
        {"subject": "自动回复：舆情交办"},
        {"subject": "Automatic reply: x"},
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"X_Autoreply": "yes"},
        {"subject": "已读: 舆情交办"},
    ],
)
def test_what_a_mailbox_answers_by_itself_acknowledges_nothing(headers):
    assert judge(reply("收到", **headers)).kind == Kind.AUTO
    assert judge(reply("收到", Auto_Submitted="no")).kind == Kind.ACK


def test_bounces_say_auto_replied_too():
    assert judge(status_report("lost@county.example")).kind == Kind.BOUNCE
    assert (
        judge(worded_bounce("无法投递：x@county.example", sender="postmaster@a.example", subject="退信")).kind
        == Kind.BOUNCE
    )


def test_a_mail_without_words_is_other():
    assert judge(reply("")).kind == Kind.OTHER
    assert judge(b"").kind == Kind.OTHER


def test_the_nearest_of_the_answered_mails_comes_first():
    raw = reply("签收", answers="<a@b.invalid>", References_More="x").replace(
        b"References: <a@b.invalid>", f"References: <r@b.invalid> {OURS}".encode()
    )
    assert judge(raw).letter.answers == ("<a@b.invalid>", OURS, "<r@b.invalid>")


def test_headers_in_raw_bytes_and_old_charsets_are_read():
    raw = reply("签收", subject="SUBJECT").replace(b"SUBJECT", "回复：舆情".encode("gb18030"))
    assert judge(raw).letter.subject == "回复：舆情"
    encoded = reply("签收", subject="SUBJECT").replace(b"SUBJECT", b"=?gb2312?B?u9i4tKO60+DH6Q==?=")
    assert judge(encoded).letter.subject == "回复：余情"


def test_names_of_files_lose_their_folders_and_control_characters():
    raw = (
        reply("见附件", files={"NAME": b"x"})
        .replace(b'"NAME"', b'"..\\\\..\\\\a/b\x07.docx"')
        .replace(b"filename=NAME", b"filename=../b.docx")
    )
    assert [file.name for file in judge(raw).files] == ["b.docx"]


def test_a_mail_without_an_id_gets_a_digest_of_its_bytes():
    one, again, other = (judge(reply(text, message_id=None)).letter.message_id for text in ("1", "1", "2"))
    assert one == again != other
    assert one.startswith("<sha256-")


def test_too_many_and_too_large_files_are_named_and_left_out(monkeypatch):
    found = judge(reply("见附件", files={f"{n}.txt": b"x" for n in range(MOST_FILES + 2)})).letter
    assert len(found.files) == MOST_FILES
    assert found.left_out == ("20.txt", "21.txt")
    monkeypatch.setattr("domain.letter_in.LARGEST_FILE", 10)
    assert judge(reply("见附件", files={"大.pdf": b"x" * 11})).letter.left_out == ("大.pdf",)
    assert LARGEST_FILE == 20 * 1024 * 1024


SAMPLES = (reply("签收", html="<p>签收</p>", files={"a.docx": b"x"}), status_report("lost@county.example"))


@given(st.sampled_from(SAMPLES), st.data())
def test_mangled_mail_never_raises(raw, data):
    bytes_ = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(bytes_)))
        bytes_[at : at + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=20))
    judge(bytes(bytes_))


@pytest.mark.parametrize("name", ["Return-Path", "Auto-Submitted", "Precedence", "From", "Subject", "Message-ID", "To"])
def test_raw_bytes_in_a_header_never_raise(name):
    for raw in SAMPLES:
        head = f"{name}: ".encode() + "清源市<>".encode("gb18030") + b"\xff\r\n"
        assert judge(head + raw).kind in Kind


def test_a_bounce_whose_return_path_is_raw_bytes_is_read_without_it():
    words = "您的邮件无法投递：lost@county.example 用户不存在"
    raw = b"Return-Path: \xc7\xe5<>\r\n" + reply(words, subject="系统退信", sender="mail@county.example")
    found = judge(raw).bounce
    assert found is not None
    assert [one.recipient for one in found.failures] == ["lost@county.example"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_of_some_kind(raw):
    assert judge(raw).kind in Kind


@given(
    st.sampled_from(
        [
            "From",
            "Subject",
            "Content-Type",
            "Message-ID",
            "Date",
            "Content-Disposition",
            "References",
            "To",
            "Content-Transfer-Encoding",
        ]
    ),
    st.text(max_size=60).map(lambda text: text.replace("\n", "").replace("\r", "")),
)
def test_any_header_is_survived(name, value):
    raw = f"{name}: {value}\r\n\r\n签收".encode("utf-8", "surrogatepass")
    found = judge(raw)
    assert "\0" not in found.letter.subject + found.letter.sender + found.text
