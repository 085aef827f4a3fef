"""`huiying target`: whom suspected I/II matters are reported to (信息报送)."""

import click

from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import upward
from store.db import reading, transaction


@click.group("target")
def command() -> None:
    """报送对象：疑似重大事件先打电话报告谁。"""
    open_database(settings_or_exit())


@command.command("add")
@click.argument("name")
@click.argument("telephone")
@click.option("--rank", type=click.IntRange(0, 999), help="顺序；不给则排在最后")
def add(name: str, telephone: str, rank: int | None) -> None:
    """登记一个报送对象；同名的改为新的电话。"""
    try:
        with transaction() as session:
            last = len(upward.targets(session, active=False))
            made = upward.put_target(session, name, telephone, last + 1 if rank is None else rank, "command", now())
            click.echo(f"已登记报送对象 {made.name}，电话 {made.telephone}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@command.command("list")
def list_() -> None:
    """列出报送对象。"""
    with reading() as session:
        for target in upward.targets(session):
            click.echo(f"{target.rank}\t{target.name}\t{target.telephone}")


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """把一个报送对象移出清单；以前的报送记录都在。"""
    with transaction() as session:
        if not upward.remove_target(session, name, "command", now()):
            raise click.ClickException(f"没有报送对象 {name}")
    click.echo(f"已移出 {name}")
