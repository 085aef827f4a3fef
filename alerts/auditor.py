"""The auditor: looks every minute whether the promise is kept, and shouts by a mail of its own where it is not."""

import json
import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alerts import checks
from alerts.alarm import Alarm
from alerts.checks import Finding
from alerts.heartbeat import Heartbeat
from alerts.process import work_until
from alerts.rest import rest
from store import journal
from store.db import reading, transaction
from store.notices import channel_ready
from store.office import beat, set_fact
from store.settings import Settings

log = logging.getLogger(__name__)

FIRST = 10.0
PERIOD = 60.0
GRACE = timedelta(seconds=60)
"""After a start the other processes get this long for their first sign of life."""
JOURNAL_EVERY = timedelta(hours=1)


def audit(
    now: datetime, settings: Settings, *, started: datetime | None = None, check_journal: bool = True
) -> list[Finding]:
    """Return everything that must not be, at `now`. Reads only.

    `started` is when the service was started: silence of other processes counts only a minute later.
    """
    found: list[Finding] = []
    if not channel_ready(settings):
        found.append(Finding("no_channel", "没有可用的通知渠道，请设置 SMTP_URL 或其他渠道"))
    with reading() as session:
        for check in (checks.stages, checks.notices, checks.calls, checks.matters, checks.handed):
            found += check(session, now)
        if started is None or now - started > GRACE:
            found += checks.processes(session, now)
            found += checks.mailbox(session, now) if settings.imap_url else ()
        if check_journal and (broken := journal.first_broken(session)) is not None:
            found.append(Finding("journal", f"操作日志从第{broken}条起与校验值不符，可能被改动"))
        for check in (
            checks.clock_jump,
            checks.sources,
            checks.calendar,
            checks.periodic,
            checks.limits,
            checks.tables,
            checks.parameters,
            checks.rota,
        ):
            found += check(session, now)
    found += checks.disk(settings.data_dir)
    return found


def run(settings: Settings, stop: threading.Event) -> None:
    """Audit 10 s after the start and then every minute until `stop` is set. SystemExit(1) if it broke off."""
    work_until(stop, "auditor", _auditing, settings)


def _auditing(settings: Settings, stop: threading.Event) -> None:
    watch = Watch(settings, datetime.now(UTC))
    pause = FIRST
    while not rest(pause, stop):
        watch.look(datetime.now(UTC))
        pause = PERIOD


class Watch:
    """One auditor's memory: since when it runs, what the hourly check of the journal said, what it alarmed of."""

    def __init__(self, settings: Settings, started: datetime) -> None:
        self._settings, self._started = settings, started
        self._alarm, self._heartbeat = Alarm(settings), Heartbeat(settings.heartbeat_url)
        self._journal_at: datetime | None = None
        self._broken: list[Finding] = []

    def look(self, now: datetime) -> list[Finding]:
        """Audit, write the result for the board and the log, beat outside or raise the alarm; return the findings."""
        try:
            found = self._audit(now)
            note(found, now)
        except Exception as error:
            found = [Finding("database", f"数据库不可用（{type(error).__name__}）：时限可能无人通知", now)]
        for one in found:
            log.warning("%s", json.dumps({"code": one.code, "words": one.words}, ensure_ascii=False))
        found += self._heartbeat.beat_unless(found, now)
        self._alarm.raise_for(found, now)
        return found

    def _audit(self, now: datetime) -> list[Finding]:
        due = self._journal_at is None or now - self._journal_at >= JOURNAL_EVERY
        found = audit(now, self._settings, started=self._started, check_journal=due)
        if not due:
            return found + self._broken
        self._journal_at, self._broken = now, [one for one in found if one.code == "journal"]
        return found


def note(found: Sequence[Finding], now: datetime) -> None:
    """Write the result for the board, with the auditor's own sign of life."""
    with transaction() as session:
        set_fact(session, "audit_findings", [one.words for one in found])
        beat(session, "auditor", now, f"发现{len(found)}个问题" if found else "")
