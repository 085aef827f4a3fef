"""设置: units, people and posts; each kind of administrator and the office change what is theirs alone."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.settings import view
from domain.org import UNIT_KINDS
from domain.passwords import DEFAULT, PROFILES
from store import staff
from store.db import reading, transaction
from store.office import fact
from store.people import ROLES
from store.staff import PersonFields, UnitFields
from store.tables.people import Person, PostHolder, Unit

settings = Blueprint("settings", __name__, url_prefix="/settings")
SEE = ("office", "system_admin", "security_admin")


@settings.get("")
@allow(*SEE)
def first() -> Response:
    """Lead to the first of the screens."""
    return redirect("/settings/people" if who().administers else "/settings/units")


@settings.get("/units")
@allow(*SEE)
def units() -> tuple[str, int]:
    """Show the units in the office's order, with their liaisons."""
    return _units()


@settings.post("/units")
@allow("system_admin")
def add_unit() -> Response | tuple[str, int]:
    """Add a unit."""
    try:
        with transaction() as session:
            staff.save_unit(session, None, _unit_fields(), _me(session), now())
    except ValueError as error:
        return _units(str(error))
    flash("单位已添加。")
    return redirect("/settings/units")


@settings.get("/units/<int:unit_id>")
@allow(*SEE)
def unit(unit_id: int) -> tuple[str, int]:
    """Show one unit."""
    return _unit(unit_id)


@settings.post("/units/<int:unit_id>")
@allow("system_admin")
def change_unit(unit_id: int) -> Response | tuple[str, int]:
    """Change a unit."""
    try:
        with transaction() as session:
            made = found(session.get(Unit, unit_id))
            staff.save_unit(session, made, _unit_fields(), _me(session), now())
    except ValueError as error:
        return _unit(unit_id, str(error))
    flash("单位已修改。")
    return redirect("/settings/units")


@settings.get("/people")
@allow(*SEE)
def people() -> tuple[str, int]:
    """Show everybody, by unit."""
    return _people()


@settings.post("/people")
@allow("system_admin")
def add_person() -> Response | tuple[str, int]:
    """Add a person; role and password are the security administrator's."""
    try:
        with transaction() as session:
            person_id = staff.save_person(session, None, _person_fields(), _me(session), now()).id
    except ValueError as error:
        return _people(str(error))
    flash("人员已添加。要能登录，请安全管理员设角色、给口令。")
    return redirect(f"/settings/people/{person_id}")


@settings.post("/policy")
@allow("security_admin")
def set_policy() -> Response | tuple[str, int]:
    """Choose the password policy."""
    try:
        with transaction() as session:
            staff.set_policy(session, request.form.get("profile", ""), _me(session), now())
    except ValueError as error:
        return _people(str(error))
    flash("口令策略已修改，下次改口令时起用。")
    return redirect("/settings/people")


@settings.get("/people/<int:person_id>")
@allow(*SEE)
def person(person_id: int) -> tuple[str, int]:
    """Show one person with account and posts."""
    return _person(person_id)


@settings.post("/people/<int:person_id>")
@allow("system_admin")
def change_person(person_id: int) -> Response | tuple[str, int]:
    """Change a person."""

    def change(session: Session, person: Person, me: Person) -> str:
        staff.save_person(session, person, _person_fields(), me, now())
        return "人员已修改。"

    return _change(person_id, "fields", change)


@settings.post("/people/<int:person_id>/active")
@allow("system_admin")
def switch(person_id: int) -> Response | tuple[str, int]:
    """Disable a person or enable them again."""

    def change(session: Session, person: Person, me: Person) -> str:
        staff.set_active(session, person, not person.active, me, now())
        return "已启用。" if person.active else "已停用：登录已退出，不再收到通知。"

    return _change(person_id, "active", change)


@settings.post("/people/<int:person_id>/role")
@allow("security_admin")
def set_role(person_id: int) -> Response | tuple[str, int]:
    """Give a person another role."""

    def change(session: Session, person: Person, me: Person) -> str:
        staff.set_role(session, person, request.form.get("role", ""), me, now())
        return f"角色已改为{ROLES[person.role]}。"

    return _change(person_id, "account", change)


@settings.post("/people/<int:person_id>/password")
@allow("security_admin")
def reset_password(person_id: int) -> Response | tuple[str, int]:
    """Give a person a new password; it is shown in this answer and never again."""
    try:
        with transaction() as session:
            fresh = staff.reset_password(session, found(session.get(Person, person_id)), _me(session), now())
    except ValueError as error:
        return _person(person_id, "account", str(error))
    return _person(person_id, given=fresh)


