"""A real office's folder, a news site on loopback, and the service running on them; a small bureau for the clock."""

from functools import partial

import clock_process
import pytest
from alerts_office import put_office
from service import NewsSite, make_office, running

from store import db
from store.settings import Settings


@pytest.fixture
def site():
    site = NewsSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def office(tmp_path, site):
    settings = make_office(tmp_path / "office", f"http://{site.address}/feed")
    db.disconnect()
    db.connect(settings.database_url)
    yield settings
    db.disconnect()


@pytest.fixture
def service_on(office):
    """Gives what runs the service on the office with more settings, until its `with` ends."""
    return partial(running, office)


@pytest.fixture
def bureau(database):
    """A small bureau in which every post is held; gives person ids by post."""
    return put_office()


@pytest.fixture
def wall(tmp_path):
    """The wall clock of the clock process."""
    return clock_process.WallClock(tmp_path / "wall")


@pytest.fixture
def clock_env(tmp_path, database_url, mailbox, wall):
    """The environment of the clock process: the test's database, mail server and wall clock."""
    return clock_process.environment(tmp_path, database_url, mailbox.url, wall)


@pytest.fixture
def settings(clock_env):
    """The settings of the clock process."""
    return Settings.from_env(clock_env)


@pytest.fixture
def clock_on(clock_env, tmp_path):
    """Gives what runs the clock process with more in its environment, until its `with` ends."""
    return lambda **more: clock_process.running({**clock_env, **more}, tmp_path / "clock.log")
