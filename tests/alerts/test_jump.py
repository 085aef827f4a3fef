"""A wall clock that jumps is noticed, shown for a day, and tells nobody twice."""

import re
import threading
import time
from datetime import datetime, timedelta

import pytest
from alerts_story import propose
from sqlalchemy import func, select

from alerts import checks, clock, run
from alerts.jump import Reading, jump
from store.db import reading
from store.settings import Settings
from store.tables.journal import JournalEntry
from store.tables.notices import Notice

HOURS = timedelta(hours=2)


@pytest.mark.parametrize(
    ("wall", "steady", "found"),
    [(1, 1, None), (29, 1, None), (31, 1, None), (32, 1, 31), (7201, 1, 7200), (-7199, 1, -7200), (1, 40, -39)],
)
def test_wall_time_is_held_against_steady_time(t0: datetime, wall: float, steady: float, found: float | None) -> None:
    said = jump(Reading(t0, 100), Reading(t0 + timedelta(seconds=wall), 100 + steady))
    assert said == (None if found is None else timedelta(seconds=found))


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("by", [HOURS, -HOURS])
def test_a_jump_is_written_down_and_shown_for_a_day(t0: datetime, settings: Settings, by: timedelta) -> None:
    stop, asked, began = threading.Event(), iter([timedelta(0)] * 2), time.monotonic()

    def now() -> datetime:
        """Go with the time twice, and with a jump ever after."""
        return t0 + timedelta(seconds=time.monotonic() - began) + next(asked, by)

    worker = threading.Thread(target=run._ticking, args=(stop, threading.Event(), settings, now))
    worker.start()
    try:
        while not (found := _findings(t0 + by)):
            assert worker.is_alive()
            time.sleep(0.02)
    finally:
        stop.set()
        worker.join()
    direction = "向前" if by > timedelta(0) else "向后"
    assert [re.sub("1小时59分|2小时0分", "2小时", words) for words in found] == [
        f"系统时间{direction}跳变2小时（时钟被改动或机器休眠），请核对时间同步"
    ]
    assert _findings(t0 + by + timedelta(hours=25)) == []
    with reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "clock_jump")).one()
        assert abs(entry.facts["seconds"] - by.total_seconds()) <= 1


def _findings(now: datetime) -> list[str]:
    with reading() as session:
        return [finding.words for finding in checks.clock_jump(session, now)]


@pytest.mark.usefixtures("office")
def test_after_a_jump_back_nothing_is_told_again(t0: datetime) -> None:
    propose(t0)
    clock.tick(t0)
    clock.tick(t0 + timedelta(minutes=20))
    told = _told()
    for minutes in range(-120, 20, 10):
        clock.tick(t0 + timedelta(minutes=minutes))
    assert _told() == told > 0


def _told() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0


@pytest.mark.usefixtures("office")
def test_each_tick_says_that_it_has_begun(t0: datetime, settings: Settings) -> None:
    stop, begun = threading.Event(), iter(range(3))

    def alive() -> None:
        if next(begun) == 2:
            stop.set()

    run.run(settings, stop, now=lambda: t0, alive=alive)
    assert stop.is_set()
