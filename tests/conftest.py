"""Fixtures of all tests: real databases, a real Redis, a real mail server. Whatever is started here is ended here."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from services import redis as redis_service
from services.chromium import find_chromium
from services.postgres import PostgresServer, Reused, postgres_server
from services.smtp import MailServer, mail_server

from huiying.redis_server import RedisServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL server."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """Name of a PostgreSQL database with our tables, to copy from; nothing is connected to it."""
    from store.migrate import upgrade

    name = postgres.make()
    upgrade(postgres.address(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables, to copy from."""
    from store.migrate import upgrade

    path = tmp_path_factory.mktemp("template") / "huiying.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a fresh SQLite database with our tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'huiying.db')}"


@pytest.fixture(scope="session")
def postgres_reused(postgres: PostgresServer, postgres_template: str) -> Reused:
    """A PostgreSQL database with our tables that is lent to one test after the other."""
    return Reused(postgres, postgres_template)


@pytest.fixture
def postgres_url(postgres_reused: Reused) -> Iterator[str]:
    """Address of an empty PostgreSQL database with our tables."""
    with postgres_reused.lent() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh database with our tables, once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a fresh database without any table, once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = postgres.make()
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """A fresh database that `store.db.transaction()` of this process writes to; gives its address."""
    from store import db

    db.connect(database_url)
    yield database_url
    db.disconnect()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[str]:
    """As `database`, on SQLite alone, where something else than the database is asked about."""
    from store import db

    db.connect(sqlite_url)
    yield sqlite_url
    db.disconnect()


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running redis-server."""
    with redis_service.redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """Address of an empty, running Redis."""
    from redis import Redis

    with Redis.from_url(shared_redis.url) as client:
        client.flushall()
    return shared_redis.url


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    """A running SMTP server that does what the test plans and keeps what it accepted."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium, for playwright's `executable_path`."""
    return find_chromium()
