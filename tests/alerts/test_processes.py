"""The clock and the auditor as real processes: killed in between, ended politely, refused on a wrong database."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alerts_story import propose
from services.smtp import HANG, MailServer
from sqlalchemy import select

from alerts import run
from store.db import BUSY_MS, reading, transaction
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
    assert second.wait(10) == 0
    assert time.monotonic() - began < 6  # A mail server may hang for 15 s.
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
    assert process.wait(10) == 0
    assert time.monotonic() - began < 6  # A mail server may hang for 15 s.


@pytest.mark.usefixtures("office", "database")
@pytest.mark.parametrize("name", ["clock", "auditor"])
def test_it_ends_politely_before_it_has_done_anything(name: str, start: Start) -> None:
    process = start(name)
    until(lambda: listens_to(process, signal.SIGTERM), 60)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def listens_to(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Return whether a process has come so far that it handles a signal, as the kernel says."""
    mask = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return mask is not None and bool(int(mask[1], 16) >> (number - 1) & 1)


@pytest.fixture
def working(settings: Settings) -> Iterator[None]:
    """The threads of the clock process, within this one."""
    stop = threading.Event()
    thread = threading.Thread(target=run.run, args=(settings, stop))
    thread.start()
    yield
    stop.set()
    thread.join(3)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("office", "working")
def test_it_goes_on_when_its_connections_were_cut(database: str, mailbox: MailServer) -> None:
    with closing(psycopg.connect(database.replace("+psycopg", ""), autocommit=True)) as other:
        for _ in range(10):
            time.sleep(0.2)
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    propose(datetime.now(UTC))
    until(lambda: len(mailbox.mails) == 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("office", "working")
def test_it_goes_on_when_the_database_was_locked(database: str, mailbox: MailServer) -> None:
    propose(datetime.now(UTC))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(BUSY_MS / 1000 + 0.5)  # Longer than a writer waits for the lock.
        other.execute("COMMIT")
    until(lambda: len(mailbox.mails) == 1)


@pytest.mark.parametrize("name", ["clock", "auditor", "digest"])
def test_it_refuses_a_database_of_another_age(name: str, start: Start, tmp_path: object) -> None:
    process = start(name, DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")
    said = process.communicate(timeout=15)[0].decode()
    assert process.returncode == 1
    assert "数据库还没有建好或需要升级" in said
