"""`huiying source table`: an export of tickets or messages, looked at first, then brought in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.case import ITEM_CHANNELS, LETTER_CHANNELS
from store.settings import Settings

if TYPE_CHECKING:
    from crawler.sheets.sheet import Sheet

SHOWN = 3
SHOWN_TEXT = 60


@click.command("table")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "said", multiple=True, metavar="列=字段", help="指明一列是什么，如 --map 诉求=内容；不取写“-”；可重复"
)
@click.option("--source", "name", metavar="名称", help="记在哪个监测源名下；不给则用文件名")
@click.option(
    "--channel",
    type=click.Choice(["message", *LETTER_CHANNELS, *ITEM_CHANNELS]),
    default="message",
    show_default=True,
    help="message 为留言信件，mailbox 为信箱来信，solicit 为民意征集，survey 为网上调查，"
    "hotline 为热线办件，superior 为上级转办（这两种按各自的时限办理）",
)
@click.option("--dry-run", is_flag=True, help="只看，不导入")
@click.pass_obj
def command(
    settings: Settings, file: Path, said: tuple[str, ...], name: str | None, channel: str, dry_run: bool
) -> None:
    """读入工单、留言的导出表（.xlsx、.xls、.csv）；读不懂的行逐个列出。有没导入的行则退出码为 1。"""
    from crawler.kinds.table import read
    from huiying.beat import now

    try:
        sheet = read(file.read_bytes(), file.name, now(), _mapping(said))
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    _show(sheet, dry_run)
    if not dry_run:
        click.echo(_bring(sheet, (name or file.stem)[:100], channel))
    if any(not problem.kept for problem in sheet.problems):
        raise SystemExit(1)


def _mapping(said: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in said]
    wrong = next(
        (one for one, (column, sign, field) in zip(said, pairs, strict=True) if not (column and sign and field)), None
    )
    if wrong is not None:
        raise click.UsageError(f"--map 要写成 列=字段：{wrong}")
    return {column.strip(): field.strip() for column, _, field in pairs}


def _show(sheet: "Sheet", whole: bool) -> None:
    """Print what was not understood and, where `whole`, the columns and the first items."""
    from crawler.dates import BEIJING, beijing_wall
    from crawler.sheets.columns import is_private
    from domain.table_fields import FIELDS

    if whole:
        for header in sheet.columns:
            field = sheet.mapping.get(header)
            words = FIELDS[field] if field else "个人信息，不取" if is_private(header) else "不取"
            click.echo(f"{header}\t{words}")
        for item in sheet.items[:SHOWN]:
            when = beijing_wall(item.published) if item.published else "没有时间"
            limit = f"{item.limit_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if item.limit_at else "没有时限"
            text = " ".join(item.text.split())[:SHOWN_TEXT]
            click.echo(
                f"\n{item.number or '没有编号'}\t{when}\t时限：{limit}\t{item.place or ''}\n{item.title}\n{text}"
            )
        click.echo("")
    for words in (*sheet.notes, *map(str, sheet.problems)):
        click.echo(words, err=True)
    done = "；没有导入" if whole else ""
    click.echo(f"共 {sheet.rows} 行，读出 {len(sheet.items)} 条，{len(sheet.problems)} 处读不懂{done}。")


def _bring(sheet: "Sheet", name: str, channel: str) -> str:
    """Store the items under a source of this name that nothing is fetched from; return in words what was new."""
    from crawler.ask_table import store
    from huiying.beat import now

    done = store(name, channel, sheet.items, None, now())
    return f"已导入到监测源 {done['source_id']}（{name}）：新增 {done['stored']} 条，{done['known']} 条以前已有。"
