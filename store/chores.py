"""Work that is done every so often by whichever process comes first: exactly one at a time, none twice."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store.db import insert_into
from store.tables.office import Fact


def due(session: Session, name: str, every: timedelta, now: datetime) -> bool:
    """Return whether this process is to do a chore now; it counts as done from then on.

    A clock set back does not keep it from being done.
    """
    fact = f"chore_{name}"
    first = insert_into(session, Fact).values(name=fact, value=now.isoformat())
    if session.scalar(first.on_conflict_do_nothing(index_elements=["name"]).returning(Fact.name)) is not None:
        return True
    row = session.get_one(Fact, fact, with_for_update=True)
    if timedelta(0) <= now - datetime.fromisoformat(row.value) < every:
        return False
    row.value = now.isoformat()
    return True
