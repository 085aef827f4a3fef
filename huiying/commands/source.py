"""`huiying source`: the sources that are watched."""

import sys
import time
from datetime import datetime

import click

from huiying.beat import now
from huiying.commands import source_check, source_opml, source_propose, source_table
from huiying.process import open_database, settings_or_exit
from store import sources
from store.db import reading, transaction
from store.settings import Settings

STUCK_AFTER = 180.0


@click.group("source")
@click.pass_context
def command(ctx: click.Context) -> None:
    """监测源：登记、列出、抓取。"""
    ctx.obj = open_database(settings_or_exit())


command.add_command(source_check.command)
command.add_command(source_propose.command, "propose")
command.add_command(source_table.command, "table")
command.add_command(source_opml.import_)
command.add_command(source_opml.export)


@command.command("add")
@click.argument("url")
@click.option("--kind", default="feed", show_default=True, help="crawler/kinds/ 里的一种，如 feed、sitemap、newsnow")
@click.option("--name", help="名称；不给则用网址")
@click.option("--channel", type=click.Choice(list(sources.CHANNEL_LABELS)), default="news", show_default=True)
@click.option("--authority", type=click.Choice(list(sources.AUTHORITY_LABELS)), default="city", show_default=True)
@click.option(
    "--role",
    type=click.Choice(list(sources.ROLE_LABELS)),
    default="open",
    show_default=True,
    help="own 为本单位自有渠道（超过7天没有更新会提醒），upstream 为上级网站",
)
@click.option(
    "--interval",
    type=click.IntRange(sources.LEAST_INTERVAL, 86400),
    default=300,
    show_default=True,
    help="抓取间隔（秒）",
)
def add(url: str, kind: str, name: str | None, channel: str, authority: str, role: str, interval: int) -> None:
    """登记一个监测源，马上列入抓取。"""
    address = _address(url)
    label = _label(kind)
    with transaction() as session:
        source = sources.add_source(
            session,
            address,
            now(),
            name=name,
            kind=kind,
            kind_label=label,
            channel=channel,
            authority=authority,
            role=role,
            interval=interval,
        )
        click.echo(f"已登记监测源 {source.id}：{source.name}")


def _address(url: str) -> str:
    from crawler.links import absolute

    try:
        address = absolute(url)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if len(address) > sources.LONGEST_ADDRESS:
        raise click.ClickException(f"网址超过 {sources.LONGEST_ADDRESS} 个字符，存不下")
    return address


def _label(kind: str) -> str:
    """Return what people call a kind that an address alone is enough for; ends the command for any other."""
    from crawler import kinds

    try:
        found = kinds.named(kind)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--kind") from None
    if kind == "list" or hasattr(found, "letter") or getattr(found, "PASSIVE", False):
        raise click.BadParameter(f"{found.LABEL}只有网址不够，请在“监测源”屏幕上添加", param_hint="--kind")
    label: str = found.LABEL
    return label


@command.command("list")
def list_() -> None:
    """列出监测源和它们的状况。"""
    with reading() as session:
        for source in sources.listed(session):
            health = sources.health_of(source, now())
            click.echo("\t".join([str(source.id), source.name, source.url, health.label, source.error or ""]))


@command.command("fetch")
@click.argument("source_id", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="全部启用的监测源")
@click.option("--wait", is_flag=True, help="等到抓完，并在等的时候一起抓")
@click.pass_obj
def fetch(settings: Settings, source_id: int | None, everything: bool, wait: bool) -> None:
    """马上抓取一个或全部监测源。"""
    if everything == (source_id is not None):
        raise click.UsageError("请给出一个监测源编号，或用 --all")
    started = now()
    with transaction() as session:
        asked = sources.ask_now(session, started, source_id)
    if not asked:
        raise click.ClickException("没有可以抓取的：监测源不存在、已停用，或由对方送来、人工录入，不去抓取")
    click.echo(f"已请求抓取 {asked} 个监测源")
    if wait:
        sys.exit(_help_until_done(settings, started, source_id))


def _help_until_done(settings: Settings, started: datetime, source_id: int | None) -> int:
    """Crawl beside the workers until all was visited; return 1 if a source failed or nothing moved for long."""
    from crawler.jobs import crawl_due
    from crawler.rounds import progress

    moved, before = time.monotonic(), None
    while (left := progress(started, source_id)).sources + left.pages:
        if left != before:
            moved, before = time.monotonic(), left
            click.echo(f"  还有 {left.sources} 个监测源、{left.pages} 个页面", err=True)
        elif time.monotonic() - moved > STUCK_AFTER:
            click.echo("  长时间没有进展，不再等待；其余的由服务继续抓取", err=True)
            return 1
        crawl_due(settings, now, seconds=2)
        time.sleep(0.2)
    return _report(started, source_id)


def _report(started: datetime, source_id: int | None) -> int:
    from crawler.rounds import outcome

    result = outcome(started, source_id)
    click.echo(
        f"抓取 {result.visits} 次，新增 {result.new} 条，未变 {result.unchanged} 次，失败 {len(result.failures)} 次"
    )
    for name, words in result.failures:
        click.echo(f"  {name}：{words}", err=True)
    return 1 if result.failures else 0
