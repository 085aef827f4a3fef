"""Numbers are never given twice, a lease has one owner, facts and signs of life are kept."""

from datetime import timedelta

from making import SECOND, T
from writers import at_once, change

from store import db, office

LENGTH = timedelta(seconds=10)


def test_the_first_number_of_a_year_asked_for_twice_at_once(database):
    for year in range(2027, 2035):
        assert sorted(at_once(*[change(office.next_number, f"case-{year}")] * 4)) == [1, 2, 3, 4]


def test_each_series_counts_for_itself(database):
    with db.transaction() as session:
        assert [office.next_number(session, name) for name in ("a", "a", "b", "a")] == [1, 2, 1, 3]


def hold(owner, now):
    with db.transaction() as session:
        return office.hold_lease(session, "grouper", owner, now, LENGTH)


def test_a_lease_has_one_owner_until_it_ends(database):
    assert hold("a", T)
    assert not hold("b", T + LENGTH - SECOND)
    assert hold("a", T + LENGTH - SECOND)
    assert not hold("b", T + LENGTH)
    assert hold("b", T + 2 * LENGTH)
    assert not hold("a", T + 2 * LENGTH)


def test_of_many_that_ask_at_once_for_a_free_lease_one_gets_it(database):
    for turn in range(5):
        now = T + turn * 2 * LENGTH
        found = at_once(*[lambda owner=owner, now=now: hold(owner, now) for owner in "abcd"])
        assert sorted(found) == [False, False, False, True], found


def test_leases_of_different_names_do_not_meet(database):
    with db.transaction() as session:
        assert office.hold_lease(session, "grouper", "a", T, LENGTH)
        assert office.hold_lease(session, "ticker", "b", T, LENGTH)


def test_the_latest_sign_of_life_counts_even_if_two_give_the_first_at_once(database):
    assert at_once(*[change(office.beat, "clock", T)] * 3) == [None] * 3
    with db.transaction() as session:
        office.beat(session, "clock", T + SECOND, "3 条")
        office.beat(session, "worker", T)
    with db.reading() as session:
        found = office.heartbeats(session)
    assert (found["clock"].at, found["clock"].words) == (T + SECOND, "3 条")
    assert set(found) == {"clock", "worker"}


def test_two_write_the_same_fact_first_at_once(database):
    assert at_once(*[change(office.set_fact, "digest_told", "2026-11-22")] * 4) == [None] * 4


def test_a_fact_is_kept_as_it_was_said(database):
    with db.transaction() as session:
        assert office.fact(session, "name", "未命名") == "未命名"
        office.set_fact(session, "name", "清源市市场监督管理局")
        assert office.fact(session, "name") == "清源市市场监督管理局"
        office.set_fact(session, "demo", {"ports": [1]})
        office.set_fact(session, "demo", {"ports": [1, 2]})
        assert office.fact(session, "demo") == {"ports": [1, 2]}
    with db.transaction() as session:
        office.set_fact(session, "name", "清源市商务局")
    with db.reading() as session:
        assert office.fact(session, "name") == "清源市商务局"
        assert office.fact(session, "demo") == {"ports": [1, 2]}
