"""Whatever happens in whatever order, the promises hold: some stories in every run, many in `make soak`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alerts_office import put_office
from any_order import DutyRoom
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from services.postgres import PostgresServer

from store import db
from store.settings import Settings

CALM = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


@pytest.fixture
def sqlite_room(sqlite_url: str, tmp_path: Path) -> type[DutyRoom]:
    """The machine, with an office on SQLite to begin each of its stories from."""

    def fresh() -> str:
        for old in tmp_path.glob("room.db*"):
            old.unlink()
        return f"sqlite:///{shutil.copy(office, tmp_path / 'room.db')}"

    office = Path(sqlite_url.removeprefix("sqlite:///"))
    return _room(sqlite_url, fresh, tmp_path)


@pytest.fixture
def postgres_room(postgres: PostgresServer, postgres_template: str, tmp_path: Path) -> Iterator[type[DutyRoom]]:
    """The machine, with an office on PostgreSQL to begin each of its stories from."""
    names = [postgres.make(template=postgres_template)]

    def fresh() -> str:
        for old in names[1:]:
            postgres.drop(old)
        names[1:] = [postgres.make(template=names[0])]
        return postgres.address(names[1])

    yield _room(postgres.address(names[0]), fresh, tmp_path)
    for name in names:
        postgres.drop(name)


def _room(office: str, fresh: Callable[[], str], folder: Path) -> type[DutyRoom]:
    db.connect(office)
    put_office()
    db.disconnect()
    DutyRoom.fresh = staticmethod(fresh)
    env = {"HUIYING_DATA_DIR": str(folder), "HUIYING_MAIL_FROM": "zhiban@qingyuan.example"}
    env["SMTP_URL"] = "smtp://127.0.0.1:9"  # Nobody is asked there: the machine is the mail server.
    DutyRoom.settings_of_office = Settings.from_env(env)
    return DutyRoom


def stories(examples: int, steps: int, *, seeded: bool) -> settings:
    """Return how many stories of how many steps are told; `seeded` ones are the same in every run."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=seeded,
        database=None,
        suppress_health_check=CALM,
    )


def test_some_stories_keep_the_promises(sqlite_room: type[DutyRoom]) -> None:
    run_state_machine_as_test(sqlite_room, settings=stories(25, 30, seeded=True))


def test_a_few_stories_keep_the_promises_on_postgresql(postgres_room: type[DutyRoom]) -> None:
    run_state_machine_as_test(postgres_room, settings=stories(4, 25, seeded=True))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("room", "examples"), [("sqlite_room", 200), ("postgres_room", 40)])
def test_many_stories_keep_the_promises(request: pytest.FixtureRequest, room: str, examples: int) -> None:
    run_state_machine_as_test(request.getfixturevalue(room), settings=stories(examples, 50, seeded=False))
