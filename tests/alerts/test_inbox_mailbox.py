"""Reading a real IMAP mailbox: new mails once each, nothing marked, trouble survived and shown."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from returned_mail import reply
from services.imap import DROP, HANG, Mailbox, imap_server
from services.ports import free_port
from sqlalchemy import func, select

from alerts import checks
from alerts.inbox import mailbox as imap
from alerts.inbox import run
from alerts.inbox.mailbox import Seen, Trouble, new_mails
from store.db import reading, transaction
from store.office import beat, heartbeats
from store.settings import Settings
from store.tables.notices import Inbound

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@pytest.fixture
def imap_box() -> Iterator[Mailbox]:
    """A mailbox on a real IMAP server."""
    with imap_server() as box:
        yield box


@pytest.fixture
def reading_settings(settings: Settings, imap_box: Mailbox) -> Settings:
    """Settings that lead to the mailbox."""
    return replace(settings, imap_url=imap_box.url)


def mail(number: int) -> bytes:
    return reply("签收", message_id=f"<{number}@demo.invalid>", answers=None, sender="x@elsewhere.example")


def read_in() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Inbound.message_id).order_by(Inbound.id)))


def once(settings: Settings) -> int:
    return run.read_once(settings, lambda: NOW)


@pytest.mark.usefixtures("database")
def test_each_new_mail_is_read_once_and_nothing_is_marked(reading_settings: Settings, imap_box: Mailbox) -> None:
    for number in (1, 2):
        imap_box.add(mail(number))
    assert [once(reading_settings), once(reading_settings)] == [2, 0]
    imap_box.add(mail(3))
    assert once(reading_settings) == 1
    assert read_in() == ["<1@demo.invalid>", "<2@demo.invalid>", "<3@demo.invalid>"]
    words = {command.split(" ")[0 if not command.startswith("UID") else 1] for command in imap_box.asked}
    assert words == {"CAPABILITY", "LOGIN", "ID", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
    assert "SINCE 19-Nov-2026" in " ".join(imap_box.asked)


@pytest.mark.usefixtures("database")
def test_a_mailbox_that_numbers_anew_is_read_anew_and_nothing_applied_twice(
    reading_settings: Settings, imap_box: Mailbox
) -> None:
    imap_box.add(mail(1))
    once(reading_settings)
    imap_box.validity = 8
    imap_box.add(mail(2))
    assert once(reading_settings) == 2
    assert read_in() == ["<1@demo.invalid>", "<2@demo.invalid>"]


@pytest.mark.usefixtures("database")
def test_a_poisonous_mail_is_noted_and_the_others_go_on(
    reading_settings: Settings, imap_box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for raw in (mail(1), b"poison", mail(3)):
        imap_box.add(raw)
    good = run.apply
    monkeypatch.setattr(run, "apply", lambda raw, *more: good(raw, *more) if raw != b"poison" else 1 / 0)
    assert once(reading_settings) == 3
    with reading() as session:
        noted = session.scalars(select(Inbound).where(Inbound.message_id.like("<not-read%"))).one()
    assert (noted.waits, noted.kind) == (True, "other")
    assert "读不出来" in noted.words
    assert once(reading_settings) == 0


@pytest.mark.usefixtures("database")
def test_a_mail_that_is_too_large_is_named_by_its_headers(
    reading_settings: Settings, imap_box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST", 2_000)
    imap_box.add(reply("x" * 3_000, subject="很大", sender="x@elsewhere.example"))
    imap_box.add(mail(2))
    assert once(reading_settings) == 2
    with reading() as session:
        noted = session.scalars(select(Inbound).where(Inbound.waits, Inbound.subject == "很大")).one()
    assert "太大" in noted.words
    assert noted.sender == "x@elsewhere.example"


def test_a_wrong_password_is_trouble_in_words_without_the_password(imap_box: Mailbox) -> None:
    with pytest.raises(Trouble, match="wrong password") as caught:
        list(new_mails(imap_box.url.replace("geheim", "falsch"), None, NOW))
    assert "falsch" not in str(caught.value)


def test_a_provider_that_wants_a_name_first_gets_one(imap_box: Mailbox) -> None:
    imap_box.needs_id = True
    imap_box.add(mail(1))
    assert len(list(new_mails(imap_box.url, None, NOW))) == 1


@pytest.mark.parametrize("step", ["LOGIN", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("trouble", [DROP, HANG, "NO not now"])
def test_a_server_that_hangs_or_drops_is_trouble_within_its_limit(
    imap_box: Mailbox, step: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "VERB", 0.3)
    imap_box.add(mail(1))
    imap_box.trouble[step] = trouble
    began = time.monotonic()
    with pytest.raises(Trouble) as caught:
        list(new_mails(imap_box.url, None, NOW))
    assert time.monotonic() - began < 5
    assert (caught.value.at is not None) == (step == "FETCH")
    assert "127.0.0.1" in str(caught.value)


def test_a_server_that_drips_is_cut_off(imap_box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "WHOLE", 0.3)
    imap_box.add(mail(1))
    imap_box.trouble["FETCH"] = HANG
    began = time.monotonic()
    with pytest.raises(Trouble):
        list(new_mails(imap_box.url, None, NOW))
    assert time.monotonic() - began < 5


def test_nobody_at_the_address_is_trouble() -> None:
    with pytest.raises(Trouble, match="连不上"):
        list(new_mails(f"imap://a:b@127.0.0.1:{free_port()}/", None, NOW))


def test_of_a_mail_at_which_reading_breaks_again_and_again_only_the_headers_are_fetched(imap_box: Mailbox) -> None:
    imap_box.add(mail(1))
    [found] = new_mails(imap_box.url, None, NOW, {Seen(imap_box.validity, 1)})
    assert not found.whole


def started(settings: Settings, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=run.run, args=(settings, stop))
    thread.start()
    return thread


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def sign() -> str | None:
    with reading() as session:
        last = heartbeats(session).get("inbox")
        return last.words if last else None


@pytest.mark.usefixtures("database")
def test_the_process_goes_on_after_trouble_and_says_so(
    reading_settings: Settings, imap_box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PERIOD", 0.05)
    imap_box.trouble["LOGIN"] = "NO closed"
    stop = threading.Event()
    thread = started(reading_settings, stop)
    try:
        until(lambda: "closed" in (sign() or ""))
        imap_box.trouble.clear()
        imap_box.add(mail(1))
        until(lambda: read_in() == ["<1@demo.invalid>"])
        until(lambda: sign() == "")
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.usefixtures("database")
def test_without_a_mailbox_the_process_waits_and_lives(settings: Settings) -> None:
    stop = threading.Event()
    thread = started(settings, stop)
    try:
        until(lambda: sign() == run.UNSET)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 0


@pytest.mark.usefixtures("database")
def test_the_auditor_sees_a_mailbox_that_is_not_read() -> None:
    def codes() -> list[str]:
        with reading() as session:
            return [finding.code for finding in checks.mailbox(session, NOW)]

    assert codes() == ["silent_inbox"]
    for words, expected in (("", []), ("连不上", ["inbox"])):
        with transaction() as session:
            beat(session, "inbox", NOW, words)
        assert codes() == expected


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "path",
    ["收件箱/舆情反馈", "%E6%94%B6%E4%BB%B6%E7%AE%B1/%E8%88%86%E6%83%85%E5%8F%8D%E9%A6%88", "&ZTZO9nux-/&ggZgxVPNmYg-"],
)
def test_a_folder_with_a_chinese_name_is_read(reading_settings: Settings, imap_box: Mailbox, path: str) -> None:
    imap_box.folder = "&ZTZO9nux-/&ggZgxVPNmYg-"
    imap_box.add(mail(1))
    there = replace(reading_settings, imap_url=imap_box.url.replace("INBOX", path))
    assert once(there) == 1
    assert 'EXAMINE "&ZTZO9nux-/&ggZgxVPNmYg-"' in imap_box.asked


def test_a_folder_that_is_not_there_is_named_and_no_command_is_smuggled_in(imap_box: Mailbox) -> None:
    url = imap_box.url.replace("INBOX", '发"件%0d%0aa1 LOGOUT')
    with pytest.raises(Trouble, match=r'打不开文件夹“发"件 a1 LOGOUT”：.*no such folder'):
        list(new_mails(url, None, NOW))
    assert 'EXAMINE "&U9E-\\"&TvYADQAK-a1 LOGOUT"' in imap_box.asked
