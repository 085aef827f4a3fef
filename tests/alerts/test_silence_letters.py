"""Sources that fell silent reach the duty officer: once each, together, at most one message an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from alerts_office import put_office
from sqlalchemy import select

from alerts.silence import tell_silence
from store import sources
from store.db import reading, transaction
from store.tables import Notice, Source

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def office(database):
    put_office()


def add(*names, **fields):
    with transaction() as session:
        for name in names:
            made = sources.add_source(session, f"http://{name}.example/feed", T - 9 * HOUR, name=name)
            made.last_ok_at = made.last_new_at = T - HOUR
            for field, value in fields.items():
                setattr(made, field, value)


def fails(name, at=T, code="connect", words="连不上，对方已关机"):
    with transaction() as session:
        source = session.scalars(select(Source).where(Source.name == name)).one()
        sources.note_failure(source, at, code, words)


def works(name, at):
    with transaction() as session:
        sources.note_ok(session.scalars(select(Source).where(Source.name == name)).one(), at, 1)


def told():
    with reading() as session:
        return [(notice.person.name, notice.subject) for notice in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_source_that_fails_for_an_hour_is_told_once():
    add("晚报", "电视台")
    fails("晚报")
    assert tell_silence(T + 59 * MINUTE) == 0
    assert tell_silence(T + 61 * MINUTE) == 1
    assert tell_silence(T + 9 * HOUR) == 0
    assert [subject for _, subject in told()] == ["【监测源沉默】请查看：晚报"]


def test_several_are_one_message_and_the_next_waits_an_hour():
    add("晚报", "电视台", "论坛")
    fails("晚报")
    fails("电视台", code="forbidden", words="被拒绝访问（403）")
    assert tell_silence(T + 61 * MINUTE) == 1
    fails("论坛", T - HOUR)
    assert tell_silence(T + 90 * MINUTE) == 0
    assert tell_silence(T + 122 * MINUTE) == 1
    assert [subject for _, subject in told()] == ["【监测源沉默】请查看：电视台等2个", "【监测源沉默】请查看：论坛"]


def test_one_that_works_again_and_fails_again_is_told_again():
    add("晚报")
    fails("晚报")
    tell_silence(T + 61 * MINUTE)
    works("晚报", T + 2 * HOUR)
    fails("晚报", T + 3 * HOUR)
    assert tell_silence(T + 3 * HOUR + 30 * MINUTE) == 0
    assert tell_silence(T + 4 * HOUR + MINUTE) == 1


def test_what_brings_far_less_is_told_without_waiting():
    add("晚报", warning="近24小时只有0条新信息，平日约24条，可能栏目改版、限流或停更")
    assert tell_silence(T) == 1
    with reading() as session:
        assert "平日约24条" in session.scalars(select(Notice.text)).one()


def test_what_is_quiet_or_stopped_is_not_told():
    add("晚报", last_new_at=T - 50 * HOUR)
    add("论坛", enabled=False, failing_since=T - 5 * HOUR, failures=9)
    assert tell_silence(T) == 0


def test_when_all_fail_the_fault_is_looked_for_here():
    add(*(f"站{number}" for number in range(6)))
    for number in range(6):
        fails(f"站{number}")
    tell_silence(T + 61 * MINUTE)
    with reading() as session:
        assert "多半是本单位的网络或出口出了问题" in session.scalars(select(Notice.text)).first()


def test_two_clocks_tell_once():
    add("晚报")
    fails("晚报")
    assert [tell_silence(T + 61 * MINUTE), tell_silence(T + 61 * MINUTE)] == [1, 0]


NIGHT = T + 13 * HOUR
"""3:00 in Beijing; the night is over at 8:30."""
MORNING = T + 18 * HOUR + 30 * MINUTE


def test_a_source_that_falls_silent_at_night_is_told_in_the_morning():
    add("晚报", "电视台")
    fails("晚报", NIGHT - HOUR)
    assert [tell_silence(NIGHT + minutes * MINUTE) for minutes in (1, 60, 329)] == [0, 0, 0]
    assert tell_silence(MORNING) == 1
    assert tell_silence(MORNING + 2 * HOUR) == 0
    assert [subject for _, subject in told()] == ["【监测源沉默】请查看：晚报"]


def test_one_that_comes_back_before_morning_is_not_told():
    add("晚报", "电视台")
    fails("晚报", NIGHT - HOUR)
    tell_silence(NIGHT + MINUTE)
    works("晚报", NIGHT + 2 * HOUR)
    assert tell_silence(MORNING) == 0


def test_an_own_channel_is_told_at_any_hour_and_alone():
    add("晚报", "电视台")
    add("本局网站", role="own")
    for name in ("晚报", "本局网站"):
        fails(name, NIGHT - HOUR)
    assert tell_silence(NIGHT + MINUTE) == 1
    assert tell_silence(MORNING) == 1
    assert [subject for _, subject in told()] == ["【监测源沉默】请查看：本局网站", "【监测源沉默】请查看：晚报"]


def test_when_nearly_all_fail_at_night_it_is_told_at_once():
    names = [f"站{number}" for number in range(5)]
    add(*names)
    add("工单导出", kind="table")
    for name in names[:3]:
        fails(name, NIGHT - HOUR)
    assert tell_silence(NIGHT + MINUTE) == 0
    fails(names[3], NIGHT - 30 * MINUTE)
    assert tell_silence(NIGHT + 2 * MINUTE) == 0, "a blip is no failure yet"
    assert tell_silence(NIGHT + 31 * MINUTE) == 1
    with reading() as session:
        assert "多半是本单位的网络或出口出了问题" in session.scalars(select(Notice.text)).one()
