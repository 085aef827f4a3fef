"""`huiying topic`: 专题 (watch queries): added, listed, switched, imported from keyword files."""

from pathlib import Path

import click

from domain.watch import WatchFields
from domain.watch_import import decoded, read
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import watch_hits, watch_import, watch_trials, watches
from store.db import reading, transaction


@click.group("topic")
def command() -> None:
    """专题：监测词，命中的信息和由谁订阅。"""
    open_database(settings_or_exit())


@command.command("add")
@click.argument("name")
@click.argument("query")
def add(name: str, query: str) -> None:
    """建一个专题；同名的改为新的监测词。"""
    try:
        with transaction() as session:
            known = watches.named(session, name)
            said = WatchFields(name, query) if known is None else watches.fields_of(known, query=query)
            made = watches.save(session, known, said, "command", now())
            click.echo(f"{'已修改' if known else '已建立'}专题 {made.id}：{made.name}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@command.command("list")
def list_() -> None:
    """列出专题，和最近 30 天各命中多少条。"""
    with reading() as session:
        counts = watch_hits.counts(session, watch_trials.since(now()))
        for watch in watches.listed(session):
            state = "" if watch.active else "已停用"
            hits = f"命中 {counts.get(watch.id, 0)}"
            click.echo("\t".join((str(watch.id), watch.name, watch.query, hits, state)).rstrip())


@command.command("off")
@click.argument("name")
def off(name: str) -> None:
    """停用一个专题；以前的命中都在。"""
    _switch(name, active=False)


@command.command("on")
@click.argument("name")
def on(name: str) -> None:
    """重新启用一个专题。"""
    _switch(name, active=True)


def _switch(name: str, *, active: bool) -> None:
    with transaction() as session:
        watch = watches.named(session, name)
        if watch is None or watch.active == active:
            raise click.ClickException(f"没有{'停用' if active else '在用'}的专题 {name}")
        watches.switch(session, watch, active=active, by="command", now=now())
    click.echo(f"{'已启用' if active else '已停用'} {name}")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看，不导入")
def import_(file: Path, dry_run: bool) -> None:
    """导入 TrendRadar 的 frequency_words.txt、每行一个词的清单或 .csv；每组成为一个专题，不能照搬的逐行列出。"""
    try:
        imported = read(decoded(file.read_bytes()), file.name)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for one in imported.topics if dry_run else ():
        click.echo(f"第 {one.first}–{one.last} 行\t{one.name}\t{one.query}")
    for left in imported.left:
        click.echo(f"没有照搬：{left}", err=True)
    for note in imported.notes if imported.topics else ():
        click.echo(note, err=True)
    found = f"读出 {len(imported.topics)} 组 {imported.words} 个词、通用排除词 {len(imported.general)} 个"
    if dry_run:
        click.echo(f"{found}，{len(imported.left)} 处没有照搬；没有导入。")
        return
    with transaction() as session:
        done = watch_import.bring(session, imported, file.name, "command", now())
        words = f"新建专题 {len(done.made)} 个，{len(done.known)} 个以前已有，新增通用排除词 {done.general} 个"
    click.echo(f"{found}，{len(imported.left)} 处没有照搬；{words}。")
    if not imported.topics:
        raise SystemExit(1)
