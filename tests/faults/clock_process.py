"""The clock as a real process on a small bureau: its wall clock, how it is started, what must hold afterwards."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import faulty_clock
import invariants
from services.smtp import MailServer
from sqlalchemy import func, select

from alerts import checks
from store.db import reading
from store.office import fact, heartbeats
from store.tables.cases import Stage
from store.tables.notices import Notice

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for whatever a busy machine may take long for."""


class WallClock:
    """The wall clock of the processes under test. It begins on a Wednesday, 14:00 in Beijing, whatever the day of the
    test, and goes on with the real time until it is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._usual = datetime(2026, 6, 10, 6, 0, tzinfo=UTC) - datetime.now(UTC)
        self.ahead(timedelta(0))

    def ahead(self, by: timedelta) -> None:
        """Set it so much ahead of the time it would show if nobody had set it."""
        self._write(str((self._usual + by).total_seconds()))

    def stands_at(self, at: datetime) -> None:
        """Let it stand still."""
        self._write(at.isoformat())

    def now(self) -> datetime:
        """Return what it shows."""
        return faulty_clock.wall_clock(self.path)

    def _write(self, text: str) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.path)


def command() -> list[str]:
    """Return the words that start the clock process of the tests."""
    return [sys.executable, faulty_clock.__file__]


@contextmanager
def running(env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the clock process until the block ends; what it says is in `log`."""
    with log.open("ab") as out, subprocess.Popen(command(), env=env, stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def environment(data_dir: Path, database_url: str, smtp_url: str, wall: WallClock, **more: str) -> dict[str, str]:
    """Return the environment of the clock process."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "HUIYING_DATA_DIR": str(data_dir),
        "HUIYING_MAIL_FROM": "zhiban@qingyuan.example",
        "DATABASE_URL": database_url,
        "SMTP_URL": smtp_url,
        "WALL_CLOCK": str(wall.path),
        **more,
    }


def outstanding(now: datetime) -> int:
    """Return how many rungs due at `now` are not told, notices wait to be sent, and sent ones to be followed up."""
    with reading() as session:
        rungs = select(func.count()).where(Stage.state == "pending", Stage.due_at <= now)
        notices = select(func.count()).where(Notice.state == "pending", Notice.channel != "phone")
        chases = select(func.count()).where(Notice.chase_at <= now)
        return sum(session.scalar(asked) or 0 for asked in (rungs, notices, chases))


def beat_at(name: str) -> datetime:
    """Return when a part of the process gave its last sign of life, by its own clock; long ago if it never did."""
    with reading() as session:
        last = heartbeats(session).get(name)
        return last.at if last else datetime.min.replace(tzinfo=UTC)


def jumped(by: timedelta) -> bool:
    """Return whether the jump that was noticed last was about so long."""
    with reading() as session:
        kept = fact(session, "clock_jump")
    return kept is not None and abs(kept["seconds"] - by.total_seconds()) < 60


def jump_finding(now: datetime) -> str:
    """Return what the auditor says about the wall clock."""
    with reading() as session:
        [found] = checks.clock_jump(session, now)
    return found.words


def copies(mailbox: MailServer) -> Counter[str]:
    """Return how often each mail arrived, by Message-ID."""
    return Counter(str(mail.message["Message-ID"]) for mail in mailbox.mails)


def promises_hold(now: datetime, mailbox: MailServer, *, extra: int = 0) -> None:
    """I1 to I4, I6 and I7, with so many copies too many; a copy is one by its Message-ID."""
    invariants.every_matter_is_clocked()
    assert invariants.late_rungs(now) == []
    invariants.told_once()
    invariants.chain_holds()
    invariants.due_times_are_journaled()
    mails = select(Notice.message_id).where(Notice.channel == "email")
    with reading() as session:
        known, sent = set(session.scalars(mails)), set(session.scalars(mails.where(Notice.state == "sent")))
    # The auditor's own alarms are no notices.
    arrived = Counter({id_: count for id_, count in copies(mailbox).items() if id_ in known})
    assert set(arrived) == sent, "what arrived is what was sent, and nothing is lost"
    assert sum(arrived.values()) - len(arrived) == extra, arrived
