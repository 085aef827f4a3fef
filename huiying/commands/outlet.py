"""`huiying outlet`: where the bureau publishes (发布渠道)."""

import click

from domain.outlets import KINDS, OutletFields
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import outlets
from store.db import reading, transaction


@click.group("outlet")
def command() -> None:
    """发布渠道：登记发布时从中选择，链接按识别网址认出。"""
    open_database(settings_or_exit())


@command.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), required=True, help="类别：website 门户网站等")
@click.option("--address", default="", help="识别网址：域名，或到栏目、账号为止的网址")
@click.option("--rank", type=click.IntRange(0, 9999), help="顺序；不给则排在最后")
def add(name: str, kind: str, address: str, rank: int | None) -> None:
    """登记一个发布渠道；同名的改为新的类别和网址，停用的重新启用。"""
    try:
        with transaction() as session:
            known = outlets.named(session, name)
            if known is not None and not known.active:
                outlets.switch(session, known, active=True, by="command", now=now())
            last = known.rank if known else len(outlets.listed(session, active=False)) + 1
            said = OutletFields(name, kind, address)
            made = outlets.save(session, known, said, last if rank is None else rank, "command", now())
            click.echo(f"已登记发布渠道 {made.name}（{KINDS[made.kind]}）{made.address}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@command.command("list")
def list_() -> None:
    """列出发布渠道，和发布时用过但没有登记的。"""
    with reading() as session:
        for one in outlets.listed(session, active=False):
            state = "" if one.active else "已停用"
            click.echo("\t".join((str(one.rank), one.name, KINDS[one.kind], one.address, state)).rstrip())
        for stray in outlets.used_unregistered(session):
            click.echo(f"未登记\t{stray.name}\t用过 {stray.times} 次")


@command.command("off")
@click.argument("name")
def off(name: str) -> None:
    """停用一个发布渠道；以前的发布记录都在。"""
    with transaction() as session:
        found = outlets.named(session, name)
        if found is None or not found.active:
            raise click.ClickException(f"没有在用的发布渠道 {name}")
        outlets.switch(session, found, active=False, by="command", now=now())
    click.echo(f"已停用 {name}")
