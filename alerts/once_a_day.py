"""What goes out once a day, exactly once under several clocks: who is first takes the day, the others wait and see."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from store.db import insert_into, reading, transaction
from store.tables.office import Fact


def once(name: str, day: date, send: Callable[[Session], None]) -> bool:
    """Let `send` write what is due for `day`; False where it has gone out, or another clock is at it.

    `name` is the fact that keeps the newest day; a new office begins with the day after the one it finds. Taking the
    day and sending are one transaction: where sending fails the day stays open and the next tick tries again.
    """
    with reading() as session:
        told = session.get(Fact, name)
        if told is not None and date.fromisoformat(told.value) >= day:
            return False
    with transaction() as session:
        if not _taken(session, name, day):
            return False
        send(session)
        return True


def _taken(session: Session, name: str, day: date) -> bool:
    first = insert_into(session, Fact).values(name=name, value=day.isoformat())
    if session.scalars(first.on_conflict_do_nothing(index_elements=["name"]).returning(Fact.name)).first():
        return False
    told = session.get_one(Fact, name, with_for_update=True)
    if date.fromisoformat(told.value) >= day:
        return False
    told.value = day.isoformat()
    return True
