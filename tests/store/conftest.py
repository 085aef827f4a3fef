"""A session on either database whose changes are taken back at the end: rules need no database of their own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from store import db


@pytest.fixture(scope="session")
def kept_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an SQLite database that stays empty."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('kept') / 'huiying.db')}"


@pytest.fixture(scope="session")
def kept_postgresql(postgres, postgres_template: str) -> Iterator[str]:
    """Address of a PostgreSQL database that stays empty."""
    name = postgres.make(template=postgres_template)
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on a database without any row, once on each kind; nothing it writes is kept."""
    db.connect(request.getfixturevalue(f"kept_{request.param}"))
    with Session(db.engine(), expire_on_commit=False) as session:
        yield session
        session.rollback()
    db.disconnect()
