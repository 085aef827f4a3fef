"""The engine for SQLite or PostgreSQL, short transactions, and times that are always aware UTC."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_MS = 5_000
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what happens where its unique key is there already: safe under two writers."""
    kind = session.get_bind().dialect.name
    return postgresql.insert(table) if kind == "postgresql" else sqlite.insert(table)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. Refuses naive datetimes with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value as the driver wants it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_engines: dict[str, Engine] = {}


def connect(url: str) -> Engine:
    """Make the engine for `url` and use it for every transaction of this process; return it."""
    disconnect()
    _engines["process"] = make_engine(url)
    return _engines["process"]


def disconnect() -> None:
    """Close the process's engine, if any."""
    old = _engines.pop("process", None)
    if old is not None:
        old.dispose()


def engine() -> Engine:
    """Return the process's engine. RuntimeError before `connect`."""
    try:
        return _engines["process"]
    except KeyError:
        raise RuntimeError("store.db.connect(url) was not called") from None


def make_engine(url: str) -> Engine:
    """Return an engine with the settings both databases need to be safe under several processes."""
    if url.startswith("sqlite"):
        made = create_engine(url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False})
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        return made
    options = "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"
    return create_engine(url, pool_pre_ping=True, connect_args={"options": options, "connect_timeout": 10})


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Set what SQLite needs; the driver's own transactions are off, because `_begin_sqlite` begins them."""
    raw: Any = connection
    raw.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once in a writing transaction: a later upgrade would fail instead of waiting."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def hold(session: Session, *rows: Base) -> None:
    """Lock rows until the transaction ends and read them as they are now; an SQLite writer is alone anyway.

    Whoever changes a matter holds its lead first: then two people never judge it at once, and nobody waits in a circle.
    """
    session.flush()
    for row in rows:
        session.refresh(row, with_for_update={"key_share": True})


_line = threading.RLock()


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session whose changes are committed together at the end, or not at all.

    Keep it short; no network inside.
    """
    with _in_line(), Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _in_line() -> Iterator[None]:
    """Have the threads of this process write to SQLite one after the other.

    It has one writer anyway, and whoever finds it busy sleeps and asks again: with many threads some never get in.
    """
    waits = engine().dialect.name == "sqlite" and _line.acquire(timeout=BUSY_MS / 1000)
    try:
        yield
    finally:
        if waits:
            _line.release()


@contextmanager
def reading() -> Iterator[Session]:
    """Give a session for questions only: it never waits for a writer and its changes are not kept."""
    with engine().connect().execution_options(reading=True) as connection, Session(connection) as session:
        yield session
        session.expunge_all()
        session.rollback()
