"""The one scheduling primitive: two never get the same row, a late result loses, a wake-up is never lost."""

from datetime import timedelta

import pytest
from making import HOUR, MINUTE, SECOND, T, source
from sqlalchemy import select
from writers import at_once, in_processes

from store import db, sources
from store.due import Taken, finish, take
from store.tables import Source

HOLD = timedelta(seconds=30)


@pytest.fixture
def ten(database):
    """Ten sources, each due a minute after the one before; returns their ids in that order."""
    with db.transaction() as session:
        made = [source(session, f"https://news.example/{n}") for n in range(10)]
        for n, one in enumerate(made):
            one.fetch_at = T + n * MINUTE
        return [one.id for one in made]


def taken(now, limit=200, only=None, hold=HOLD):
    with db.transaction() as session:
        return take(session, Source.fetch_at, now, hold, limit, only)


def done(row, **values):
    with db.transaction() as session:
        return finish(session, Source.fetch_at, row, **values)


def stored(id_):
    with db.reading() as session:
        found = session.get_one(Source, id_)
        return found.fetch_at, found.attempts


def test_the_due_ones_oldest_first_and_no_others(ten):
    assert [row.id for row in taken(T + 3 * MINUTE)] == ten[:4]
    assert taken(T + 3 * MINUTE) == []


def test_at_most_so_many_and_only_those_asked_for(ten):
    assert [row.id for row in taken(T + HOUR, limit=2)] == ten[:2]
    assert [row.id for row in taken(T + HOUR, limit=2, only=Source.id != ten[3])] == [ten[2], ten[4]]


def test_a_row_that_asks_for_nothing_is_never_taken(ten):
    with db.transaction() as session:
        session.get_one(Source, ten[0]).fetch_at = None
    assert ten[0] not in [row.id for row in taken(T + 100 * HOUR)]


def test_what_was_taken_comes_back_after_its_hold_and_counts_the_attempts(ten):
    now = T
    for attempt in (1, 2, 3):
        [row] = taken(now, only=Source.id == ten[0])
        assert row == Taken(ten[0], now + HOLD, attempt)
        assert taken(now + HOLD - SECOND, only=Source.id == ten[0]) == []
        now += HOLD


def test_a_finished_row_asks_for_nothing_more_or_for_its_next_time(ten):
    first, second = taken(T + MINUTE)
    assert done(first)
    assert stored(first.id) == (None, 0)
    assert done(second, fetch_at=T + HOUR, name="seen")
    assert stored(second.id) == (T + HOUR, 0)
    with db.reading() as session:
        assert session.get_one(Source, second.id).name == "seen"


def test_the_outcome_is_seen_in_the_session_that_wrote_it(ten):
    [row] = taken(T)
    with db.transaction() as session:
        found = session.get_one(Source, row.id)
        assert finish(session, Source.fetch_at, row, fetch_at=T + HOUR)
        assert (found.fetch_at, found.attempts) == (T + HOUR, 0)


def test_a_late_finish_loses_against_the_one_that_took_over(ten):
    [slow] = taken(T)
    [other] = taken(T + HOLD, limit=1)
    assert other.id == slow.id
    assert not done(slow, name="too late")
    assert done(other, name="in time")
    assert not done(other, name="twice")
    with db.reading() as session:
        assert session.get_one(Source, slow.id).name == "in time"


def test_a_row_asked_for_anew_while_it_was_held_is_done_again(ten):
    [row] = taken(T)
    with db.transaction() as session:
        assert sources.ask_now(session, T + SECOND, row.id) == 1
    assert not done(row, name="old")
    assert stored(row.id) == (T + SECOND, 0)
    assert [again.id for again in taken(T + SECOND)] == [row.id]


def test_takers_at_the_same_moment_share_the_rows(ten):
    found = at_once(*[lambda: taken(T + HOUR, limit=4)] * 4)
    ids = [row.id for rows in found for row in rows]
    assert len(ids) == len(set(ids)), found
    # PostgreSQL may leave a row to the next look where two sort the same ones; nothing is lost by it.
    assert set(ids) | {row.id for row in taken(T + HOUR)} == set(ten)


def take_until_nothing_is_left(url, n):
    db.connect(url)
    found = []
    while rows := taken(T + 100 * HOUR, limit=3, hold=10 * HOUR):
        found += [row.id for row in rows]
    db.disconnect()
    return found


def test_processes_never_get_the_same_row(database):
    with db.transaction() as session:
        expected = {source(session, f"https://news.example/{n}").id for n in range(60)}
    ids = [id_ for found in in_processes(2, take_until_nothing_is_left, database) for id_ in found]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected


def test_a_row_locked_by_somebody_else_is_passed_over_not_waited_for(postgres_url):
    db.connect(postgres_url)
    with db.transaction() as session:
        first, second = (source(session, f"https://news.example/{n}").id for n in (1, 2))
    with db.transaction() as holding:
        holding.execute(select(Source).where(Source.id == first).with_for_update())
        assert [row.id for row in taken(T)] == [second]
    db.disconnect()
