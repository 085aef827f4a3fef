"""Facts about the office, numbers given out, signs of life, leases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.db import insert_into
from store.tables.office import Fact, Heartbeat, Lease, Number


def fact(session: Session, name: str, default: Any = None) -> Any:
    """Return a fact about the office, e.g. `name`, `demo`, `telephone`."""
    row = session.get(Fact, name)
    return default if row is None else row.value


def set_fact(session: Session, name: str, value: Any) -> None:
    """Write a fact about the office."""
    first = insert_into(session, Fact).values(name=name, value=value)
    written = first.on_conflict_do_update(index_elements=["name"], set_={"value": first.excluded.value})
    session.scalars(written.returning(Fact), execution_options={"populate_existing": True}).one()


def next_number(session: Session, series: str) -> int:
    """Return the next number of a series, starting at 1; never the same twice, even under two writers."""
    first = insert_into(session, Number).values(series=series, last=1)
    given = first.on_conflict_do_update(index_elements=["series"], set_={"last": Number.last + 1})
    number: int = session.scalars(given.returning(Number.last)).one()
    return number


def beat(session: Session, name: str, now: datetime, words: str = "") -> None:
    """Note a sign of life of a process."""
    values = {"at": now, "words": words}
    first = insert_into(session, Heartbeat).values(name=name, **values)
    session.execute(first.on_conflict_do_update(index_elements=["name"], set_=values))


def heartbeats(session: Session) -> dict[str, Heartbeat]:
    """Return the latest sign of life of every process, by name."""
    return {row.name: row for row in session.scalars(select(Heartbeat))}


def hold_lease(session: Session, name: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Take or renew a lease; False while another owner holds it."""
    values = {"owner": owner, "until": now + length}
    first = insert_into(session, Lease).values(name=name, **values)
    free = (Lease.owner == owner) | (Lease.until <= now)
    held = first.on_conflict_do_update(index_elements=["name"], set_=values, where=free)
    return session.scalars(held.returning(Lease.name)).first() is not None
