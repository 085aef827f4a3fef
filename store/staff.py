"""Changes to units, people and posts. Nobody changes their own role or resets their own account; all is journaled."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from domain.org import UNIT_KINDS
from domain.passwords import PROFILES
from store import journal, passwords, people, second_factor
from store.office import set_fact
from store.people import POST_NAMES, ROLES
from store.tables.people import Person, PostHolder, SignIn, SignInFailure, Unit

NEEDED = ("system_admin", "security_admin")
"""Roles of which one active account has to remain."""


@dataclass(frozen=True, slots=True)
class UnitFields:
    """What is written about a unit."""

    name: str
    kind: str
    rank: int
    telephone: str | None
    supervisor_id: int | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class PersonFields:
    """What is written about a person; the role, the password and the second factor are another administrator's."""

    name: str
    username: str | None
    unit_id: int | None
    email: str | None
    phone: str | None
    im: str | None


def save_unit(session: Session, unit: Unit | None, said: UnitFields, by: Person, now: datetime) -> Unit:
    """Add a unit, or change one. ValueError in the user's words."""
    _check_unit(session, unit, said)
    made = unit or Unit()
    changed = _write(session, made, asdict(said))
    action = "add_unit" if unit is None else "change_unit"
    journal.record(session, _actor(by), action, f"unit-{made.id}", now, fields=changed)
    return made


def _check_unit(session: Session, unit: Unit | None, said: UnitFields) -> None:
    if not said.name:
        raise ValueError("请写单位名称")
    if said.kind not in UNIT_KINDS:
        raise ValueError("请选择单位类别")
    same = session.scalars(select(Unit).where(Unit.name == said.name)).first()
    if same is not None and same is not unit:
        raise ValueError(f"已经有叫“{said.name}”的单位")
    if unit is not None and said.supervisor_id == unit.id:
        raise ValueError("对口科室不能是它自己")
    if said.supervisor_id is not None and session.get(Unit, said.supervisor_id) is None:
        raise ValueError("请选择对口科室")


def save_person(session: Session, person: Person | None, said: PersonFields, by: Person, now: datetime) -> Person:
    """Add a person (as 科室, without a password), or change one. ValueError in the user's words."""
    _check_person(session, person, said)
    made = person or Person(role="section")
    changed = _write(session, made, asdict(said))
    action = "add_person" if person is None else "change_person"
    journal.record(session, _actor(by), action, f"person-{made.id}", now, fields=changed)
    return made


def _check_person(session: Session, person: Person | None, said: PersonFields) -> None:
    if not said.name:
        raise ValueError("请写姓名")
    if said.username and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,49}", said.username):
        raise ValueError("用户名用小写字母、数字、点、横线，2 到 50 个字符")
    taken = session.scalars(select(Person).where(Person.username == said.username)).first() if said.username else None
    if taken is not None and taken is not person:
        raise ValueError(f"用户名 {said.username} 已经有人用了")
    if said.email and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", said.email):
        raise ValueError(f"邮箱看不懂：{said.email[:60]}")
    if said.unit_id is not None and session.get(Unit, said.unit_id) is None:
        raise ValueError("请选择单位")


def set_active(session: Session, person: Person, active: bool, by: Person, now: datetime) -> None:
    """Disable a person, who is signed out at once and told nothing more, or enable them again.

    ValueError for oneself and for the last administrator of a kind that has to remain.
    """
    if person.id == by.id:
        raise ValueError("不能停用自己的账号")
    if not active:
        _keep_one(session, person)
        _sign_out(session, person)
    person.active = active
    action = "enable_person" if active else "disable_person"
    journal.record(session, _actor(by), action, f"person-{person.id}", now)