@settings.post("/people/<int:person_id>/code")
@allow("security_admin")
def reset_code(person_id: int) -> Response | tuple[str, int]:
    """Take a person's second factor away."""

    def change(session: Session, person: Person, me: Person) -> str:
        staff.reset_code(session, person, me, now())
        return "动态码已重置。管理员下次登录时要重新启用。"

    return _change(person_id, "account", change)


@settings.post("/people/<int:person_id>/unlock")
@allow("security_admin")
def unlock(person_id: int) -> Response | tuple[str, int]:
    """Let a person sign in again after too many failures."""

    def change(session: Session, person: Person, me: Person) -> str:
        staff.unlock(session, person, me, now())
        return "登录限制已解除。"

    return _change(person_id, "account", change)


@settings.get("/posts")
@allow(*SEE)
def posts() -> tuple[str, int]:
    """Show who holds which post, and the leading group."""
    return _posts()


@settings.post("/posts")
@allow("office")
def give_post() -> Response | tuple[str, int]:
    """Give a person a post."""
    try:
        with transaction() as session:
            holder = session.get(Person, number("person"))
            if holder is None:
                raise ValueError("请选择人员")
            given = staff.give_post(
                session, request.form.get("post", ""), holder, session.get(Unit, number("unit")), _me(session), now()
            )
    except ValueError as error:
        return _posts(str(error))
    flash("岗位已登记。" if given else "这个人已经在这个岗位上。")
    return redirect(_back())


@settings.post("/posts/<int:holder_id>/end")
@allow("office")
def end_post(holder_id: int) -> Response:
    """Take a post from a person."""
    with transaction() as session:
        staff.end_post(session, found(session.get(PostHolder, holder_id)), _me(session), now())
    flash("已不再任这个岗位。")
    return redirect(_back())


def _back() -> str:
    """Return the unit's page where the form was sent from there."""
    unit_id = number("back")
    return f"/settings/units/{unit_id}" if unit_id else "/settings/posts"


def _me(session: Session) -> Person:
    return session.get_one(Person, who().id)


def _change(person_id: int, part: str, change: Callable[[Session, Person, Person], str]) -> Response | tuple[str, int]:
    """Change a person and show them again; what was entered is kept where it cannot be done."""
    try:
        with transaction() as session:
            words = change(session, found(session.get(Person, person_id)), _me(session))
    except ValueError as error:
        return _person(person_id, part, str(error))
    flash(words)
    return redirect(f"/settings/people/{person_id}")


def _text(name: str, most: int) -> str | None:
    return request.form.get(name, "").strip()[:most] or None


def _unit_fields() -> UnitFields:
    form = request.form
    return UnitFields(
        name=_text("name", 100) or "",
        kind=form.get("kind", ""),
        rank=number("rank"),
        telephone=_text("telephone", 50),
        supervisor_id=number("supervisor") or None,
        active=form.get("active", "yes") == "yes",
    )


def _person_fields() -> PersonFields:
    return PersonFields(
        name=_text("name", 100) or "",
        username=_text("username", 50),
        unit_id=number("unit") or None,
        email=_text("email", 200),
        phone=_text("phone", 50),
        im=_text("im", 100),
    )


def _units(words: str = "") -> tuple[str, int]:
    with reading() as session:
        rows = view.units(session)
        return show(
            session,
            "settings/units.html",
            422 if words else 200,
            rows=rows,
            kinds=_KINDS,
            sent=request.form,
            words=words,
        )


def _unit(unit_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(session.get(Unit, unit_id))
        return show(
            session,
            "settings/unit.html",
            422 if words else 200,
            unit=row,
            others=[other for other in view.all_units(session) if other.id != row.id],
            liaisons=view.holders(session, "liaison", row.id),
            people=view.everybody(session),
            kinds=_KINDS,
            sent=request.form,
            words=words,
        )


def _people(words: str = "") -> tuple[str, int]:
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


def _person(person_id: int, failed: str = "", words: str = "", given: str = "") -> tuple[str, int]:
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


def _posts(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "settings/posts.html",
            422 if words else 200,
            posts=view.posts(session),
            group=view.group(session),
            names=view.POST_CHOICES,
            people=view.everybody(session),
            units=view.all_units(session),
            sent=request.form,
            words=words,
        )


_KINDS = [(kind, kind) for kind in UNIT_KINDS]
