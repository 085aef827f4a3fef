"""The command of a table the office edits: shown, loaded from a file, reset; the same for both tables."""

from pathlib import Path

import click

from domain.table_text import Faulty
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import ladder_edit
from store.db import reading, transaction
from store.ladders import TABLES, own_text, packaged_text, text_of


def table_command(table: str, help_: str) -> click.Group:
    """Return the command group of one table, `ladder` or `chase`."""
    group = click.Group(table, help=help_, callback=_open)
    group.add_command(_show(table))
    group.add_command(_load(table))
    group.add_command(_reset(table))
    return group


def _open() -> None:
    open_database(settings_or_exit())


def _show(table: str) -> click.Command:
    @click.command("show")
    @click.option("--default", is_flag=True, help="看随系统提供的，不看本单位的")
    def show(default: bool) -> None:
        """显示现在执行的一份；存成文件，改好以后用 load 载入。"""
        with reading() as session:
            own, said = own_text(session, table), text_of(session, table)
        click.echo("本单位的版本" if own and not default else "随系统提供的版本", err=True)
        click.echo(packaged_text(table) if default else said, nl=False)

    return show


def _load(table: str) -> click.Command:
    @click.command("load")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--reason", default="用服务器命令载入", help="修改的理由，记下备查")
    @click.option("--dry-run", is_flag=True, help="只检查并看影响，不写入")
    def load(file: Path, reason: str, dry_run: bool) -> None:
        """检查一个 TOML 文件并载入为本单位的版本；在办时限还没通知的节点随之改动。"""
        try:
            said = file.read_text(encoding="utf8")
            if dry_run:
                with reading() as session:
                    done = ladder_edit.effect_of(session, table, said, now())
            else:
                with transaction() as session:
                    done = ladder_edit.save(session, table, said, "command", now(), reason=reason)
        except UnicodeDecodeError:
            raise click.ClickException(f"{file.name} 不是 UTF-8 文本；没有改动") from None
        except ValueError as error:
            raise click.ClickException(_words(error)) from None
        click.echo(
            ("检查通过，没有写入。保存以后：" if dry_run else "已载入。") + ladder_edit.effect_words(table, done)
        )

    return load


def _reset(table: str) -> click.Command:
    @click.command("reset")
    @click.option("--reason", default="用服务器命令恢复默认", help="恢复的理由，记下备查")
    def reset(reason: str) -> None:
        """取消本单位的版本，恢复随系统提供的。"""
        try:
            with transaction() as session:
                done = ladder_edit.reset(session, table, "command", now(), reason=reason)
        except ValueError as error:
            raise click.ClickException(_words(error)) from None
        click.echo(f"{TABLES[table]}已恢复默认。{ladder_edit.effect_words(table, done)}")

    return reset


def _words(error: ValueError) -> str:
    """Return why nothing was changed, every fault on a line of its own."""
    faults = error.faults if isinstance(error, Faulty) else (str(error),)
    return "\n".join((*faults, "没有改动"))
