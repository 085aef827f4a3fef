"""Accounts as the tests of people look at them and change them."""

from typing import Any

from sqlalchemy import select

from store.db import reading, transaction
from store.tables import Person


def account(username: str) -> Person:
    """Return the person with this user name."""
    with reading() as session:
        return session.scalars(select(Person).where(Person.username == username)).one()


def change(username: str, **values: Any) -> None:
    """Change fields of the person with this user name."""
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.username == username)).one()
        for field, value in values.items():
            setattr(person, field, value)
