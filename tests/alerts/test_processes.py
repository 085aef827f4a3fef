"""The clock and the auditor as real processes: killed in between, ended politely, refused on a wrong database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from alerts_story import propose
from services.smtp import HANG, MailServer
from sqlalchemy import select

from store.db import reading, transaction
from store.office import heartbeats
from store.settings import Settings
from store.tables.cases import Stage
from store.tables.notices import Notice

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts `huiying NAME` with the test's settings."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(name: str, **changed: str) -> subprocess.Popen[bytes]:
        env = {
            "PATH": os.environ["PATH"],
            "HUIYING_DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "SMTP_URL": settings.smtp_url or "",
            **changed,
        }
        words = [sys.executable, "-c", "from huiying.cli import main; main()", name]
        running.append(subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def until(true: Callable[[], object], seconds: float = 15) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.usefixtures("office")
def test_a_clock_killed_while_it_sends_sends_again_with_the_same_identity(start: Start, mailbox: MailServer) -> None:
    mailbox.then(HANG)
    propose(datetime.now(UTC))
    first = start("clock")
    until(lambda: mailbox.asked == 1)
    first.kill()
    first.wait()
    with transaction() as session:
        notice = session.scalars(select(Notice)).one()
        assert (notice.state, notice.attempts) == ("pending", 1)
        notice.send_at = datetime.now(UTC)  # The hold of 30 s is over: the test does not wait for it.
    second = start("clock")
    until(lambda: len(mailbox.mails) == 1)
    assert str(mailbox.mails[0].message["Message-ID"]) == notice.message_id
    began = time.monotonic()
    second.send_signal(signal.SIGTERM)
    assert second.wait(5) == 0
    assert time.monotonic() - began < 2
    with reading() as session:
        assert session.scalars(select(Stage.state).where(Stage.rung == "proposed")).one() == "told"
        assert {"clock", "sender"} <= set(heartbeats(session))


@pytest.mark.usefixtures("office")
def test_a_hanging_mail_server_does_not_delay_the_end(start: Start, mailbox: MailServer) -> None:
    mailbox.then(HANG, HANG, HANG)
    for title in "甲乙丙":
        propose(datetime.now(UTC), title)
    process = start("clock")
    until(lambda: mailbox.asked == 3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("name", ["clock", "auditor"])
def test_it_waits_for_a_database_that_is_locked_and_ends_politely(name: str, start: Start, database: str) -> None:
    process = start(name)
    time.sleep(2)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0


@pytest.mark.parametrize("name", ["clock", "auditor", "digest"])
def test_it_refuses_a_database_of_another_age(name: str, start: Start, tmp_path: object) -> None:
    process = start(name, DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")
    said = process.communicate(timeout=15)[0].decode()
    assert process.returncode == 1
    assert "数据库还没有建好或需要升级" in said
