"""`huiying season`: days of heightened watch."""

from datetime import date, datetime

import click

from domain.seasons import proposals, span_words
from domain.workdays import beijing_day
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import seasons
from store.db import reading, transaction

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("season")
def command() -> None:
    """敏感时期：登记后显示在每个页面顶部和日报里。"""
    open_database(settings_or_exit())


@command.command("list")
@click.option("--year", type=click.IntRange(2000, 2099), help="建议哪一年；不给则为今年")
def list_(year: int | None) -> None:
    """列出已登记的敏感时期，和系统建议的。"""
    with reading() as session:
        known = seasons.listed(session)
    for season in known:
        days = f"{season.start_on:%Y-%m-%d}\t{season.end_on:%Y-%m-%d}"
        click.echo(f"{season.id}\t{season.name}\t{days}\t{season.words or ''}")
    if not known:
        click.echo("还没有登记敏感时期")
    taken = {(season.name, season.start_on.year) for season in known}
    for one in proposals(year or beijing_day(now()).year):
        if (one.name, one.start.year) not in taken:
            click.echo(f"建议\t{one.name}\t{one.start}\t{one.end}\t{one.words}")


@command.command("add")
@click.argument("name")
@click.argument("start", type=DAY, required=False)
@click.argument("end", type=DAY, required=False)
@click.option("--year", type=click.IntRange(2000, 2099), help="不给日期时，用系统对这一年的建议")
@click.option("--words", help="说明")
def add(name: str, start: datetime | None, end: datetime | None, year: int | None, words: str | None) -> None:
    """登记一个敏感时期：给出首日和末日（2026-09-28），或只给系统建议过的名称。"""
    first, last, words = _days(name, start, end, year, words)
    try:
        with transaction() as session:
            season = seasons.add(session, name, first, last, "command", now(), words=words)
            click.echo(f"已登记 {season.id}：{season.name}，{first.year}年{span_words(first, last)}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _days(
    name: str, start: datetime | None, end: datetime | None, year: int | None, words: str | None
) -> tuple[date, date, str | None]:
    """Return first day, last day and words, from what was given or from the proposal of this name."""
    if start is not None:
        return start.date(), (end or start).date(), words
    known = proposals(year or beijing_day(now()).year)
    found = next((one for one in known if one.name == name), None)
    if found is None:
        names = "、".join(one.name for one in known)
        raise click.UsageError(f"请给出首日和末日；不给日期只能用系统建议的名称：{names}")
    return found.start, found.end, words or found.words


@command.command("remove")
@click.argument("season_id", type=int)
def remove(season_id: int) -> None:
    """按编号取消一个敏感时期。"""
    try:
        with transaction() as session:
            seasons.remove(session, season_id, "command", now())
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"已取消 {season_id}")
