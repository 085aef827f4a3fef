"""Transactions and times: the same on both databases, safe under several processes."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from making import T, source
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from writers import at_once, change, in_processes

from store import db, journal, office
from store.tables import Fetch, Number, Source


def test_an_instant_comes_back_as_it_was_in_utc(database):
    beijing = datetime(2026, 11, 22, 14, 5, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with db.transaction() as session:
        source(session, last_ok_at=beijing)
    with db.reading() as session:
        found = session.scalars(select(Source)).one()
        assert found.last_ok_at == beijing
        assert found.last_ok_at.tzinfo is UTC or found.last_ok_at.utcoffset() == timedelta(0)
        assert found.failing_since is None
        assert session.scalars(select(Source).where(Source.last_ok_at < beijing)).first() is None
        assert session.scalars(select(Source).where(Source.last_ok_at <= beijing)).one() is found


def test_a_naive_instant_is_refused_when_written_and_when_asked_for(database):
    naive = datetime(2026, 11, 22, 14, 5)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"), db.transaction() as session:
        source(session, last_ok_at=naive)
    with pytest.raises(StatementError, match="naive"), db.reading() as session:
        session.scalars(select(Source).where(Source.last_ok_at < naive)).all()
    with db.reading() as session:
        assert session.scalars(select(Source)).all() == []


def test_a_transaction_is_kept_whole_or_not_at_all(database):
    def half(session):
        source(session)
        raise KeyError

    with pytest.raises(KeyError):
        change(half)()
    with db.reading() as session:
        assert session.scalars(select(Source)).all() == []


def test_what_is_changed_while_reading_is_not_kept(database):
    with db.reading() as session:
        source(session)
    with db.reading() as session:
        assert session.scalars(select(Source)).all() == []


def test_reading_does_not_wait_for_a_writer_and_sees_what_was_committed(database):
    with db.transaction() as session:
        source(session, name="before")
    with db.transaction() as writing:
        writing.scalars(select(Source)).one().name = "after"
        writing.flush()
        began = time.monotonic()
        with db.reading() as session:
            assert session.scalars(select(Source.name)).one() == "before"
        assert time.monotonic() - began < 1
    with db.reading() as session:
        assert session.scalars(select(Source.name)).one() == "after"


def test_a_writer_waits_for_another_instead_of_failing(database):
    def add_slowly(session, name):
        office.next_number(session, "case-2026")
        time.sleep(0.3)
        return office.next_number(session, name)

    found = at_once(*[change(add_slowly, f"other-{n}") for n in range(3)])
    assert found == [1, 1, 1]
    with db.reading() as session:
        assert session.get_one(Number, "case-2026").last == 3


def write_often(url, n):
    """Read and then write, many times: what fails on SQLite unless the write lock is taken at the beginning."""
    db.connect(url)
    numbers = []
    for turn in range(25):
        with db.transaction() as session:
            known = session.scalars(select(Source.name)).all()
            source(session, f"https://news.example/{n}/{turn}", name=str(len(known)))
            numbers.append(office.next_number(session, "case-2026"))
            journal.record(session, f"person-{n}", "enter", f"lead-{turn}", T)
    db.disconnect()
    return numbers


def test_four_processes_write_at_once_and_none_is_told_that_the_database_is_locked(database):
    numbers = in_processes(4, write_often, database)
    assert sorted(number for mine in numbers for number in mine) == list(range(1, 101))
    assert all(mine == sorted(mine) for mine in numbers)
    with db.reading() as session:
        names = session.scalars(select(Source.name)).all()
        assert journal.head(session)[0] == 100
        assert journal.first_broken(session) is None
    assert len(names) == 100
    if database.startswith("sqlite"):
        # Under BEGIN IMMEDIATE nobody counts what another is about to change.
        assert sorted(map(int, names)) == list(range(100))


def test_sqlite_runs_with_the_settings_that_make_it_safe(sqlite_url):
    engine = db.make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": db.BUSY_MS, "foreign_keys": 1}


def test_postgresql_runs_with_time_limits(postgres_url):
    engine = db.make_engine(postgres_url)
    with engine.connect() as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        ]
        durable = connection.execute(text("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'"))
        assert durable.scalar() is not None
    engine.dispose()
    assert shown == ["10s", "1min", "1min"]


def test_without_an_address_there_is_no_engine(sqlite_url):
    db.connect(sqlite_url)
    db.disconnect()
    db.disconnect()
    with pytest.raises(RuntimeError, match="connect"):
        db.engine()


def test_a_row_whose_partner_does_not_exist_is_refused(database):
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), db.transaction() as session:
        session.add(Fetch(source_id=999, at=T, took_ms=1, url="https://news.example/"))
