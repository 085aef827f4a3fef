"""Mail servers pass the guard of the address dialled, and no visit to a mailbox lasts or swells, whatever they send."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path

import pytest
from boxes import address, enter, place
from crawling import T, ask_again, crawl, office, rows
from memory import growth
from services.imap import DRIP, FLOOD, LIE, PASSWORD, Mailbox, imap_server
from sqlalchemy import select
from tls import certificate

from crawler import mailboxes
from crawler.dialling import dial_mail
from crawler.fetch_words import FetchError
from crawler.items import Collected
from crawler.jobs import dial_of
from store.db import transaction
from store.imap import Place, place_of
from store.settings import Settings
from store.tables import Article, Fetch, Source


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mailbox on a real IMAP server."""
    with imap_server() as made:
        yield made


def mail(number: int, text: str = "东岭农贸市场二号摊电子秤不准。") -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["Subject"] = "市民甲 <jia@elsewhere.example>", f"第{number}封"
    made["Message-ID"] = f"<{number}@elsewhere.example>"
    made.set_content(text)
    return made.as_bytes()


@pytest.mark.usefixtures("database")
def test_a_mail_server_at_a_private_address_has_to_be_listed(box: Mailbox, tmp_path: Path):
    box.add(mail(1))
    with office(tmp_path) as settings:
        enter(box, settings)
        crawl(settings)
        (source,) = rows(Source)
        assert source.error_code == "private"
        assert "内网或本机地址，未登记" in source.error
        assert box.asked == [], "nothing is said to a server that is refused"
    with office(tmp_path, place(box)) as settings:
        ask_again(T + timedelta(hours=1))
        crawl(settings, T + timedelta(hours=1))
    assert [article.title for article in rows(Article)] == ["第1封"]
    assert rows(Source)[0].error is None


def dial(box: Mailbox, host: str, *answers: str, listed: bool = True) -> Collected:
    """Visit the mailbox by a name that is resolved to these addresses."""
    port = int(place(box).rpartition(":")[2])
    allowed = frozenset({f"127.0.0.1:{port}"}) if listed else frozenset[str]()
    made = partial(dial_mail, allowed=allowed, own_ports=frozenset(), resolve=lambda *_: list(answers))
    url = address(box).replace("127.0.0.1", host)
    return mailboxes.collect("mailbox", url, PASSWORD, T, None, None, made, 10)


def test_a_name_counts_by_the_addresses_it_leads_to(box: Mailbox):
    box.add(mail(1))
    assert len(dial(box, "mail.example", "127.0.0.1").items) == 1
    asked = len(box.asked)
    for answers in (["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"]):
        with pytest.raises(FetchError) as caught:
            dial(box, "mail.example", *answers)
        assert caught.value.code == "private"
    for host in ("2130706433", "0x7f000001", "127.1"):
        with pytest.raises(FetchError) as caught:
            dial(box, host, "127.0.0.1")
        assert caught.value.code == "address"
    with pytest.raises(FetchError) as caught:
        dial(box, "mail.example", "127.0.0.1", listed=False)
    assert caught.value.code == "private"
    assert len(box.asked) == asked


@pytest.mark.parametrize("port", [22, 25, 6379, 5432])
def test_a_public_address_is_dialled_at_no_port_of_other_services(port: int):
    with pytest.raises(FetchError, match="不是邮件服务器使用的端口") as caught:
        dial_mail("mail.example", port, 5, allowed=frozenset(), own_ports=frozenset(), resolve=lambda *_: ["8.8.8.8"])
    assert caught.value.code == "port"


def test_the_services_own_ports_are_refused_but_that_of_its_inbox_which_may_hold_both(tmp_path: Path, box: Mailbox):
    here = place(box)
    env = {"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_ALLOW_PRIVATE_HOSTS": here}
    port = int(here.rpartition(":")[2])
    settings = Settings.from_env({**env, "IMAP_URL": box.url})
    dial_of(settings)("127.0.0.1", port, 5).close()
    with pytest.raises(FetchError) as caught:
        dial_of(replace(settings, imap_url=None, smtp_url=f"smtp://{here}"))("127.0.0.1", port, 5)
    assert caught.value.code == "own_port"


def test_the_certificate_has_to_be_of_the_name_whatever_it_was_resolved_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "server.pem"
    file.write_bytes(certificate("mail.example"))
    with imap_server(file) as box:
        box.add(mail(1))
        with pytest.raises(FetchError) as caught:
            dial(box, "mail.example", "127.0.0.1")
        assert caught.value.code == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert len(dial(box, "mail.example", "127.0.0.1").items) == 1
        with pytest.raises(FetchError, match="证书") as caught:
            dial(box, "other.example", "127.0.0.1")
        assert caught.value.code == "tls"


@pytest.mark.parametrize("step", ["CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("trouble", [DRIP, FLOOD, LIE])
def test_no_visit_lasts_longer_than_its_time_or_swells_the_worker(box: Mailbox, step: str, trouble: str):
    box.add(mail(1))
    box.trouble[step] = trouble
    began = time.monotonic()
    made = partial(dial_mail, allowed=frozenset({place(box)}), own_ports=frozenset())
    with growth() as grown, pytest.raises(FetchError) as caught:
        mailboxes.collect("mailbox", address(box), PASSWORD, T, None, None, made, 0.6)
    assert time.monotonic() - began < 4
    assert caught.value.code in ("timeout", "broken", "server")
    assert place(box) in caught.value.words
    assert grown.most < 64 << 20


def test_what_was_read_before_the_time_was_over_is_kept_and_the_next_visit_goes_on(box: Mailbox):
    for number in range(1, 4):
        box.add(mail(number))
    made = partial(dial_mail, allowed=frozenset({place(box)}), own_ports=frozenset())
    slow = mailboxes.new_mails(place_in(address(box)), None, T, timedelta(days=7), made, 1.0)
    first = next(slow)
    time.sleep(1.1)
    assert list(slow) == []
    rest = mailboxes.new_mails(place_in(address(box)), first.seen, T, timedelta(days=7), made, 10)
    assert [one.seen.uid for one in rest] == [2, 3]


def place_in(url: str) -> Place:
    return replace(place_of(url), password=PASSWORD)


@pytest.mark.usefixtures("sqlite_database")
def test_a_mailbox_that_fails_is_told_on_its_source_and_the_others_go_on(box: Mailbox, tmp_path: Path):
    box.add(mail(1))
    with imap_server() as other, office(tmp_path, place(box), place(other)) as settings:
        other.trouble["LOGIN"] = FLOOD
        for one in (other, box):
            enter(one, settings)
        crawl(settings)
    assert [article.title for article in rows(Article)] == ["第1封"]
    errors = [source.error for source in rows(Source)]
    assert errors[1] is None
    assert "远超应有的大小" in errors[0]
    assert len(rows(Fetch)) == 2
    with transaction() as session:
        assert session.scalar(select(Source.failures).where(Source.error.is_not(None))) == 1
