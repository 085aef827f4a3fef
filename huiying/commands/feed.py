"""`huiying feed`: saved answers of any kind of source to entries, JSON Lines in and out."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler import kinds
from crawler.dates import beijing_wall
from crawler.items import Item
from crawler.kinds import feed as feeds
from huiying.jsonl import Answer, Row, answer_all

_ALL = {"days": 0}
"""A saved file is read whole, however old its entries are."""


@click.command()
def command() -> None:
    """读取订阅源、热榜、站点地图等监测源的文件，逐条输出条目。

    标准输入每行一个 JSON 对象：{"id", "url", "path"}，path 是抓取时保存的原始文件。
    """
    sys.exit(answer_all(_read_all, required=("url", "path")))


def _read_all(rows: Sequence[Row]) -> list[Answer | Exception]:
    return [_read(row) for row in rows]


def _read(row: Row) -> Answer | Exception:
    """Return one row per entry, `entries` 0 for an answer that has none, or why it cannot be read."""
    try:
        items = _items(Path(row["path"]).read_bytes(), row["url"] or "", datetime.now(UTC))
    except OSError as error:
        return ValueError(f"无法读取文件：{error.strerror}")
    except LookupError as error:
        return ValueError(error.args[0])
    return [_row(item) for item in items] or {"entries": 0}


def _items(body: bytes, url: str, now: datetime) -> list[Item]:
    """Return the entries of a feed, which most files are, or of the kind that recognises the answer."""
    try:
        return feeds.parse(body, url, now)
    except LookupError:
        name = kinds.recognised(body, url, now)
        if name is None:
            raise
        items: list[Item] = kinds.named(name).parse(body, url, now, None, _ALL)
        return items


def _row(item: Item) -> Row:
    published = beijing_wall(item.published) if item.published else None
    return {"title": item.title, "link": item.link, "published": published, "author": item.author, "text": item.text}
