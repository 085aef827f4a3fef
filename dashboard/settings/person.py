"""The page of one person with account and posts, shown again where a change of theirs cannot be made."""

from collections.abc import Callable

from flask import flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.pages import found, number, show
from dashboard.settings import view
from dashboard.settings.forms import me, text
from store.db import reading, transaction
from store.people import ROLES
from store.staff import PersonFields
from store.tables.people import Person


def change_person(
    person_id: int, part: str, change: Callable[[Session, Person, Person], str]
) -> Response | tuple[str, int]:
    """Change a person and show them again; what was entered is kept where it cannot be done.

    `part` names the form, `change` gets (session, person, who changes) and returns what was done in words.
    """
    try:
        with transaction() as session:
            words = change(session, found(session.get(Person, person_id)), me(session))
    except ValueError as error:
        return person_page(person_id, part, str(error))
    flash(words)
    return redirect(f"/settings/people/{person_id}")


def person_page(person_id: int, failed: str = "", words: str = "", given: str = "") -> tuple[str, int]:
    """Return the page of a person; `failed` names the form that `words` is about, `given` is a new password."""
    with reading() as session:
        row = found(session.get(Person, person_id))
        return show(
            session,
            "settings/person.html",
            422 if words else 200,
            person=row,
            posts=view.posts_of(session, row.id),
            units=view.all_units(session),
            roles=list(ROLES.items()),
            sent=request.form if failed else {},
            failed=failed,
            words=words,
            given=given,
        )


def person_fields() -> PersonFields:
    """Return what the form says of a person."""
    return PersonFields(
        name=text("name", 100) or "",
        username=text("username", 50),
        unit_id=number("unit") or None,
        email=text("email", 200),
        phone=text("phone", 50),
        im=text("im", 100),
    )
