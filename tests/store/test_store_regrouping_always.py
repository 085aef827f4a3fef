"""Whatever people merge, split and take back: no limit becomes later, one lead waits, no article is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from making import office
from regrouping_story import STORIES, Refused, Story

from store import db

CALM = (HealthCheck.too_slow, HealthCheck.data_too_large)


@pytest.fixture(scope="module")
def kept(sqlite_template, tmp_path_factory):
    """A database on which every story is told and taken back."""
    path = tmp_path_factory.mktemp("regrouping") / "huiying.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.connect(f"sqlite:///{path}")
    yield
    db.disconnect()


@pytest.fixture(scope="module")
def kept_postgres(postgres, postgres_template):
    """The same on PostgreSQL."""
    name = postgres.make(template=postgres_template)
    db.connect(postgres.address(name))
    yield
    db.disconnect()
    postgres.drop(name)


def tell(story) -> int:
    """Tell one story in a transaction that is taken back; return how many of its steps could be done."""
    done = 0
    with db.reading() as session:
        told = Story(session, office(session))
        told.holds()
        for step in story:
            try:
                told.step(*step)
            except (ValueError, Refused):  # What cannot be done, e.g. taking back what was regrouped again.
                session.flush()
                session.expire_all()
            else:
                done += 1
            told.holds()
        told.ends()
    return done


@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=CALM)
@given(STORIES)
def test_in_any_order(kept, story):
    tell(story)


@settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=CALM)
@given(STORIES)
def test_in_any_order_on_postgresql(kept_postgres, story):
    tell(story)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=1500, deadline=None, database=None, suppress_health_check=CALM)
@given(STORIES)
def test_in_any_order_at_length(kept, story):
    tell(story)
