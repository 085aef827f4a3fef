"""The morning's self-check and the outside heartbeat: silence must never be mistaken for calm."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alerts_story import propose
from services.provider import DRIP, HANG, Provider, provider
from services.smtp import MailServer
from sqlalchemy import select

from alerts import clock, heartbeat
from alerts.auditor import Watch
from alerts.checks import PROCESSES
from alerts.self_check import check_day
from alerts.sender import send_due
from store.db import transaction
from store.office import beat
from store.settings import Settings
from store.sources import add_source, note_failure
from store.tables.notices import Notice

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]
MORNING = datetime(2026, 6, 11, 0, 30, tzinfo=UTC)
"""8:30 in Beijing."""


def breathe(now: datetime) -> None:
    """Let every process give a sign of life."""
    with transaction() as session:
        for name in PROCESSES:
            beat(session, name, now)


def checks() -> list[tuple[str, str, str]]:
    """Return (person, subject, text) of all self-checks."""
    with transaction() as session:
        found = session.scalars(select(Notice).where(Notice.topic.like("self-check-%")).order_by(Notice.id))
        return [(notice.person.name, notice.subject, notice.text) for notice in found]


def test_it_comes_once_a_day_at_half_past_eight(settings: Settings, t0: datetime) -> None:
    for at in (t0, MORNING - timedelta(seconds=1)):
        clock.tick(at, settings)
    assert checks() == []
    for _ in range(2):
        breathe(MORNING)
        clock.tick(MORNING, settings)
    assert [(name, subject) for name, subject, _ in checks()] == [
        ("值班员A", "【值班自检】6月11日 发现1个问题，请处理"),
        ("办公室主任C", "【值班自检】6月11日 发现1个问题，请处理"),
    ], "a channel that was never used proves nothing"
    clock.tick(MORNING + timedelta(hours=23), settings)
    assert len(checks()) == 2
    clock.tick(MORNING + timedelta(days=3), settings)
    assert len(checks()) == 4, "after an outage only the newest"


def test_it_says_what_works_and_what_does_not(mailbox: MailServer, settings: Settings, t0: datetime) -> None:
    clock.tick(t0, settings)
    propose(t0)
    clock.tick(t0, settings)
    send_due(t0, None, settings)
    with transaction() as session:
        source = add_source(session, "https://gone.example/feed", t0 - timedelta(days=2), name="停刊的网站")
        note_failure(source, MORNING, "404", "没有这个页面")
    breathe(MORNING)
    clock.tick(MORNING, settings)
    text = checks()[0][2]
    assert "进程：5个进程都有心跳" in text
    assert "邮件：上次成功6月10日" in text
    assert "沉默：" in text
    assert "停刊的网站" in text
    assert "工作日表：2026年的已有" in text
    assert "操作日志：" in text
    assert "校验值" in text
    assert "各项正常" in checks()[0][1]


def test_a_process_that_stands_still_is_the_first_sentence(settings: Settings, t0: datetime) -> None:
    clock.tick(t0, settings)
    breathe(MORNING - timedelta(minutes=5))
    clock.tick(MORNING, settings)
    assert "发现" in checks()[0][1]
    assert "已停，上次心跳" in checks()[0][2].split("今天的自检")[1].splitlines()[0]


@pytest.mark.parametrize(
    ("at", "day"), [("2026-06-11T08:29:59+08:00", "2026-06-10"), ("2026-06-11T08:30:00+08:00", "2026-06-11")]
)
def test_the_day_turns_at_half_past_eight(at: str, day: str) -> None:
    assert check_day(datetime.fromisoformat(at)).isoformat() == day


@pytest.fixture
def outside() -> Iterator[Provider]:
    """A receiver of heartbeats."""
    with provider() as made:
        yield made


@pytest.fixture
def watch(settings: Settings, outside: Provider, minutes: At) -> Watch:
    """An auditor with an outside heartbeat."""
    return Watch(replace(settings, heartbeat_url=outside.url("/beat/key")), minutes(-10))


def test_it_beats_while_all_is_well_and_stops_when_ticking_stops(watch: Watch, outside: Provider, minutes: At) -> None:
    for minute in (0, 1, 2):
        breathe(minutes(minute))
        assert watch.look(minutes(minute)) == []
    assert [(asked.method, asked.path) for asked in outside.asked] == [("GET", "/beat/key")] * 3
    for minute in (3.5, 4.5, 5.5):
        assert next(one.code for one in watch.look(minutes(minute))) == "silent_clock"
    assert len(outside.asked) == 3, "within two minutes nobody hears it any more"
    breathe(minutes(6))
    assert watch.look(minutes(6)) == []
    assert len(outside.asked) == 4


def test_slow_findings_do_not_stop_it(watch: Watch, outside: Provider, minutes: At) -> None:
    with transaction() as session:
        source = add_source(session, "https://gone.example/feed", minutes(-99), name="停刊的网站")
        note_failure(source, minutes(-99), "404", "没有这个页面")
    breathe(minutes(0))
    assert [one.code for one in watch.look(minutes(0))] == ["sources"]
    assert len(outside.asked) == 1


def test_a_receiver_that_does_not_answer_is_a_finding(
    watch: Watch, outside: Provider, minutes: At, mailbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LIMIT", 0.3)
    outside.then((500, b""), HANG, DRIP)
    found = []
    for minute in range(4):
        breathe(minutes(minute))
        found.append([one.code for one in watch.look(minutes(minute))])
    assert found == [[], [], ["heartbeat"], []], "and it is well again when somebody answers"
    assert "外部心跳地址没有应答" in str(mailbox.mails[0].message["Subject"])


def test_without_an_address_nobody_is_visited(settings: Settings, outside: Provider, minutes: At) -> None:
    breathe(minutes(0))
    assert Watch(settings, minutes(-10)).look(minutes(0)) == []
    assert outside.asked == []
