"""An office with its people, and the settings that lead to the test's mail server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from services.smtp import MailServer

from store import people
from store.db import transaction
from store.office import set_fact
from store.settings import Settings
from store.tables.people import Person, Unit

POSTS = {
    "duty_officer": "值班员A",
    "duty_leader": "带班领导B",
    "office_director": "办公室主任C",
    "deputy_chief": "分管领导D",
    "chief": "主要领导E",
    "liaison": "联络员F",
}


@pytest.fixture
def t0() -> datetime:
    """A Wednesday afternoon in Beijing, 14:00."""
    return datetime(2026, 6, 10, 6, 0, tzinfo=UTC)


@pytest.fixture
def minutes(t0: datetime) -> Callable[[float], datetime]:
    """Gives the instant so many minutes after t0."""
    return lambda count: t0 + timedelta(minutes=count)


@pytest.fixture
def office(database: str) -> dict[str, int]:
    """A small bureau in which every post is held; gives person ids by post."""
    return put_office()


def put_office() -> dict[str, int]:
    """Put a small bureau into the database that is connected; return person ids by post."""
    with transaction() as session:
        set_fact(session, "name", "清源市市场监督管理局")
        set_fact(session, "telephone", "0000-1234567")
        units = [Unit(name=name, rank=rank) for rank, name in enumerate(("办公室", "食品安全科"))]
        session.add_all(units)
        session.flush()
        found = {}
        for post, name in POSTS.items():
            unit = units[1] if post == "liaison" else units[0]
            person = Person(name=name, unit_id=unit.id, email=f"{post}@qingyuan.example", phone="13900000000")
            session.add(person)
            session.flush()
            people.appoint(session, post, person, unit if post == "liaison" else None)
            found[post] = person.id
    return found


@pytest.fixture
def settings(tmp_path: Path, database_url: str, mailbox: MailServer) -> Settings:
    """Settings with the test's mail server and database."""
    env = {
        "HUIYING_DATA_DIR": str(tmp_path),
        "HUIYING_BASE_URL": "https://yq.qingyuan.example",
        "HUIYING_MAIL_FROM": "zhiban@qingyuan.example",
        "DATABASE_URL": database_url,
        "SMTP_URL": mailbox.url,
    }
    return Settings.from_env(env)