def set_role(session: Session, person: Person, role: str, by: Person, now: datetime) -> None:
    """Give a person another role; they sign in anew.

    ValueError for oneself, for an unknown role, and for the last administrator of a kind that has to remain.
    """
    if role not in ROLES:
        raise ValueError("请选择角色")
    if person.id == by.id:
        raise ValueError("不能改自己的角色，请另一位安全管理员来改")
    if role == person.role:
        return
    _keep_one(session, person)
    before, person.role = person.role, role
    _sign_out(session, person)
    journal.record(session, _actor(by), "set_role", f"person-{person.id}", now, before=before, after=role)


def reset_password(session: Session, person: Person, by: Person, now: datetime) -> str:
    """Give another person a new password, to be changed at the next sign-in, and return it.

    ValueError for oneself and for who has no user name.
    """
    _another(person, by)
    if not person.username:
        raise ValueError("这个人没有用户名，不能登录；请系统管理员先登记用户名")
    fresh = passwords.give(person, now)
    _sign_out(session, person)
    journal.record(session, _actor(by), "reset_password", f"person-{person.id}", now)
    return fresh


def reset_code(session: Session, person: Person, by: Person, now: datetime) -> None:
    """Take another person's second factor away. ValueError for oneself."""
    _another(person, by)
    second_factor.remove(session, person, _actor(by), now)
    _sign_out(session, person)


def unlock(session: Session, person: Person, by: Person, now: datetime) -> None:
    """Forget the failed sign-ins under a person's user name."""
    session.execute(delete(SignInFailure).where(SignInFailure.username == (person.username or "")))
    journal.record(session, _actor(by), "unlock", f"person-{person.id}", now)


def set_policy(session: Session, name: str, by: Person, now: datetime) -> None:
    """Choose the office's password policy. ValueError for an unknown one."""
    if name not in PROFILES:
        raise ValueError("请选择口令策略")
    set_fact(session, "password_profile", name)
    journal.record(session, _actor(by), "set_policy", "office", now, profile=name)


def give_post(
    session: Session, post: str, person: Person, unit: Unit | None, by: Person, now: datetime
) -> PostHolder | None:
    """Give a person a post; None where they hold it already. ValueError in the user's words."""
    if post not in POST_NAMES:
        raise ValueError("请选择岗位")
    if not person.active:
        raise ValueError(f"{person.name} 已停用，不能任岗位")
    if post == "liaison" and unit is None:
        raise ValueError("请选择是哪个单位的联络员")
    unit = unit if post == "liaison" else None
    held = select(PostHolder.id).where(PostHolder.post == post, PostHolder.person_id == person.id)
    if session.scalar(held.where(PostHolder.unit_id == unit.id if unit else PostHolder.unit_id.is_(None))):
        return None
    holder = people.appoint(session, post, person, unit)
    about = {"post": post, "unit": unit.id if unit else None}
    journal.record(session, _actor(by), "give_post", f"person-{person.id}", now, **about)
    return holder


def end_post(session: Session, holder: PostHolder, by: Person, now: datetime) -> None:
    """Take a post from a person."""
    about = {"post": holder.post, "unit": holder.unit_id}
    session.delete(holder)
    journal.record(session, _actor(by), "end_post", f"person-{holder.person_id}", now, **about)


def _another(person: Person, by: Person) -> None:
    if person.id == by.id:
        raise ValueError("不能重置自己的账号：口令请在“修改口令”里改，其余请另一位安全管理员来做")


def _keep_one(session: Session, person: Person) -> None:
    """Refuse to lose the last active administrator of a kind."""
    if person.role not in NEEDED or not person.active:
        return
    others = select(func.count()).where(Person.role == person.role, Person.active, Person.id != person.id)
    if not session.scalar(others):
        raise ValueError(f"这是最后一位可用的{ROLES[person.role]}，请先安排另一位")


def _sign_out(session: Session, person: Person) -> None:
    session.execute(delete(SignIn).where(SignIn.person_id == person.id))


def _write(session: Session, row: Unit | Person, values: dict[str, Any]) -> list[str]:
    """Write fields of a row and return the names of those that changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    session.add(row)
    session.flush()
    return changed


def _actor(by: Person) -> str:
    return f"person-{by.id}"
