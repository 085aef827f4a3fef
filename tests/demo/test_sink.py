"""The demo's mail sink over real SMTP, and its inbox over real HTTP."""

import smtplib
import socket
import stat
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from http.client import HTTPMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from services.ports import free_port

from huiying.demo import mailview
from huiying.demo.mailfolder import MailFolder
from huiying.demo.sink import MailSink, serve
from huiying.demo.site import Site

EPOCH = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOSTILE = "<html><head><title>x</title></head><body><script>alert(1)</script><a href='https://x.example/'>签收</a></body></html>"


class Demo:
    """A running sink and inbox."""

    def __init__(self, folder: Path, mails: MailFolder, smtp_port: int, base: str) -> None:
        self.folder, self.mails, self.smtp_port, self.base = folder, mails, smtp_port, base

    def send(self, *messages: EmailMessage | bytes, to: str = "zhiban-a@qingyuan.example") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            for message in messages:
                raw = message if isinstance(message, bytes) else message.as_bytes(policy=policy.SMTP)
                client.sendmail("huiying@qingyuan.example", [to], raw)

    def get(self, path: str) -> tuple[int, HTTPMessage, str]:
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode("utf-8", "replace")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    mails = MailFolder(tmp_path / "mails")
    with Site(EPOCH, 0, mails=mails) as site, MailSink(mails, 0) as sink:
        yield Demo(tmp_path / "mails", mails, sink.port, site.base)


def letter(subject: str = "【舆情交办·橙】请于11月22日18:40前反馈", html: str | None = None) -> EmailMessage:
    """A mail like the ones the service sends."""
    message = EmailMessage()
    message["From"], message["To"] = "回应 <huiying@qingyuan.example>", "值班员A <zhiban-a@qingyuan.example>"
    message["Subject"] = subject
    message.set_content("食品安全科：\n请于11月22日18:40前反馈。")
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_a_mail_is_kept_listed_and_shown(demo: Demo):
    demo.send(letter(html="<p>请反馈</p>"))
    status, _, page = demo.get("/mail/")
    assert status == 200
    assert "收到 1 封邮件" in page
    assert "请于11月22日18:40前反馈" in page
    assert "值班员A" in page
    _, _, shown = demo.get("/mail/1")
    assert "食品安全科：" in LexborHTMLParser(shown).css_first("pre").text()
    assert "zhiban-a@qingyuan.example" in shown
    assert "演示收件箱" in demo.get("/")[2]


def test_the_newest_mail_stands_first_and_keeps_its_number(demo: Demo):
    demo.send(letter("第一封"), letter("第二封"))
    links = LexborHTMLParser(demo.get("/mail/")[2]).css("td.subject a")
    assert [(a.text(), a.attributes["href"]) for a in links] == [("第二封", "/mail/2"), ("第一封", "/mail/1")]


def test_an_empty_inbox_says_so(demo: Demo):
    assert "还没有邮件" in demo.get("/mail/")[2]
    assert demo.get("/mail/1")[0] == 404


def test_a_long_inbox_has_pages(demo: Demo):
    for number in range(101):
        demo.mails.save(b"Subject: s\r\n\r\n", "a@x.example", [f"b{number}@x.example"], EPOCH)
    assert len(LexborHTMLParser(demo.get("/mail/")[2]).css("tbody tr")) == 100
    assert len(LexborHTMLParser(demo.get("/mail/?page=2")[2]).css("tbody tr")) == 1
    assert demo.get("/mail/?page=x")[0] == 200
    assert "这一页没有邮件" in demo.get("/mail/?page=99")[2]


