"""What the demo city's office did every week and month, recorded as its director would."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from domain.workdays import BEIJING, beijing_day
from store import people, periodic
from store.db import transaction

BEFORE = timedelta(days=3)
"""A duty is done when no more than so much of its period is left."""
HOUR = time(15, 20)


@cache
def _words() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("chores.toml").read_text(encoding="utf8"))


def chores_at(on: date) -> datetime:
    """Return when the director writes things down on a Beijing day."""
    return datetime.combine(on, HOUR, BEIJING)


def do_chores(at: datetime) -> None:
    """Record the periodic duties that end within three days; what has no words in `chores.toml` stays undone."""
    with transaction() as session:
        director = people.holders(session, "office_director")[0]
        for duty in periodic.waiting(session):
            if duty.due_at - at < BEFORE and (words := _words().get(duty.rule)):
                periodic.record(session, duty, beijing_day(at), words, director, at)
