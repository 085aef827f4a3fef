"""设置 · 人员: everybody by unit, kept by the system administrator; the password policy is the security one's."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import now, show
from dashboard.settings import view
from dashboard.settings.forms import SEE, me
from dashboard.settings.person import change_person, person_fields, person_page
from domain.passwords import DEFAULT, PROFILES
from store import staff
from store.db import reading, transaction
from store.office import fact
from store.tables.people import Person

people = Blueprint("people", __name__)


@people.get("/people")
@allow(*SEE)
def listing() -> tuple[str, int]:
    """Show everybody, by unit."""
    return _listing()


@people.post("/people")
@allow("system_admin")
def add() -> Response | tuple[str, int]:
    """Add a person; role and password are the security administrator's."""
    try:
        with transaction() as session:
            person_id = staff.save_person(session, None, person_fields(), me(session), now()).id
    except ValueError as error:
        return _listing(str(error))
    flash("人员已添加。要能登录，请安全管理员设角色、给口令。")
    return redirect(f"/settings/people/{person_id}")


@people.post("/policy")
@allow("security_admin")
def set_policy() -> Response | tuple[str, int]:
    """Choose the password policy."""
    try:
        with transaction() as session:
            staff.set_policy(session, request.form.get("profile", ""), me(session), now())
    except ValueError as error:
        return _listing(str(error))
    flash("口令策略已修改，下次改口令时起用。")
    return redirect("/settings/people")


@people.get("/people/<int:person_id>")
@allow(*SEE)
def page(person_id: int) -> tuple[str, int]:
    """Show one person with account and posts."""
    return person_page(person_id)


@people.post("/people/<int:person_id>")
@allow("system_admin")
def change(person_id: int) -> Response | tuple[str, int]:
    """Change a person."""

    def save(session: Session, person: Person, by: Person) -> str:
        staff.save_person(session, person, person_fields(), by, now())
        return "人员已修改。"

    return change_person(person_id, "fields", save)


@people.post("/people/<int:person_id>/active")
@allow("system_admin")
def switch(person_id: int) -> Response | tuple[str, int]:
    """Disable a person or enable them again."""

    def turn(session: Session, person: Person, by: Person) -> str:
        staff.set_active(session, person, not person.active, by, now())
        return "已启用。" if person.active else "已停用：登录已退出，不再收到通知。"

    return change_person(person_id, "active", turn)


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "settings/people.html",
            422 if words else 200,
            rows=view.people(session),
            profiles=[(name, f"{one.name}：{one.words}") for name, one in PROFILES.items()],
            profile=fact(session, "password_profile", DEFAULT),
            units=view.all_units(session),
            sent=request.form,
            words=words,
        )
