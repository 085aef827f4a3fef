"""`huiying season`: days of heightened watch."""

from datetime import date, datetime

import click

from domain.seasons import PERSONS, proposals, span_words
from domain.workdays import beijing_day
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import seasons
from store.db import reading, transaction
from store.seasons import SeasonFields
from store.tables.office import Season

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
        proposed = seasons.proposed(session, year or beijing_day(now()).year)
    for season in known:
        days = f"{season.start_on:%Y-%m-%d}\t{season.end_on:%Y-%m-%d}"
        level = f"每班{season.persons}人\t{season.judge_minutes}分钟内研判"
        click.echo(f"{season.id}\t{season.name}\t{days}\t{level}\t{season.words or ''}".rstrip())
    if not known:
        click.echo("还没有登记敏感时期")
    for one in proposed:
        click.echo(f"建议\t{one.name}\t{one.start}\t{one.end}\t{one.words}")


@command.command("add")
@click.argument("name")
@click.argument("start", type=DAY, required=False)
@click.argument("end", type=DAY, required=False)
@click.option("--year", type=click.IntRange(2000, 2099), help="不给日期时，用系统对这一年的建议")
@click.option("--words", help="说明")
@click.option("--persons", type=int, default=PERSONS, show_default=True, help="每班人数")
@click.option("--minutes", type=int, help="线索几分钟内研判；不给则为15，平时更短的照平时")
def add(
    name: str,
    start: datetime | None,
    end: datetime | None,
    year: int | None,
    words: str | None,
    persons: int,
    minutes: int | None,
) -> None:
    """登记一个敏感时期：给出首日和末日（2026-09-28），或只给系统建议过的名称。"""
    first, last, words = _days(name, start, end, year, words)
    try:
        with transaction() as session:
            said = SeasonFields(name, first, last, words, persons, minutes)
            season = seasons.save(session, None, said, "command", now())
            click.echo(f"已登记 {season.id}：{season.name}，{first.year}年{span_words(first, last)}，{_level(season)}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@command.command("set")
@click.argument("season_id", type=int)
@click.option("--persons", type=int, help="每班人数")
@click.option("--minutes", type=int, help="线索几分钟内研判")
def set_(season_id: int, persons: int | None, minutes: int | None) -> None:
    """按编号改每班人数和研判时限；已经提出的线索不受影响。"""
    try:
        with transaction() as session:
            season = session.get(Season, season_id)
            if season is None:
                raise ValueError(f"没有编号为 {season_id} 的敏感时期")
            persons, minutes = persons or season.persons, minutes or season.judge_minutes
            said = SeasonFields(season.name, season.start_on, season.end_on, season.words, persons, minutes)
            seasons.save(session, season, said, "command", now())
            click.echo(f"已修改 {season.id}：{season.name}，{_level(season)}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _level(season: Season) -> str:
    return f"每班{season.persons}人，线索{season.judge_minutes}分钟内研判"


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
