"""`huiying digest`: the daily digest as a file, made without sending if it is not there yet."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from huiying.process import open_database, settings_or_exit


@click.command("digest")
@click.option("--date", "day", help="日期，如 2026-11-22；不写则为最近一期")
@click.option("--format", "kind", type=click.Choice(["html", "text"]), default="html", show_default=True, help="格式")
@click.option("--output", default="-", show_default=True, help="写到哪个文件；- 为标准输出")
def command(day: str | None, kind: str, output: str) -> None:
    """生成日报：还没有就生成（不发送），已有就原样输出。"""
    from alerts.digest import as_message, digest_for
    from alerts.fill import with_links
    from domain.digest import digest_day
    from store.db import transaction

    settings = open_database(settings_or_exit())
    now = datetime.now(UTC)
    try:
        with transaction() as session:
            message = as_message(digest_for(session, _day(day) if day else digest_day(now), now))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    text = with_links(message.html or "" if kind == "html" else message.text, settings)
    if output == "-":
        click.echo(text, nl=False)
    else:
        _write(Path(output), text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--date 看不懂：{text}，请写成 2026-11-22 的样子") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf8")
    except OSError as error:
        raise click.ClickException(f"{path} 写不进去：{error.strerror}；日报已经保存，可以换个位置再输出") from None
    click.echo(f"已写入 {path}", err=True)
