"""A real office's folder, a news site on loopback, and the service running on them."""

from functools import partial

import pytest
from service import NewsSite, make_office, running

from store import db


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
