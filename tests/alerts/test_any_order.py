"""Whatever happens in whatever order, the promises hold: some stories in every run, many in `make soak`."""

from pathlib import Path

import pytest
from alerts_office import put_office
from any_order import DutyRoom
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from store import db
from store.settings import Settings

CALM = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


@pytest.fixture
def room(sqlite_url: str, tmp_path: Path) -> type[DutyRoom]:
    """The machine, with an office to begin each of its stories from."""
    db.connect(sqlite_url)
    put_office()
    db.disconnect()
    DutyRoom.template, DutyRoom.folder = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path
    env = {"HUIYING_DATA_DIR": str(tmp_path), "HUIYING_MAIL_FROM": "zhiban@qingyuan.example"}
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


def test_some_stories_keep_the_promises(room: type[DutyRoom]) -> None:
    run_state_machine_as_test(room, settings=stories(25, 30, seeded=True))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_stories_keep_the_promises(room: type[DutyRoom]) -> None:
    run_state_machine_as_test(room, settings=stories(200, 50, seeded=False))
