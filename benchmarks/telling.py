"""How fast people are told: 1,000 open matters whose rungs fall due within a minute, then 10,000 leads in a minute.

Real `huiying clock` processes, a real mail server, SQLite in a new folder. Prints each figure beside its floor.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.case import Level
from huiying.folder import Folder, make_folder, mark_folder, template_text
from store import db, deadlines, leads, people, proposing
from store.settings import Settings
from store.tables import Lead, Notice, Person, Stage

MATTERS, STORM = 1_000, 10_000
MINUTE = timedelta(minutes=1)
HALF = timedelta(hours=24)
"""Half of the 48 hours of an ordinary matter."""
POSTS = ("duty_officer", "duty_leader", "office_director", "deputy_chief", "chief")
PATIENCE = 600.0


class Mailbox:
    """Accepts every mail and forgets it: what was handed over stands in the database."""

    async def handle_DATA(self, *_: object) -> str:
        """Take the mail."""
        return "250 OK"


def main() -> None:
    """Measure both and print them; exit status 1 if a floor is not met."""
    met = []
    with tempfile.TemporaryDirectory() as folder, mail_server() as smtp_url:
        settings = make_office(Path(folder) / "office", smtp_url)
        met += due_rungs(settings)
        met += storm(settings)
        db.disconnect()
    sys.exit(0 if all(met) else 1)


def due_rungs(settings: Settings) -> list[bool]:
    """Let the rungs of 1,000 matters fall due within a minute and measure how long each waits."""
    started = datetime.now(UTC) + timedelta(seconds=15)
    open_matters(started)
    with clock(settings):
        told = wait_for(lambda: (started, *waits(started)), lambda found: len(found[2]) >= 2 * MATTERS)
    _, written, sent = told
    return [
        show(f"{MATTERS} 件在办、一分钟内到点：到点→写出通知 p99（秒）", p99(written), 10),
        show(f"{MATTERS} 件在办、一分钟内到点：到点→首次投递 p99（秒）", p99(sent), 20),
    ]


def storm(settings: Settings) -> list[bool]:
    """Open 10,000 leads within a minute, 20 of them suspected emergencies, while the clock runs."""
    with db.reading() as session:
        before = session.scalar(select(func.max(Lead.id))) or 0
    with clock(settings):
        began = time.monotonic()
        open_leads(STORM)
        took = time.monotonic() - began
        wait_for(lambda: untold(before), lambda left: left == 0)
        settled = time.monotonic() - began
        late = legal_waits(before)
    print(f"      {STORM} 条线索录入用时 {took:.0f} 秒，全部通知写出用时 {settled:.0f} 秒")
    return [
        show(f"{STORM} 条线索：没有通知到的线索", untold(before), 0),
        show("其间疑似突发事件到首次投递 p99（秒）", p99(late), 60),
    ]


def open_matters(started: datetime) -> None:
    """Open matters whose limit is half over within the minute from `started`; all before that counts as told."""
    with db.transaction() as session:
        officer = people.on_duty(session, "duty_officer", started)[0]
        unit = people.units(session)[1]
        for number in range(MATTERS):
            opened = started - HALF + MINUTE * number / MATTERS
            lead = leads.enter(session, officer, opened, title=f"事项{number}", text="", channel="news", unit=unit)
            leads.confirm(session, lead, officer, opened, unit=unit, level=Level.YELLOW, emergency=False)
        session.flush()
        past = update(Stage).where(Stage.state == "pending", Stage.due_at < started)
        session.execute(past.values(state="told", look_at=None))


def open_leads(count: int) -> None:
    """Enter leads as fast as ordinary transactions allow; every 500th looks like an emergency."""
    for first in range(0, count, 100):
        with db.transaction() as session:
            now = datetime.now(UTC)
            officer = people.on_duty(session, "duty_officer", now)[0]
            for number in range(first, first + 100):
                if number % 500 == 0:
                    suspect(session, f"疑似{number}", now)
                else:
                    said = {"title": f"线索{number}", "text": "", "channel": "news", "unit": None}
                    leads.enter(session, officer, now, **said)


def suspect(session: Session, title: str, now: datetime) -> None:
    """Open a suspected emergency as the grouper does."""
    lead = Lead(title=title, channel="news", detected_at=now, proposed_at=now, level="red", reasons=[], suspected=True)
    session.add(lead)
    session.flush()
    deadlines.write_deadline(session, lead, "LEAD_CONFIRM", now, now, ladder="suspected")
    proposing.start_provisionally(session, lead, now)


def waits(started: datetime) -> tuple[list[float], list[float]]:
    """Return the seconds from a rung's time to its notice, and to the first attempt that succeeded."""
    asked = select(Stage.due_at, Notice.created_at, Notice.sent_at).join(Notice, Notice.stage_id == Stage.id)
    with db.reading() as session:
        rows = session.execute(asked.where(Stage.due_at >= started)).all()
    written = [(created - due).total_seconds() for due, created, _ in rows]
    return written, [(sent - due).total_seconds() for due, _, sent in rows if sent is not None]


