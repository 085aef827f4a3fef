"""`huiying rota`: the office's monthly Excel file into the rota."""

from pathlib import Path

import click

from huiying.process import open_database, settings_or_exit


@click.group("rota")
def command() -> None:
    """值班表。"""
    open_database(settings_or_exit())


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="只看，不导入")
def import_(file: Path, check: bool) -> None:
    """读入一个月的 .xlsx 值班表；看不懂的单元格逐个列出，其余导入（已开始的班次不改）。有看不懂的则退出码为 1。"""
    from huiying.beat import now
    from store import rota
    from store.db import reading, transaction

    try:
        with reading() as session:
            table = rota.read(session, file.read_bytes(), now())
        for fault in table.faults:
            click.echo(f"{fault.cell}\t{fault.words}", err=True)
        if check:
            click.echo(f"看懂 {len(table.days)} 天、{len(table.planned)} 个班次；没有导入。")
        else:
            with transaction() as session:
                written = rota.replace_month(session, table.planned, "command", now())
            click.echo(f"已导入 {len(table.days)} 天、{written} 个班次。")
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if table.faults:
        raise SystemExit(1)
