"""设置 · 人员: role, password, second factor and lock of one person, all the security administrator's."""

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now
from dashboard.settings.forms import me
from dashboard.settings.person import change_person, person_page
from store import staff
from store.db import transaction
from store.people import ROLES
from store.tables.people import Person

accounts = Blueprint("accounts", __name__, url_prefix="/people/<int:person_id>")


@accounts.post("/role")
@allow("security_admin")
def set_role(person_id: int) -> Response | tuple[str, int]:
    """Give a person another role."""

    def change(session: Session, person: Person, by: Person) -> str:
        staff.set_role(session, person, request.form.get("role", ""), by, now())
        return f"角色已改为{ROLES[person.role]}。"

    return change_person(person_id, "account", change)


@accounts.post("/password")
@allow("security_admin")
def reset_password(person_id: int) -> Response | tuple[str, int]:
    """Give a person a new password; it is shown in this answer and never again."""
    try:
        with transaction() as session:
            fresh = staff.reset_password(session, found(session.get(Person, person_id)), me(session), now())
    except ValueError as error:
        return person_page(person_id, "account", str(error))
    return person_page(person_id, given=fresh)


@accounts.post("/code")
@allow("security_admin")
def reset_code(person_id: int) -> Response | tuple[str, int]:
    """Take a person's second factor away."""

    def change(session: Session, person: Person, by: Person) -> str:
        staff.reset_code(session, person, by, now())
        return "动态码已重置。管理员下次登录时要重新启用。"

    return change_person(person_id, "account", change)


@accounts.post("/unlock")
@allow("security_admin")
def unlock(person_id: int) -> Response | tuple[str, int]:
    """Let a person sign in again after too many failures."""

    def change(session: Session, person: Person, by: Person) -> str:
        staff.unlock(session, person, by, now())
        return "登录限制已解除。"

    return change_person(person_id, "account", change)