def untold(before: int) -> int:
    """Return how many leads after `before` nobody was told of, in a message of its own or a merged one."""
    waiting = select(func.count(Stage.id.distinct())).where(
        Stage.state == "pending", Stage.look_at <= datetime.now(UTC)
    )
    told = select(Notice.lead_id).where(Notice.lead_id > before)
    silent = select(func.count()).select_from(Lead).where(Lead.id > before, Lead.id.not_in(told))
    with db.reading() as session:
        return (session.scalar(waiting) or 0) + (session.scalar(silent) or 0)


def legal_waits(before: int) -> list[float]:
    """Return the seconds from a suspected lead to the first mail about it."""
    asked = select(Lead.proposed_at, func.min(Notice.sent_at)).join(Notice, Notice.lead_id == Lead.id)
    asked = asked.where(Lead.id > before, Lead.suspected).group_by(Lead.id, Lead.proposed_at)
    rows = wait_for(lambda: _rows(asked), lambda found: all(sent for _, sent in found))
    return [(sent - proposed).total_seconds() for proposed, sent in rows]


def _rows(asked):  # type: ignore[no-untyped-def]
    with db.reading() as session:
        return session.execute(asked).all()


def make_office(folder: Path, smtp_url: str) -> Settings:
    """Make an office with somebody at every post."""
    env = {"HUIYING_DATA_DIR": str(folder), "SMTP_URL": smtp_url, "HUIYING_MAIL_FROM": "zhiban@office.example"}
    settings = Settings.from_env(env)
    mark = Folder("清源市市场监督管理局", False, datetime.now(UTC))
    make_folder(settings, mark, template_text("market_supervision"))
    with db.transaction() as session:
        unit = people.units(session)[1]
        for post in (*POSTS, "liaison"):
            person = Person(name=post, email=f"{post}@office.example", unit_id=unit.id)
            session.add(person)
            session.flush()
            people.appoint(session, post, person, unit if post == "liaison" else None)
    mark_folder(settings, mark)
    return settings


@contextmanager
def clock(settings: Settings) -> Iterator[None]:
    """Run a real clock process; it is ended by its pid."""
    env = {
        **os.environ,
        "HUIYING_DATA_DIR": str(settings.data_dir),
        "SMTP_URL": settings.smtp_url or "",
        "HUIYING_MAIL_FROM": settings.mail_from,
    }
    command = [str(Path(sys.executable).with_name("huiying")), "clock"]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@contextmanager
def mail_server() -> Iterator[str]:
    """Give the address of a mail server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def wait_for(ask, enough):  # type: ignore[no-untyped-def]
    """Return what `ask()` gives once it is `enough`, or as it stands after ten minutes."""
    until = time.monotonic() + PATIENCE
    while not enough(found := ask()) and time.monotonic() < until:
        time.sleep(1)
    return found


def p99(values: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(values, n=100)[98] if len(values) > 1 else float("inf")


def show(name: str, value: float, most: float) -> bool:
    """Print one figure beside its floor and return whether it is met."""
    met = value <= most
    print(f"{'ok   ' if met else 'SHORT'} {name}：{value:.1f} ≤ {most:g}", flush=True)
    return met


if __name__ == "__main__":
    main()
