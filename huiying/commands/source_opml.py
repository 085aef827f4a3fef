"""`huiying source import` and `export`: lists of sources as OPML, ours and other readers'."""

from pathlib import Path

import click

from huiying.beat import now
from store.db import reading, transaction


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """从 OPML 清单导入监测源；已有的地址会更新，不会重复。"""
    from crawler import opml
    from crawler.source_lists import bring_list

    try:
        listed = opml.read(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"无法读取文件：{error.strerror}") from None
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from None
    with transaction() as session:
        added, odd = bring_list(session, listed.outlines, now())
    click.echo(
        f"读到 {len(listed.outlines)} 个监测源：新增 {added} 个，更新 {len(listed.outlines) - added} 个；"
        f"清单内重复 {len(listed.duplicates)} 个，未导入 {len(listed.refused)} 个"
    )
    for problem in listed.problems:
        click.echo(f"  第 {problem.line} 行“{problem.what or '没有名称'}”：{problem.reason}")
    for words in odd:
        click.echo(f"  {words}")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """把有网址的监测源写成 OPML 清单，可在别处导入。"""
    from crawler.source_lists import exported

    with reading() as session:
        body, count, left = exported(session, now())
    try:
        file.write_bytes(body)
    except OSError as error:
        raise click.ClickException(f"无法写入文件：{error.strerror}") from None
    click.echo(f"已导出 {count} 个监测源：{file}")
    if left:
        click.echo(f"  {len(left)} 个没有网址的监测源未导出：{'、'.join(left)}")
