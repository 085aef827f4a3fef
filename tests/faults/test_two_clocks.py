"""Two clocks on one office, and one that slept through its hold: nobody is told twice, and nobody is left out."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from service import until
from services.smtp import HANG
from sqlalchemy import select
from test_killed_processes import arrived, leads_due_soon, pending, unjudged_told, written

from store.db import reading
from store.tables import Delivery, Notice


@contextmanager
def another_clock(office, **env: str):
    """Run one more `huiying clock` beside that of the service."""
    environment = {**os.environ, "HUIYING_DATA_DIR": str(office.data_dir), **env}
    command = [str(Path(sys.executable).with_name("huiying")), "clock"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(10)


def put_to_sleep(process: subprocess.Popen, office) -> None:
    """Stop a process while it does not write: one stopped in the middle keeps SQLite from everybody else."""
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        with closing(sqlite3.connect(office.data_dir / "huiying.db", timeout=0.5, isolation_level=None)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError:
                os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.05)


def test_two_clocks_tell_everything_once(office, mailbox, service_on):
    with service_on(SMTP_URL=mailbox.url), another_clock(office, SMTP_URL=mailbox.url):
        leads_due_soon(20, spread=5)
        until(lambda: len(unjudged_told()) == 20 and pending() == 0, patience=60)
        until(lambda: set(written()) <= set(arrived(mailbox)), patience=60)
        assert set(unjudged_told().values()) == {2}
        assert set(arrived(mailbox).values()) == {1}


@pytest.mark.slow
def test_a_clock_that_slept_through_its_hold_makes_at_most_one_copy(office, mailbox, service_on):
    mailbox.then(HANG)
    with another_clock(office, SMTP_URL=mailbox.url) as sleeper:
        leads_due_soon(1, spread=1)
        until(lambda: mailbox.asked >= 1, patience=60)
        put_to_sleep(sleeper, office)
        with service_on(SMTP_URL=mailbox.url):
            until(lambda: pending() == 0 and mailbox.mails, patience=90)
            os.kill(sleeper.pid, signal.SIGCONT)
            until(lambda: set(written()) <= set(arrived(mailbox)), patience=60)
            assert max(arrived(mailbox).values()) <= 2
    with reading() as session:
        sent = Counter(session.scalars(select(Delivery.notice_id).where(Delivery.ok)))
        assert {n.state for n in session.scalars(select(Notice))} <= {"sent", "cancelled"}
    assert max(sent.values()) <= 2