def test_html_of_a_mail_is_sandboxed_and_cannot_run_anything(demo: Demo):
    demo.send(letter(html=HOSTILE))
    _, headers, page = demo.get("/mail/1")
    frame = LexborHTMLParser(page).css_first("iframe")
    assert frame.attributes["src"] == "/mail/1/html"
    assert set(str(frame.attributes["sandbox"]).split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
    assert "script" not in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    _, inner, body = demo.get("/mail/1/html")
    policy = inner["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert inner["X-Content-Type-Options"] == "nosniff"
    assert '<head><base target="_blank">' in body


def test_a_subject_cannot_inject_into_the_list(demo: Demo):
    demo.send(letter("<script>alert(1)</script>"))
    for path in ("/mail/", "/mail/1"):
        assert "<script" not in demo.get(path)[2]


def test_pictures_inside_the_mail_are_shown_from_the_mail(demo: Demo):
    message = letter(html='<img src="cid:chart@x.example" alt="走势"><img src="cid:none">')
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<chart@x.example>")
    demo.send(message)
    assert 'src="data:image/png;base64,iVBORw=="' in demo.get("/mail/1/html")[2]
    assert 'src="cid:none"' in demo.get("/mail/1/html")[2]


def test_attachments_and_source_are_downloads(demo: Demo):
    message = letter()
    message.add_attachment(b"<b>x</b>", maintype="text", subtype="html", filename="日报.html")
    demo.send(message)
    status, headers, body = demo.get("/mail/1/attachments/1")
    assert (status, headers["Content-Type"], body) == (200, "application/octet-stream", "<b>x</b>")
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''%E6%97%A5%E6%8A%A5.html")
    assert demo.get("/mail/1/attachments/2")[0] == 404
    _, headers, source = demo.get("/mail/1/source.eml")
    assert headers["Content-Type"] == "message/rfc822"
    assert source.startswith("Return-Path: <huiying@qingyuan.example>")
    assert "Delivered-To: zhiban-a@qingyuan.example" in source
    assert "iframe" not in demo.get("/mail/1")[2]  # An attached page is not the mail's own body.


BAD = {
    "nothing": b"",
    "no headers": b"\xff\xfe only bytes",
    "unknown charset": b"Content-Type: text/plain; charset=klingon\r\n\r\n\xe4\xbd\xa0\xe5\xa5\xbd",
    "unfinished multipart": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nSubject: x\r\n\r\n<p>x",
    "no boundary": b"Content-Type: multipart/alternative\r\n\r\nx",
    "bad base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    "bad words": b"Subject: =?utf-8?b?////?= =?x?q?=3D?=\r\nTo: <<<>, ;:\r\n\r\nx",
    "bad address": b'To: "=?utf-8?q?=0D=0A?=" <a@\r\nFrom: :;,\r\nMessage-ID: <[\r\n\r\nx',
    "charset bytes": b"Content-Type: text/html; charset*=\xff''\xff\r\nContent-Disposition: ;;\r\n\r\n<p>x",
    "odd name": b'Content-Disposition: attachment; filename="\x01/"\r\n\r\nx',
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_a_bad_mail_is_kept_and_shown_all_the_same(demo: Demo, raw: bytes):
    demo.send(raw, letter("之后"))
    assert demo.get("/mail/")[0] == 200
    assert demo.get("/mail/1")[0] == 200
    assert demo.get("/mail/1/source.eml")[0] == 200
    assert demo.get("/mail/1/attachments/1")[0] in (200, 404)
    assert "之后" in demo.get("/mail/2")[2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200), head=st.sampled_from(["To", "Subject", "Content-Type", "Content-Disposition"]))
def test_no_bytes_make_reading_fail(tmp_path: Path, raw: bytes, head: str):
    path = tmp_path / "mail.eml"
    path.write_bytes(head.encode() + b": " + raw + b"\r\n\r\n" + raw)
    mail = mailview.read_mail(path)
    mailview.headers(mail), mailview.plain(mail), mailview.html(mail), mailview.attachments(mail)


def test_many_senders_at_once_lose_nothing(demo: Demo):
    def send(number: int) -> None:
        demo.send(*[letter(f"{number}-{each}") for each in range(5)])

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(send, range(12)))
    kept = demo.mails.kept()
    assert sorted(one.number for one in kept) == list(range(1, 61))
    assert {mailview.summary(one.path)[1] for one in kept} == {f"{a}-{b}" for a in range(12) for b in range(5)}
    assert not [path for path in demo.folder.iterdir() if path.name.startswith(".")]


def test_a_sender_that_breaks_off_leaves_nothing_and_stops_nobody(demo: Demo):
    with socket.create_connection(("127.0.0.1", demo.smtp_port), timeout=10) as line:
        line.recv(1000)
        for command in (b"EHLO x\r\n", b"MAIL FROM:<a@x.example>\r\n", b"RCPT TO:<b@x.example>\r\n", b"DATA\r\n"):
            line.sendall(command)
            line.recv(1000)
        line.sendall(b"Subject: half")
    demo.send(letter("完整"))
    assert [mailview.summary(one.path)[1] for one in demo.mails.kept()] == ["完整"]


def test_a_folder_that_refuses_is_a_temporary_error(demo: Demo):
    for path in demo.folder.iterdir():
        path.unlink()
    demo.folder.rmdir()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        demo.send(letter())
    assert refused.value.smtp_code == 451
    demo.folder.mkdir()
    demo.send(letter("再来"))
    assert len(demo.mails.kept()) == 1


def test_numbers_go_on_after_a_restart_and_strange_files_are_left_alone(tmp_path: Path):
    first = MailFolder(tmp_path).save(b"Subject: a\r\n\r\n", "a@x.example", ["b@x.example"], EPOCH)
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / ".20261122T060000.000000Z-000007.eml.part").write_text("half")
    again = MailFolder(tmp_path)
    second = again.save(b"Subject: b\r\n\r\n", "a@x.example", ["b@x.example"], EPOCH)
    assert first.name == "20261122T060000.000000Z-000001.eml"
    assert [(one.number, one.arrived_at) for one in again.kept()] == [(2, EPOCH), (1, EPOCH)]
    assert second.read_bytes().endswith(b"Subject: b\r\n\r\n")


def test_addresses_cannot_add_headers(tmp_path: Path):
    path = MailFolder(tmp_path).save(b"Subject: a\r\n\r\n", "a\r\nX-Bad: 1", ["b\nX-Bad: 2"], EPOCH)
    assert mailview.read_mail(path)["X-Bad"] is None


def test_mails_are_for_the_owner_only(tmp_path: Path):
    path = MailFolder(tmp_path / "mails").save(b"\r\n", "", [], EPOCH)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_taken_port_is_named(demo: Demo):
    with pytest.raises(OSError, match=f"演示收件箱打不开端口 {demo.smtp_port}"):
        MailSink(demo.mails, demo.smtp_port)


def test_serve_runs_until_told_to_stop_and_frees_both_ports(tmp_path: Path):
    http_port, smtp_port = free_port(), free_port()
    for _ in range(2):
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(tmp_path / "mails", EPOCH, http_port, smtp_port, stop))
        thread.start()
        _until_open(smtp_port)
        demo = Demo(tmp_path, MailFolder(tmp_path / "mails"), smtp_port, f"http://127.0.0.1:{http_port}")
        demo.send(letter())
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
    assert len(MailFolder(tmp_path / "mails").kept()) == 2


def _until_open(port: int) -> None:
    """Wait until somebody listens at `port`, at most ten seconds."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.1).close()
        except OSError:
            threading.Event().wait(0.1)
        else:
            return
    raise AssertionError(f"nobody listens at {port}")
