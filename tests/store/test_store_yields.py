"""Hourly yields: counted once a visit, and what is normal read from them."""

from datetime import timedelta

from making import HOUR, T
from sqlalchemy import select

from store import sources, yields
from store.sources import Health, health_of
from store.tables import Yield

DAY = timedelta(days=1)


def source(session, url="http://news.example/feed"):
    return sources.add_source(session, url, T - 40 * DAY)


def visits(session, source_id, begin, days, *, each_hour=1, found=20):
    for hour in range(days * 24):
        yields.count(session, source_id, begin + hour * HOUR, found, each_hour)


def test_visits_of_one_hour_are_one_row(session):
    one = source(session)
    for minute in (0, 20, 59):
        yields.count(session, one.id, T.replace(minute=minute), 10, 2)
    [row] = session.scalars(select(Yield))
    assert (row.visits, row.found, row.new, row.of_day) == (3, 30, 6, 14)


def test_what_is_normal_at_this_hour(session):
    one = source(session)
    visits(session, one.id, T - 10 * DAY, 10)
    assert yields.normal_now(session, T)[one.id].words == "平日约1条（1–1）"
    assert yields.normal_now(session, T - 5 * DAY) == {}


def test_a_source_that_brings_far_less_warns_and_works_again(session):
    one = source(session)
    visits(session, one.id, T - 10 * DAY, 9)
    words = yields.count(session, one.id, T, 20, 0)
    assert words == "近24小时只有0条新信息，平日约24条，可能栏目改版、限流或停更"
    sources.note_ok(one, T, 0, words)
    assert health_of(one, T) is Health.SPARSE
    assert [health for _, health in sources.silence(session, T).troubled] == [Health.SPARSE]
    sources.note_ok(one, T, 9, yields.count(session, one.id, T, 20, 9))
    assert health_of(one, T) is Health.WORKING


def test_a_list_read_wrongly_warns_at_the_first_visit(session):
    one = source(session)
    visits(session, one.id, T - 1 * DAY, 1)
    assert yields.count(session, one.id, T, 1, 0) == "这次只读到1条，平时每次约20条，可能页面结构变了"


def test_hours_too_old_are_forgotten(session):
    one = source(session)
    yields.count(session, one.id, T - 36 * DAY, 5, 5)
    yields.count(session, one.id, T, 5, 5)
    yields.forget(session, T)
    assert len(session.scalars(select(Yield)).all()) == 1
