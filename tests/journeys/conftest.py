"""A small bureau with three units in which every post is held, and the fast-forwarded time of a story."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from journey import Journey

from store import people, upward
from store.db import transaction
from store.office import set_fact
from store.settings import Settings
from store.tables.people import Person, Unit

UNITS = ("办公室", "食品安全科", "特种设备科", "价格监督科")
POSTS = {
    "duty_officer": "值班员A",
    "duty_leader": "带班领导B",
    "office_director": "办公室主任C",
    "deputy_chief": "分管领导D",
    "chief": "主要领导E",
}


@pytest.fixture
def journey(database: str, tmp_path: Path) -> Iterator[Journey]:
    """A story about to begin; at its end nothing of it contradicts the promises."""
    with transaction() as session:
        set_fact(session, "name", "清源市市场监督管理局")
        set_fact(session, "telephone", "0000-1234567")
        units = [Unit(name=name, rank=rank) for rank, name in enumerate(UNITS)]
        session.add_all(units)
        session.flush()
        for post, name in POSTS.items():
            _person(session, name, units[0], post)
        for unit in units[1:]:
            _person(session, f"联络员·{unit.name}", unit, "liaison")
    env = {
        "HUIYING_DATA_DIR": str(tmp_path),
        "DATABASE_URL": database,
        "HUIYING_BASE_URL": "https://yq.qingyuan.example",
        "HUIYING_MAIL_FROM": "zhiban@qingyuan.example",
        "SMTP_URL": "smtp://127.0.0.1:9",
    }
    story = Journey(Settings.from_env(env))
    yield story
    story.keeps_its_promises()


def _person(session, name, unit, post):
    person = Person(name=name, unit_id=unit.id, email=f"{name}@qingyuan.example", phone="13900000000")
    session.add(person)
    session.flush()
    people.appoint(session, post, person, unit if post == "liaison" else None)


@pytest.fixture
def targets(journey: Journey) -> None:
    """Two offices to report to."""
    with transaction() as session:
        for rank, name in enumerate(("市委值班室", "市网信办")):
            upward.put_target(session, name, f"0000-{rank}", rank, "command", journey.now)
