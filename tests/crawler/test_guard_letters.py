"""Mails made to hurt whoever reads them: each becomes something a person sees, the other letters and sources go on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from boxes import address, enter, place
from crawling import T, add, ask_again, crawl, office, rows
from hostile import feed
from memory import growth
from odd_server import odd_server
from services.imap import PASSWORD, Mailbox, imap_server

from crawler import apart, mailboxes
from crawler.fetch_words import FetchError
from crawler.items import LONGEST_TITLE, Item
from crawler.kinds import mailbox
from crawler.mailboxes import UNREAD
from store.imap_line import plain_dial
from store.tables import Article, Fetch, Source

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
HEAD = b"From: a@a.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(10_000)
)

UNREADABLE = {
    "10 000 parts inside each other": HEAD + NESTED + b"Content-Type: text/plain\r\n\r\nhi",
    "mails inside mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000,
    "remarks inside remarks": b"From: " + b"(" * 4_000_000 + b"\r\n\r\n",
    "uuencoded": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 6 a\n" + b"M\n" * 2_000_000,
}
READABLE = {
    "10 000 parts": MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 10_000 + b"--b--",
    "a million boundaries": MIXED + b"--b\r\n" * 1_000_000,
    "a million parameters": HEAD + b"Content-Type: a/b" + b"; x" * 1_000_000 + b"\r\n\r\n",
    "a long subject": b"Subject: " + b"a" * 5_000_000 + b"\r\nFrom: a@a.example\r\n\r\n",
    "many headers": b"X: a\r\n" * 100_000 + HEAD + b"\r\n",
    "the page parser's square": HTML + b"<b><div></b>" * 400_000,
    "brackets": HTML + b"<" * 5_000_000,
    "comments": HTML + b"<!--" * 1_000_000,
    "ampersands": HTML + b"&" * 5_000_000,
    "a name of 4 MB": HEAD + b'Content-Disposition: attachment; filename="' + b'\\"' * 2_000_000 + b"\r\n\r\n",
    "empty lines": HEAD + b"\r\n" + b"\n" * 5_000_000,
}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mailbox on a real IMAP server."""
    with imap_server() as made:
        yield made


def good(number: int) -> bytes:
    return f"From: a@a.example\r\nMessage-ID: <{number}@a>\r\nSubject: letter {number}\r\n\r\nhi".encode()


@pytest.mark.parametrize("name", READABLE)
def test_what_is_only_large_or_odd_is_a_letter(name: str):
    read = apart.letter("mailbox", READABLE[name], "", NOW, NOW, whole=True)
    assert isinstance(read, Item)
    assert len(read.title) <= LONGEST_TITLE
    assert len(read.text) < 500_000


ODD = {
    "gb2312": HEAD + b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "电子秤不准".encode("gb18030"),
    "raw gbk subject": "Subject: 举报无证经营\r\nFrom: a@a.example\r\n\r\nhi".encode("gbk"),
    "quoted": HTML + "<p>尊敬的局长：</p>".encode(),
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\naGk=",
    "attached": MIXED + b"--b\r\nContent-Disposition: attachment; filename*=utf-8''%E7%94%B2.pdf\r\n\r\nx\r\n--b--",
    "automatic": HEAD + b"Auto-Submitted: auto-replied\r\n\r\nhi",
    "bounce": HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b--",
    "raw return path": b"Return-Path: \xc7\xe5<>\r\n" + HEAD + b"\r\nhi",
    "nothing": b"",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("whole", [True, False])
def test_a_mail_is_read_in_the_child_as_here(name: str, whole: bool):
    for arrived in (NOW, None):
        here = mailbox.letter(ODD[name], NOW, arrived, whole=whole)
        assert apart.letter("mailbox", ODD[name], "", NOW, arrived, whole=whole) == here


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_mail_that_cannot_be_read_waits_for_a_person_and_the_others_go_on(
    name: str, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(apart, "CPU_SECONDS", 3)
    for raw in (good(1), UNREADABLE[name], good(3)):
        box.add(raw)
    served = feed("<item><title>照常</title></item>")
    with odd_server(feed=lambda ask: ask.reply(body=served)) as site, office(tmp_path, place(box), site.place) as made:
        enter(box, made)
        add(site.url("/feed"))
        apart.letter("mailbox", good(1), "", NOW, NOW, whole=True)
        with growth() as grown:
            crawl(made)
        ask_again(T + timedelta(hours=1))
        crawl(made, T + timedelta(hours=1))
    letters = {article.title: article.body for article in rows(Article)}
    assert set(letters) == {"letter 1", UNREAD, "letter 3", "照常"}, "and the second visit brings nothing twice"
    assert "请到信箱里查看。原因：" in letters[UNREAD]
    assert rows(Source)[0].error is None
    assert "1封来信读不出来，已登记，请到信箱里查看" in {visit.note for visit in rows(Fetch)}
    assert grown.most < 64 << 20


@pytest.mark.usefixtures("sqlite_database")
def test_a_box_full_of_large_letters_is_read_in_several_visits_and_the_worker_stays_small(
    box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mailboxes, "MOST_TEXT", 1_000_000)
    for number in range(12):
        box.add(good(number) + "长".encode() * 1_500_000)
    with office(tmp_path, place(box)) as made:
        enter(box, made)
        apart.letter("mailbox", good(1), "", NOW, NOW, whole=True)
        with growth() as grown:
            crawl(made)
        assert len(rows(Article)) == 3
        for hour in range(1, 4):
            ask_again(T + timedelta(hours=hour))
            crawl(made, T + timedelta(hours=hour))
    assert len(rows(Article)) == 12
    assert grown.most < 64 << 20


def test_while_no_parser_is_to_be_had_letters_wait_and_none_is_lost(box: Mailbox, monkeypatch: pytest.MonkeyPatch):
    for number in (1, 2):
        box.add(good(number))
    read = apart.letter

    def busy(kind: str, raw: bytes, *more: object, whole: bool) -> Item | str:
        if raw == good(2):
            raise FetchError("parser", "等待解析的内容太多，稍后会再读")
        return read(kind, raw, *more, whole=whole)  # type: ignore[arg-type]

    monkeypatch.setattr(apart, "letter", busy)
    found = mailboxes.collect("mailbox", address(box), PASSWORD, NOW, None, None, plain_dial)
    assert ([item.title for item in found.items], found.known) == (["letter 1"], {"validity": 7, "uid": 1})
    with pytest.raises(FetchError, match="等待解析"):
        mailboxes.collect("mailbox", address(box), PASSWORD, NOW, None, dict(found.known), plain_dial)
    monkeypatch.setattr(apart, "letter", read)
    rest = mailboxes.collect("mailbox", address(box), PASSWORD, NOW, None, dict(found.known), plain_dial)
    assert [item.title for item in rest.items] == ["letter 2"]
