"""`huiying channel`: the ways to tell somebody, and a test message by one of them."""

import sys
import time

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import trials
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Notice, Person

WAIT = 30.0
"""Seconds to wait for the outcome of a test."""


@click.group("channel")
@click.pass_context
def command(ctx: click.Context) -> None:
    """通知渠道：列出、试发。"""
    ctx.obj = open_database(settings_or_exit())


@command.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """列出通知渠道：设没设、上次成功、上次失败、余量。"""
    from alerts.words import moment

    with reading() as session:
        at = now()
        for one in trials.standings(session, settings, at):
            good = f"上次成功 {moment(one.succeeded.at, at)}" if one.succeeded else "没有成功过"
            bad = f"上次失败 {moment(one.failed.at, at)}：{one.failed.words}" if one.failed else ""
            left = f"余量 {one.tokens}" if one.tokens is not None else "不限量"
            shut = f"暂停至 {moment(one.shut_until, at)}" if one.shut_until else ""
            click.echo("\t".join((one.name, one.label, "已设" if one.set else "未设", good, bad, left, shut)).rstrip())


@command.command("test")
@click.argument("name")
@click.option("--to", "person_name", required=True, help="发给谁：姓名或用户名；群机器人则是负责的人")
@click.pass_obj
def test(settings: Settings, name: str, person_name: str) -> None:
    """试发一条消息，等到有结果；失败时退出码为 1。"""
    try:
        with transaction() as session:
            notice = trials.ask(session, name, _person(session, person_name), settings, now(), "command")
            notice_id = notice.id
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    state, words = _outcome(notice_id, settings)
    click.echo(f"{name}：{'已送出' if state == 'sent' else '没有送出'}。{words}")
    sys.exit(0 if state == "sent" else 1)


def _person(session: Session, name: str) -> Person:
    """Return the active person of this name or user name. ValueError for none or several."""
    asked = select(Person).where(Person.active, (Person.name == name) | (Person.username == name))
    found = list(session.scalars(asked))
    if len(found) != 1:
        raise ValueError(f"没有叫 {name} 的人" if not found else f"有 {len(found)} 个人叫 {name}，请用用户名")
    return found[0]


def _outcome(notice_id: int, settings: Settings) -> tuple[str, str]:
    """Send beside the service until the test was tried once; return its state and what was said."""
    from alerts.sender import send_due

    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        send_due(now(), None, settings)
        with reading() as session:
            notice = session.get_one(Notice, notice_id)
            if notice.deliveries:
                return notice.state, notice.proof or notice.error or ""
        time.sleep(0.2)
    return "pending", "还没有轮到，结果见值班台的“通知渠道”"
