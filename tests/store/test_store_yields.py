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


def test_what_is_normal_is_said_by_hour_and_for_some_sources_alone(session):
    one, other = source(session), source(session, "http://other.example/feed")
    for number, each in ((one.id, 1), (other.id, 4)):
        visits(session, number, T - 10 * DAY, 10, each_hour=each)
    assert yields.normal_now(session, T, [other.id]).keys() == {other.id}
    by_hour = yields.normal_by_hour(session, other.id, T)
    assert sorted(by_hour) == list(range(24))
    assert by_hour[14].middle == 4


def test_the_last_day_stands_beside_a_normal_one(session):
    one = source(session)
    visits(session, one.id, T - 10 * DAY, 9, each_hour=2)
    today, usual = yields.last_day(session, one.id, T)
    assert (today, usual.middle) == (0, 48)
    visits(session, one.id, T - DAY + HOUR, 1, each_hour=5)
    assert yields.last_day(session, one.id, T)[0] == 24 * 5
    assert yields.last_day(session, source(session, "http://new.example/").id, T) == (0, None)
