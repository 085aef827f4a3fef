"""Sources: four kinds of silence, and how long to wait after failures."""

from datetime import timedelta

import pytest
from making import HOUR, MINUTE, SECOND, T, source

from store import fetches, sources
from store.sources import Health, health_of
from store.tables import Fetch, Source

DAY = timedelta(days=1)


REFUSED_CODE = sorted(sources.CREDENTIAL_CODES)[0]


@pytest.mark.parametrize(
    ("fields", "health", "label"),
    [
        ({}, Health.NEVER, "从未连通"),
        ({"last_ok_at": T, "last_new_at": T}, Health.WORKING, "正常"),
        ({"last_ok_at": T, "last_new_at": T - DAY}, Health.WORKING, "正常"),
        ({"last_ok_at": T, "last_new_at": T - DAY - SECOND}, Health.QUIET, "正常但安静"),
        ({"last_ok_at": T}, Health.QUIET, "正常但安静"),
        ({"failing_since": T, "error_code": "timeout"}, Health.NEVER, "从未连通"),
        ({"failing_since": T, "error_code": "timeout", "last_ok_at": T - DAY}, Health.FAILING, "持续失败"),
        ({"failing_since": T, "error_code": REFUSED_CODE}, Health.REFUSED, "拒绝访问"),
        ({"failing_since": T, "error_code": REFUSED_CODE, "last_ok_at": T - DAY}, Health.REFUSED, "拒绝访问"),
        ({"enabled": False, "failing_since": T}, Health.OFF, "已停用"),
    ],
)
def test_the_kinds_of_silence_are_told_apart(fields, health, label):
    found = health_of(Source(**{"enabled": True, **fields}), T)
    assert (found, found.label) == (health, label)


def test_the_board_lists_what_is_silent_the_worst_first_and_counts_the_working_ones(session):
    for name, fields in {
        "a": {"last_ok_at": T, "last_new_at": T},
        "b": {"last_ok_at": T},
        "c": {"last_ok_at": T, "failing_since": T, "error_code": "timeout"},
        "d": {"failing_since": T, "error_code": REFUSED_CODE},
        "e": {},
        "f": {"enabled": False},
    }.items():
        source(session, f"https://{name}.example/", name=name, **fields)
    found = sources.silence(session, T)
    assert found.working == 1
    assert [(one.name, health) for one, health in found.troubled] == [
        ("e", Health.NEVER),
        ("d", Health.REFUSED),
        ("c", Health.FAILING),
        ("b", Health.QUIET),
    ]


def test_the_wait_doubles_up_to_six_hours_and_a_visit_that_works_ends_it(session):
    one = source(session, interval=300)
    waits = [sources.note_failure(one, T + n * MINUTE, "timeout", "超时") // MINUTE for n in range(9)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 320, 320]
    assert (one.failing_since, one.failures, one.error) == (T, 9, "超时")
    sources.note_ok(one, T + HOUR, 0)
    assert (one.failing_since, one.failures, one.error, one.error_code, one.last_new_at) == (None, 0, None, None, None)
    sources.note_ok(one, T + 2 * HOUR, 3)
    assert (one.last_ok_at, one.last_new_at) == (T + 2 * HOUR, T + 2 * HOUR)
    assert sources.note_failure(one, T + 3 * HOUR, "timeout", "超时") == 5 * MINUTE
    one.interval = 3600
    assert [sources.note_failure(one, T, "timeout", "超时") // HOUR for _ in range(4)] == [2, 4, 6, 6]


def test_a_known_address_is_brought_up_to_date_and_visited_at_once(session):
    first = source(session, name="旧名", interval=600)
    first.fetch_at = T + HOUR
    again = sources.add_source(session, first.url, T + MINUTE, channel="message")
    assert again is first
    assert (again.name, again.channel, again.interval, again.fetch_at) == ("旧名", "message", 600, T + MINUTE)
    assert sources.listed(session) == [first]


def test_a_name_is_cut_to_what_is_stored_and_the_address_stays_whole(session):
    address = f"https://news.example/list?{'栏目=要闻&' * 60}"
    unnamed = sources.add_source(session, address, T)
    named = sources.add_source(session, "https://other.example/", T, name="长" * 300)
    session.expire_all()
    assert (unnamed.url, unnamed.name) == (address, address[:200])
    assert named.name == "长" * 200


def test_a_visit_is_asked_for_one_or_for_all_enabled_sources(session):
    one, two, off = (source(session, f"https://{n}.example/", enabled=n < 3) for n in (1, 2, 3))
    for each in (one, two, off):
        each.fetch_at, each.attempts = T + HOUR, 5
    session.flush()
    assert sources.ask_now(session, T, two.id) == 1
    assert sources.ask_now(session, T, off.id) == 0
    assert [(each.fetch_at, each.attempts) for each in (one, two, off)] == [(T + HOUR, 5), (T, 0), (T + HOUR, 5)]
    assert sources.ask_now(session, T + MINUTE) == 2
    assert [each.fetch_at for each in (one, two, off)] == [T + MINUTE, T + MINUTE, T + HOUR]


def test_the_newest_visits_come_first(session):
    one, other = source(session), source(session, "https://other.example/")
    session.add_all(
        Fetch(source_id=s.id, at=T + n * MINUTE, took_ms=n, url=s.url) for n in range(5) for s in (one, other)
    )
    session.flush()
    assert [fetch.took_ms for fetch in fetches.listed(session, one.id, "", 3, 0)] == [4, 3, 2]
    assert sources.count_fetches(session, T + 3 * MINUTE) == 4


def test_visits_are_asked_for_by_what_came_of_them(session):
    one = source(session)
    for number in range(6):
        session.add(
            Fetch(
                source_id=one.id,
                at=T + number * MINUTE,
                took_ms=number,
                url=one.url,
                new=number % 2,
                error="坏" if number == 4 else None,
            )
        )
    session.flush()
    assert [fetches.count(session, one.id, only) for only in ("", "failed", "new")] == [6, 1, 3]
    assert [fetch.took_ms for fetch in fetches.listed(session, one.id, "new", 2, 1)] == [3, 1]


@pytest.mark.parametrize(
    ("kind", "basis", "impact", "lacks"),
    [
        ("feed", None, None, True),
        ("feed", "国办发〔2016〕61号", None, True),
        ("feed", None, "公开信息", True),
        ("table", "国办发〔2016〕61号", "公开信息", False),
        ("entry", None, None, False),
    ],
)
def test_every_source_but_what_people_type_in_needs_its_basis(kind, basis, impact, lacks):
    assert sources.undocumented(Source(kind=kind, legal_basis=basis, impact=impact)) is lacks
