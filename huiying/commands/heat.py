"""`huiying heat`: the topics by heat, and the office's own table of numbers."""

import click

from domain.heat import Direction, Heat, Part
from domain.heat_table import shipped_text
from huiying.process import open_database, settings_or_exit
from store import event_list
from store.db import reading
from store.heat_file import path_of, read_numbers, write_copy
from store.settings import SettingError


@click.group("heat")
def command() -> None:
    """话题热度：由哪几部分组成，用的是哪些数字。"""


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="列出几个")
def list_(limit: int) -> None:
    """列出最热的话题，和热度的组成。"""
    open_database(settings_or_exit())
    with reading() as session:
        for event in event_list.listed(session, event_list.Filter(), limit):
            made = Heat(event.heat, tuple(Part(**part) for part in event.heat_parts or ()))
            way = Direction(event.direction or "unknown").label
            click.echo(
                "\t".join((str(event.id), str(event.heat), way, event.title[:60], made.words if made.parts else ""))
            )


@command.command("table")
@click.option("--write", is_flag=True, help="在数据文件夹里写出一份，供本局修改")
def table(write: bool) -> None:
    """印出现在用的数字表；本局改过的会先检查。"""
    settings = settings_or_exit()
    try:
        read_numbers(settings)
        if write:
            click.echo(f"已写出 {write_copy(settings)}，改好后下一次计算起生效")
            return
    except FileExistsError:
        raise click.ClickException(f"{path_of(settings)} 已经有了，没有改动") from None
    except (SettingError, OSError) as error:
        raise click.ClickException(str(error)) from None
    own = path_of(settings)
    click.echo(own.read_text("utf-8") if own.is_file() else shipped_text(), nl=False)
