"""`huiying source check`: what the service sees at an address, step by step, and how its source is doing."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from domain.workdays import BEIJING
from huiying.beat import now
from store import sources
from store.db import reading
from store.settings import Settings
from store.tables.sources import Source

if TYPE_CHECKING:
    from crawler.look import Looked


@click.command("check")
@click.argument("url", metavar="网址")
@click.option("--example", metavar="链接或标题", help="列表里任意一条的网址或标题；页面上有几个列表时请给出")
@click.option("--as-new", is_flag=True, help="已登记的也当作新地址看，不用登记的类型和选择器")
@click.pass_obj
def command(settings: Settings, url: str, example: str | None, as_new: bool) -> None:
    """看一个网址：能不能采集、是哪种监测源、读到哪些条目、最新一条的正文页。什么也不登记；读不到则退出码为 1。"""
    from crawler.jobs import kit_of
    from crawler.look import look

    source = _registered(url)
    if source is not None:
        _show_health(source)
    how = {} if source is None or as_new or example else _as_registered(source)
    looked = look(kit_of(settings), url, now, example=example, tell=_tell, **how)
    _show(looked)
    if not looked.readable:
        failed = next((step for step in reversed(looked.steps) if not step.good), None)
        raise click.ClickException(f"没有读到：{failed.words if failed else '没有看出可以监测的内容'}")
    click.echo("可以监测" if looked.items else "可以监测，只是现在一条也没有")


def _registered(url: str) -> Source | None:
    """Return the source of an address, however it is spelled."""
    from crawler.links import absolute, canonical

    spelled = {url}
    with suppress(ValueError):  # Addresses of mailboxes and of what is brought are none of the web.
        spelled |= {absolute(url), canonical(url)}
    with reading() as session:
        return session.scalars(select(Source).where(Source.url.in_(spelled)).order_by(Source.id)).first()


def _show_health(source: Source) -> None:
    said = [sources.health_of(source, now()).label]
    said += [source.error] if source.error else [source.warning] if source.warning else []
    said += [f"连续失败 {source.failures} 次"] if source.failures else []
    if source.last_ok_at is not None:
        said.append(f"上次读到 {source.last_ok_at.astimezone(BEIJING):%Y-%m-%d %H:%M}")
    click.echo(f"已登记\t监测源 {source.id}（{source.name}），{source.kind_label}：{'；'.join(said)}")
    if source.authorisation:
        click.echo("\t这个监测源登记了账号授权；这里不带账号去看")


def _as_registered(source: Source) -> dict[str, Any]:
    """Return how a source is read; ends the command for one that has no address to look at."""
    from crawler import kinds

    if source.kind in sources.PASSIVE:
        raise click.ClickException(f"{source.kind_label}由对方送来或人工录入，不去抓取，没有可看的网址")
    if hasattr(kinds.kinds().get(source.kind), "letter"):
        raise click.ClickException(f"{source.kind_label}不是网页，请用 huiying source fetch {source.id} --wait")
    return {"kind": source.kind, "options": source.options}


def _tell(words: str) -> None:
    """Say at once what begins: a slow site may take half a minute."""
    click.echo(f"  {words} …", err=True)


def _show(looked: "Looked") -> None:
    from crawler.dates import beijing_wall
    from crawler.look import SHOWN

    for step in looked.steps:
        click.echo(f"{step.what}\t{step.words}" if step.good else f"{step.what}\t（有问题）{step.words}")
    if looked.name:
        click.echo(f"名称\t{looked.name}")
    for name, selector in looked.options.items():
        click.echo(f"{name}\t{selector}")
    if looked.reasons:
        click.echo(f"依据\t{'；'.join(looked.reasons)}")
    for other in looked.others:
        click.echo(f"另有{other['kind_label']}\t{other['url']}\t{other['words']}")
    if looked.items:
        click.echo(f"前 {min(SHOWN, len(looked.items))} 条：")
    for item in looked.items[:SHOWN]:
        when = beijing_wall(item.published) if item.published else "没有时间"
        click.echo(f"  {when}\t{item.title or '（标题在正文页里）'}\t{item.link}")
