"""`huiying user`: people, their accounts and posts."""

import click
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import journal, passwords, second_factor
from store.db import reading, transaction
from store.people import POST_NAMES, ROLES, appoint
from store.tables import Person, PostHolder, SignIn, Unit


@click.group("user")
def command() -> None:
    """人员、账号与岗位。"""
    open_database(settings_or_exit())


@command.command("add")
@click.argument("name")
@click.option("--username", help="登录用户名；不给则只收通知，不能登录")
@click.option("--role", type=click.Choice(list(ROLES)), default="section", show_default=True)
@click.option("--unit", "unit_name", help="所在单位")
@click.option("--email", help="收通知的邮箱")
@click.option("--phone", help="电话")
@click.option("--im", help="企业微信账号")
@click.option("--post", "posts", multiple=True, type=click.Choice(list(POST_NAMES)), help="岗位，可多次给出")
def add(
    name: str,
    username: str | None,
    role: str,
    unit_name: str | None,
    email: str | None,
    phone: str | None,
    im: str | None,
    posts: tuple[str, ...],
) -> None:
    """登记一个人；给了用户名就生成口令（只显示这一次）。"""
    with transaction() as session:
        unit = _unit(session, unit_name)
        if username and session.scalar(select(Person.id).where(Person.username == username)):
            raise click.ClickException(f"用户名 {username} 已经有人用了")
        person = Person(name=name, username=username, role=role, email=email, phone=phone, im=im)
        person.unit_id = unit.id if unit else None
        password = passwords.give(person, now()) if username else None
        session.add(person)
        session.flush()
        for post in posts:
            appoint(session, post, person, unit if post == "liaison" else None)
        journal.record(session, "command", "add_person", f"person-{person.id}", now(), role=role, posts=list(posts))
    click.echo(
        f"已登记 {name}" + (f"，用户名 {username}，口令 {password}（只显示这一次，登录后要改）" if username else "")
    )


@command.command("password")
@click.argument("username")
def password(username: str) -> None:
    """换一个新口令并显示一次，登录后要改；原来的登录全部失效。"""
    with transaction() as session:
        person = _account(session, username)
        fresh = passwords.give(person, now())
        session.execute(delete(SignIn).where(SignIn.person_id == person.id))
        journal.record(session, "command", "set_password", f"person-{person.id}", now())
    click.echo(f"{username} 的新口令：{fresh}（只显示这一次）")


@command.command("reset-code")
@click.argument("username")
def reset_code(username: str) -> None:
    """去掉动态码（手机丢了又没有另一位安全管理员时用）；管理员下次登录时重新启用。"""
    with transaction() as session:
        person = _account(session, username)
        second_factor.remove(session, person, "command", now())
        session.execute(delete(SignIn).where(SignIn.person_id == person.id))
    click.echo(f"{username} 的动态码已去掉，原来的登录全部失效。")


@command.command("list")
def list_() -> None:
    """列出所有人、账号与岗位。"""
    with reading() as session:
        posts: dict[int, list[str]] = {}
        for holder in session.scalars(select(PostHolder)):
            posts.setdefault(holder.person_id, []).append(POST_NAMES[holder.post])
        for person in session.scalars(select(Person).order_by(Person.id)):
            cells = (person.name, person.username or "（不登录）", ROLES.get(person.role, person.role))
            unit = person.unit.name if person.unit else ""
            ways = (person.email or "（无邮箱）", person.phone or "（无电话）", person.im or "（无企业微信）")
            click.echo("\t".join((*cells, unit, *ways, "、".join(posts.get(person.id, [])))))


def _account(session: Session, username: str) -> Person:
    person = session.scalars(select(Person).where(Person.username == username)).first()
    if person is None:
        raise click.ClickException(f"没有用户名为 {username} 的人")
    return person


def _unit(session: Session, name: str | None) -> Unit | None:
    if name is None:
        return None
    unit = session.scalars(select(Unit).where(Unit.name == name)).first()
    if unit is None:
        known = "、".join(session.scalars(select(Unit.name).order_by(Unit.rank)))
        raise click.ClickException(f"没有单位 {name}；现有：{known}")
    return unit
