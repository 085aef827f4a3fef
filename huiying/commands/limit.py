"""`huiying limit`: the limits in force, and what the office set of them."""

from typing import Any

import click

from domain.limits import MET_BY, UNITS, length_words
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import limits
from store.db import reading, transaction


@click.group("limit")
def command() -> None:
    """时限：规定的、本单位设定的。"""
    open_database(settings_or_exit())


@command.command("list")
def list_() -> None:
    """列出全部时限、来源和本单位的设定。"""
    with reading() as session:
        for rule, row in limits.in_force(session):
            note = f"本单位设定：{row.reason or '—'}" if row else ""
            click.echo("\t".join((rule.code, rule.title, length_words(rule), rule.source, note)))


@command.command("set")
@click.argument("code")
@click.option("--limit", type=int, help="长短，以单位计")
@click.option("--unit", type=click.Choice(list(UNITS)), help="单位；规定里的时限不能换单位")
@click.option("--off", is_flag=True, help="不执行这项周期性工作，须写明理由")
@click.option("--title", help="名称（本单位自己的时限）")
@click.option("--duty", help="要做什么（本单位自己的时限）")
@click.option("--met-by", type=click.Choice(MET_BY), help="办结方式（本单位自己的时限）")
@click.option("--reason", default="", help="理由；放宽规定的时限必须写明")
def set_(code: str, reason: str, **given: Any) -> None:
    """缩短一项时限、启用信息报送（INFO_REPORT）、停用一项周期性工作，或增加本单位自己的时限。

    只对此后开始的时限有效。
    """
    row = {name: value for name, value in given.items() if value not in (None, False)}
    try:
        with transaction() as session:
            rule = limits.set_limit(session, code, row, "command", now(), reason=reason)
    except ValueError as error:
        raise click.ClickException(f"{error}；没有改动") from None
    click.echo(f"{rule.code} {rule.title}：{length_words(rule)}，对此后开始的时限有效")


@command.command("reset")
@click.argument("code")
def reset(code: str) -> None:
    """取消本单位的设定，恢复规定的时限。"""
    try:
        with transaction() as session:
            limits.reset(session, code, "command", now())
    except ValueError as error:
        raise click.ClickException(f"{error}；没有改动") from None
    click.echo(f"{code} 已恢复")
