"""What the forms of the settings have in common: who may see them, who sends them, how a text field is read."""

from flask import request
from sqlalchemy.orm import Session

from dashboard.pages import who
from store.tables.people import Person

SEE = ("office", "system_admin", "security_admin")


def me(session: Session) -> Person:
    """Return the person who sends the form."""
    return session.get_one(Person, who().id)


def text(name: str, most: int) -> str | None:
    """Return a field of the form without blanks around it, at most so many characters of it; None for nothing."""
    return request.form.get(name, "").strip()[:most] or None
