"""Mail over SMTP: what is said on the wire, and what must never become a header."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st
from services.ports import free_port
from services.smtp import HANG, MailServer

from alerts import channels
from alerts.channels import Mail, Refused, Retry, email
from alerts.mime import as_bytes
from store.channels import GROUP, PERSONAL


def mail(**changes: object) -> Mail:
    """Return a mail with some parts changed."""
    parts = {
        "sender": "zhiban@qingyuan.example",
        "sender_name": "清源市局值班室",
        "to": "a@qingyuan.example",
        "subject": "【舆情交办·红】请反馈",
        "text": "食品安全科：\n.\n",
        "html": "<p>食品安全科：</p>",
        "message_id": "<1@huiying.invalid>",
        "thread": None,
        "at": datetime(2026, 6, 10, 6, 0, tzinfo=UTC),
    }
    return Mail(**{**parts, **changes})  # type: ignore[arg-type]


def test_channels_are_registered_by_being_there() -> None:
    assert channels.names() == sorted((*PERSONAL, *GROUP)), "and those are the ones the store knows"
    assert channels.named("email") is email.send
    with pytest.raises(LookupError, match=r"没有通知渠道 fax；可用：.*email"):
        channels.named("fax")


TRICKS = [
    "x\r\nBcc: all@evil.example",
    "x\nBcc: all@evil.example",
    "=?utf-8?q?a=0d=0aBcc:all@evil.example?=",
    "=?utf-8?b?YQ0KQmNjOiBhbGxAZXZpbC5leGFtcGxl?=",
    "x\u2028Bcc: all@evil.example",
    "x\x00\x1b[31my",
    "\u202e逆序",
    "长" * 500,
    "",
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("field", ["subject", "sender_name"])
def test_no_text_becomes_a_header(field: str, trick: str, mailbox: MailServer) -> None:
    email.send(mailbox.url, mail(**{field: trick}))
    [got] = mailbox.mails
    assert got.recipients == ("a@qingyuan.example",)
    read = got.message
    assert [name for name in read if not name.startswith(("X-", "MIME", "Content"))] == [
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
    ]
    assert all(ord(sign) >= 32 for sign in read["Subject"])


@given(st.text(max_size=200), st.text(max_size=60))
def test_headers_are_those_planned_whatever_the_texts_say(subject: str, name: str) -> None:
    read = message_from_bytes(as_bytes(mail(subject=subject, sender_name=name)), policy=policy.default)
    assert read["Bcc"] is None
    assert [address.addr_spec for address in read["To"].addresses] == ["a@qingyuan.example"]


@pytest.mark.parametrize("address", ["", "a", "a@b@c", "a@b\r\nBcc: c@d", "<a@b>", "a b@c", "值班@例子.中国"])
def test_a_wrong_address_is_refused_before_anything_is_said(address: str, mailbox: MailServer) -> None:
    with pytest.raises(Refused, match="收件地址不是邮件地址"):
        email.send(mailbox.url, mail(to=address))
    assert mailbox.asked == 0


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("451 4.7.1 try later", Retry, "邮件服务器暂不接收：451 4.7.1 try later"),
        ("550 5.1.1 no such user", Refused, "邮件服务器拒收：550 5.1.1 no such user"),
    ],
)
def test_the_servers_answer_decides(answer: str, error: type[Exception], words: str, mailbox: MailServer) -> None:
    mailbox.refuse("a@qingyuan.example", answer)
    with pytest.raises(error, match=words):
        email.send(mailbox.url, mail())
    mailbox.refused.clear()
    mailbox.then(answer)
    with pytest.raises(error, match=words):
        email.send(mailbox.url, mail())
    assert email.send(mailbox.url, mail()) == "250 OK queued"


def test_nobody_listening_is_tried_again() -> None:
    with pytest.raises(Retry, match=r"连不上邮件服务器 127\.0\.0\.1:9") as caught:
        email.send("smtp://127.0.0.1:9", mail())
    assert not caught.value.reached
    assert not caught.value.shut_out


def test_a_hanging_server_is_left(mailbox: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "VERB", 0.3)
    mailbox.then(HANG)
    with pytest.raises(Retry, match="没有回答"):
        email.send(mailbox.url, mail())


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that says one byte every 50 ms and never ends its line."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    thread.join(2)
    listener.close()


def test_a_dripping_server_is_cut_off_at_the_hard_limit(dripping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "WHOLE", 0.5)
    began = time.monotonic()
    with pytest.raises(Retry):
        email.send(dripping, mail())
    assert time.monotonic() - began < 2


@pytest.fixture
def guarded() -> Iterator[str]:
    """A server that takes mail only from who signs in as zhiban with the right password; gives its host and port."""
    mailbox = MailServer()

    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        good = (getattr(data, "login", b""), getattr(data, "password", b"")) == (b"zhiban", b"p@ss:word")
        return AuthResult(success=good, handled=good)

    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), auth_require_tls=False, auth_required=True, authenticator=check
    )
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_user_and_password_are_decoded_and_a_wrong_one_is_our_trouble(guarded: str) -> None:
    assert email.send(f"smtp://zhiban:p%40ss%3Aword@{guarded}", mail()) == "250 OK queued"
    with pytest.raises(Retry, match="535") as caught:
        email.send(f"smtp://zhiban:secret@{guarded}", mail())
    assert "secret" not in str(caught.value)
    assert caught.value.shut_out
    with pytest.raises(Retry, match="530"):
        email.send(f"smtp://{guarded}", mail())


def test_a_server_without_starttls_is_not_trusted(mailbox: MailServer) -> None:
    with pytest.raises(Retry):
        email.send(mailbox.url.replace("smtp://", "smtp+starttls://"), mail())
    assert mailbox.mails == []


def test_lines_with_a_single_dot_arrive(mailbox: MailServer) -> None:
    email.send(mailbox.url, mail(text="甲\n.\n乙", html=None))
    assert mailbox.mails[0].message.get_content().splitlines() == ["甲", ".", "乙"]
