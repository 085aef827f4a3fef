"""`huiying match`: a watch query against JSON Lines of texts, or against what the office received."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from domain.query import Allowed, Node, parse
from domain.query_words import QueryError
from domain.synonyms import names_of, packaged
from huiying.jsonl import answer_all

if TYPE_CHECKING:
    from classifier.trials import Found, Outcome
    from classifier.watcher import Seen

PATIENCE, PAUSE = 1.0, 0.2
"""Seconds after which progress is shown, and between two showings."""
SHOWN = 10


@click.command("match")
@click.argument("query")
@click.option("--last-days", type=click.IntRange(1, 366), help="在本单位最近几天收到的信息里查，不读标准输入。")
def command(query: str, last_days: int | None) -> None:
    """匹配监测词：逐行读入 {"id","title","text"}，逐行输出 {"id","hit","spans"}。

    spans 按标题、换行、正文连起来的字数计。

    每行还可带 source、place、channel、author，供同名字段匹配。用 --last-days 30 查本单位的库：命中数和最新的几条。
    """
    if last_days is not None:
        _last(query, last_days)
        return
    names, allowed = _office()
    node = _parsed(query, allowed)

    from classifier.watcher import Watcher

    watcher = Watcher({0: node}, names)

    def answers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [_row(watcher.match(_seen(row))) for row in rows]

    sys.exit(answer_all(answers, required=("id", "text")))


def _parsed(query: str, allowed: Allowed) -> Node:
    try:
        return parse(query, allowed)
    except QueryError as error:
        mark = "".join("　" if ord(sign) > 0x2E80 else " " for sign in query[: error.at])
        raise click.UsageError(f"监测词看不懂。{error}\n  {query[:200]}\n  {mark[:200]}↑") from None


def _office() -> tuple[dict[str, tuple[str, ...]], Allowed]:
    """Return synonyms and what fields may name: the office's where there is one, else the packaged table."""
    from store import db, schema, watches
    from store.settings import SettingError, Settings
    from store.sources import CHANNEL_LABELS

    try:
        url = Settings.from_env().database_url
        if schema.is_current(url):
            db.connect(url)
            with db.reading() as session:
                return names_of(watches.synonyms(session)), watches.allowed(session)
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    except Exception as error:
        click.echo(f"数据库连不上（{type(error).__name__}），用随系统提供的同义词；author: 不能用", err=True)
    return names_of(packaged()), Allowed(CHANNEL_LABELS)


def _seen(row: dict[str, Any]) -> "Seen":
    from classifier.text import Item
    from classifier.watcher import Seen

    title, text = row.get("title") or "", row["text"] or ""
    if not isinstance(title, str) or not isinstance(text, str):
        raise ValueError("title 和 text 应是文字")
    said = {name: _texts(row, name) for name in ("source", "place", "author", "channel")}
    channel = said["channel"][0] if said["channel"] else ""
    return Seen(Item(title, text), said["source"], said["place"], said["author"], channel)


def _texts(row: dict[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name) or []
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"{name} 应是文字，或文字的列表")
    return tuple(found)


def _row(hits: Sequence[Any]) -> dict[str, Any]:
    return {"hit": bool(hits), "spans": [list(span) for span in hits[0].spans] if hits else []}


def _last(query: str, days: int) -> None:
    """Print what the query would have hit in the office's own articles of the last days."""
    from classifier.trials import run, watcher_of
    from huiying.beat import now
    from huiying.process import open_database, settings_or_exit
    from store import watch_trials, watches
    from store.db import reading

    open_database(settings_or_exit())
    start = watch_trials.since(now(), days)
    with reading() as session:
        node = _parsed(query, watches.allowed(session))
        total = watch_trials.total(session, start)
    progress = _Progress(total)
    outcome = run(watcher_of(node), start, progress)
    progress.end()
    _print(outcome, days)


class _Progress:
    """Shows on a terminal how far a long look has come."""

    def __init__(self, total: int) -> None:
        self._total, self._read, self._next = total, 0, time.monotonic() + PATIENCE
        self._shown = False

    def __call__(self, articles: int, found: "Found") -> None:
        self._read += articles
        if time.monotonic() >= self._next:
            self._next, self._shown = time.monotonic() + PAUSE, True
            click.echo(f"\r已查 {self._read}/{max(self._total, self._read)} 条", err=True, nl=False)

    def end(self) -> None:
        """Leave the line of the progress, where there was one."""
        if self._shown:
            click.echo("", err=True)


def _print(outcome: "Outcome", days: int) -> None:
    from domain.workdays import BEIJING

    click.echo(f"最近 {days} 天共 {outcome.articles} 条信息，命中 {len(outcome.times)} 条。")
    for article, spans in outcome.newest[:SHOWN]:
        whole = f"{article.title}\n{article.body}"
        marked = "、".join(dict.fromkeys(whole[start:end] for start, end in spans))
        at = f"{article.first_seen_at.astimezone(BEIJING):%m-%d %H:%M}"
        click.echo(f"{at}\t{article.title or article.body[:40]}\t{article.source.name}\t{marked}")
    for (word, friend), times in outcome.friends.most_common(SHOWN):
        click.echo(f"没有算作命中：“{friend}”里的“{word}”，{times} 条", err=True)
