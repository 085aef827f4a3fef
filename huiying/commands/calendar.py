"""`huiying calendar`: the published days off, loaded once a year."""

from collections.abc import Sequence
from pathlib import Path

import click

from domain.calendar_file import YearTable, read_years
from domain.workdays import packaged_table
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import calendar as store
from store.calendar import Loaded
from store.db import reading, transaction


@click.group("calendar")
def command() -> None:
    """工作日历：放假与调休安排，每年国务院办公厅通知公布后导入一次。"""
    open_database(settings_or_exit())


@command.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会改动什么，不写入")
def load(file: Path, dry_run: bool) -> None:
    """导入一个年份的放假安排：本系统的 TOML，或通行的 JSON（year、papers、days）。

    导入只会使在办时限提前或去掉“暂定”，不会推后。
    """
    try:
        tables = read_years(file.read_text(encoding="utf8"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} 不是 UTF-8 文本；日历没有改动") from None
    except ValueError as error:
        raise click.ClickException(f"{error}；日历没有改动") from None
    with transaction() as session:
        done = store.load(session, tables, f"文件 {file.name}", "command", now())
        if dry_run:
            session.rollback()
    _say(tables, done, "会" if dry_run else "已")


def _say(tables: Sequence[YearTable], done: Loaded, word: str) -> None:
    for table in tables:
        click.echo(f"{table.year}年：{_counts(table.off, table.work)}；依据：{table.source or '文件没有写明'}")
    click.echo(f"{word}提前 {done.earlier} 项在办时限，{word}去掉 {done.settled} 项的“暂定”（到期日不变，不推后）")
    click.echo(f"其余 {done.untouched} 项工作日时限不变" + ("。没有写入" if word == "会" else ""))


def _counts(off: Sequence[str], work: Sequence[str]) -> str:
    return f"周一至周五放假 {len(off)} 天，周末上班 {len(work)} 天"


@command.command("show")
@click.argument("year", type=int, required=False)
def show(year: int | None) -> None:
    """列出各年的放假安排；给出年份则列出每一天。"""
    with reading() as session:
        loaded = {row.year: row for row in store.years(session)}
    packaged = {int(name): row for name, row in packaged_table().items()}
    known = sorted({*packaged, *loaded})
    if year is not None and year not in known:
        raise click.ClickException(f"{year}年的放假安排还没有导入；现有 {known[0]} 至 {known[-1]} 年")
    for one in known if year is None else [year]:
        row = loaded.get(one)
        off, work = (row.off, row.work) if row else (packaged[one].get("off", []), packaged[one].get("work", []))
        click.echo(f"{one}年：{_counts(off, work)}；{row.source if row else '随系统提供'}")
        if year is not None:
            click.echo(f"放假（周一至周五）：{'、'.join(off)}\n上班（周末）：{'、'.join(work) or '无'}")
