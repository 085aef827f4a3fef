"""`huiying source propose`: the selectors of a list page, with what they bring."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.settings import Settings

if TYPE_CHECKING:
    from crawler.list_selector import Proposal


@click.command("propose")
@click.argument("place", metavar="网址或文件")
@click.option("--example", metavar="链接或标题", help="列表里任意一条的网址或标题；页面上有几个列表时请给出")
@click.option("--url", help="读文件时，这个文件原来的网址（相对链接据此补全）")
@click.pass_obj
def command(settings: Settings, place: str, example: str | None, url: str | None) -> None:
    """为网页列表提出选择器，并列出按它读到的前几条。"""
    from crawler.list_selector import propose
    from huiying.beat import now

    body, address, charset = _body(settings, place, url)
    proposal = propose(body, address, example, now(), charset)
    if proposal is None:
        raise click.ClickException(
            "页面里没有找到含有这条链接的列表" if example else "页面里没有找到列表；内容可能由脚本另外加载"
        )
    _show(proposal, address)


def _body(settings: Settings, place: str, url: str | None) -> tuple[bytes, str, str | None]:
    """Return the page, its address and the charset its server states."""
    if not place.startswith(("http://", "https://")):
        try:
            return Path(place).read_bytes(), url or "http://localhost/", None
        except OSError as error:
            raise click.ClickException(f"无法读取文件：{error.strerror}") from None
    from crawler.fetch_words import FetchError
    from crawler.jobs import getter_of
    from huiying.beat import now

    try:
        fetched = getter_of(settings).get(place, now=now())
    except FetchError as error:
        raise click.ClickException(error.words) from None
    return fetched.body, fetched.url, fetched.charset


def _show(proposal: "Proposal", address: str) -> None:
    from crawler.dates import beijing_wall

    for name, selector in proposal.options.items():
        click.echo(f"{name}\t{selector}")
    click.echo(f"把握\t{proposal.confidence:.0%}：{'；'.join(proposal.reasons)}")
    click.echo(f"共 {proposal.count} 条，前 {len(proposal.sample)} 条：")
    for item in proposal.sample:
        when = beijing_wall(item.published) if item.published else "没有日期"
        click.echo(f"  {when}\t{item.title}\t{item.link}")
