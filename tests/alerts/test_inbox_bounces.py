"""Bounces: for whom, for good or not, why, and which mail of ours; and what is none."""

from email import message_from_bytes

import pytest
from returned_mail import MAILBOX, OURS, reply, status_report, worded_bounce

from alerts.inbox.bounce import Bounce, bounce
from alerts.inbox.failure import failure, status_in

LOST = "linkman@county.example"


def read(raw: bytes) -> Bounce:
    found = bounce(message_from_bytes(raw))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "action", "permanent", "given_up", "why"),
    [
        ("5.1.1", "failed", True, True, "地址不存在"),
        ("5.2.2", "failed", True, True, "邮箱已满"),
        ("5.7.1", "failed", True, True, "被对方邮箱拒收"),
        ("5.3.4", "failed", True, True, "邮件过大"),
        ("4.4.1", "delayed", False, False, "对方的邮件服务器连不上"),
        ("4.4.7", "failed", False, True, "对方的邮件服务器连不上"),
    ],
)
def test_a_status_report_says_for_whom_and_whether_for_good(status, action, permanent, given_up, why):
    found = read(status_report(LOST, status=status, action=action, said=""))
    (lost,) = found.failures
    assert (lost.recipient, lost.status, lost.permanent, lost.given_up) == (LOST, status, permanent, given_up)
    assert lost.why == why
    assert found.returned[0] == OURS


def test_a_report_of_arrival_is_no_bounce():
    assert bounce(message_from_bytes(status_report(LOST, status="2.0.0", action="delivered", said="ok"))) is None


def test_every_recipient_of_a_report_counts_once():
    second = b"Final-Recipient: rfc822; second@county.example\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n"
    headers = b"--b\r\nContent-Type: text/rfc"
    raw = status_report(LOST).replace(headers, second + headers, 1)
    assert [(one.recipient, one.permanent) for one in read(raw).failures] == [
        (LOST, True),
        ("second@county.example", False),
    ]


def test_a_forwarded_recipient_keeps_both_addresses():
    raw = status_report("new@county.example").replace(
        b"Action:", f"Original-Recipient: rfc822;{LOST}\r\nAction:".encode(), 1
    )
    (lost,) = read(raw).failures
    assert (lost.recipient, lost.also) == (LOST, ("new@county.example",))


def test_a_report_whose_parts_fell_apart_is_still_read():
    raw = status_report(LOST).replace(b"--b\r\n", b"").replace(b"--b--\r\n", b"")
    assert [one.recipient for one in read(raw).failures] == [LOST]


CHINESE = [
    (
        f"抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时间 2026-11-22 14:05\n"
        f"主题 舆情交办\n收件人 {LOST}\n\n"
        f"退信原因：\n收件人邮件地址（{LOST}）不存在，邮件无法送达。\n"
        "英文说明：host mx.county.example said: 550 User not found\n",
        "PostMaster@mail.example",
        "系统退信",
        True,
        "地址不存在",
    ),
    (
        f"您好：\n您发送的邮件无法送达以下收件人：\n\n{LOST}\n\n原因：对方邮箱空间已满。\n",
        "邮件系统 <noreply@mail.example>",
        "邮件投递失败通知",
        True,
        "邮箱已满",
    ),
    (
        f"您发给 <{LOST}> 的邮件暂时无法投递，系统将继续尝试投递，您不需要重发。\n451 4.7.1 please try later\n",
        "postmaster@mail.example",
        "邮件投递延迟",
        False,
        "被对方邮箱拒收",
    ),
]


@pytest.mark.parametrize(("text", "sender", "subject", "permanent", "why"), CHINESE)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_bounces_of_chinese_mail_systems_are_read_from_their_words(text, sender, subject, permanent, why, charset):
    (lost,) = read(worded_bounce(text, sender=sender, subject=subject, charset=charset)).failures
    assert (lost.recipient, lost.permanent, lost.why) == (LOST, permanent, why)


def test_a_bounce_in_html_alone_is_read():
    html = (
        "<html><style>p{}</style><body><table><tr><td>抱歉，您的邮件被退回</td></tr>"
        f"<tr><td>收件人：</td><td>{LOST}</td></tr></table><p>550 5.1.1 用户不存在</p></body></html>"
    )
    (lost,) = read(worded_bounce(html, sender="postmaster@mail.example", subject="系统退信", subtype="html")).failures
    assert (lost.recipient, lost.status) == (LOST, "5.1.1")


def test_a_declared_charset_that_lies_does_not_hide_a_bounce():
    raw = worded_bounce(CHINESE[0][0], sender="PostMaster@mail.example", subject="系统退信", charset="gb18030")
    assert read(raw.replace(b"gb18030", b"utf-8")).failures[0].recipient == LOST


def test_the_returned_mail_names_the_recipient_where_the_bounce_does_not():
    text = f"Your message could not be delivered.\n\n----- Original message -----\nTo: {LOST}\nMessage-ID: {OURS}\n"
    found = read(worded_bounce(text, sender="MAILER-DAEMON@mx.example", subject="failure notice"))
    assert [one.recipient for one in found.failures] == [LOST]
    assert OURS in found.returned


@pytest.mark.parametrize(
    "raw",
    [
        reply("签收"),
        reply("现场邮件系统故障，邮件被退回，已改用电话。", subject="回复：邮件无法送达怎么办"),
        reply("本人休假，急事请打电话。", subject="自动回复：舆情交办", Auto_Submitted="auto-replied"),
        reply(
            "I am out of the office. Mail to this mailbox is not delivered.",
            subject="Automatic reply: x",
            Return_Path="<>",
        ),
        reply("See the failure below.\n\n> 550 5.1.1 user unknown", subject="Re: Undeliverable: x"),
    ],
)
def test_what_people_and_their_mailboxes_answer_is_no_bounce(raw):
    assert bounce(message_from_bytes(raw)) is None


def test_a_complaint_report_and_a_reading_receipt_are_no_bounces():
    for kind in (b"feedback-report", b"disposition-notification"):
        assert (
            bounce(message_from_bytes(status_report(LOST).replace(b"message/delivery-status", b"message/" + kind)))
            is None
        )


def test_our_own_address_is_never_the_lost_one():
    text = f"Message from {MAILBOX} to <{LOST}> was rejected: 550 5.7.1 blocked\n"
    found = read(worded_bounce(text, sender="postmaster@mail.example", subject="Undeliverable"))
    assert [one.recipient for one in found.failures] == [LOST]


def test_codes_are_not_read_from_addresses_of_computers():
    assert status_in("host mx [192.5.1.1] said: 450 4.2.1 try later") == "4.2.1"
    assert status_in("connected to 10.5.2.2:25") == ""
    assert status_in("said: 550-no") == "5.0.0"
    assert failure(LOST, "nobody knows").permanent


def test_long_texts_are_read_in_time_that_grows_with_their_length():
    for hostile in ("a" * 390_000, "a@" * 190_000, "<" * 390_000, "5.1." * 90_000, "x: " * 120_000, ">\n" * 190_000):
        raw = worded_bounce(f"undeliverable\n{hostile}", sender="postmaster@mail.example", subject="Undeliverable")
        bounce(message_from_bytes(raw))
