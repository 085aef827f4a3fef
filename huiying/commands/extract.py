"""`huiying extract`: saved pages to title, body, author, source and time, JSON Lines in and out."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.dates import beijing_wall
from crawler.extract import extract
from huiying.jsonl import Answer, Row, answer_all


@click.command()
def command() -> None:
    """从网页文件中提取标题、正文、作者、来源和发布时间。

    标准输入每行一个 JSON 对象：{"id", "url", "path"}，path 是抓取时保存的原始文件。
    """
    sys.exit(answer_all(_extract_all, required=("url", "path")))


def _extract_all(rows: Sequence[Row]) -> list[Answer | Exception]:
    return [_extract(row) for row in rows]


def _extract(row: Row) -> Answer | Exception:
    """Return the page as the contract names its fields, or why there is none."""
    try:
        page = extract(Path(row["path"]).read_bytes(), row["url"] or "", datetime.now(UTC))
    except OSError as error:
        return ValueError(f"无法读取文件：{error.strerror}")
    except LookupError as error:
        return ValueError(error.args[0])
    return {
        "title": page.title,
        "body": page.body,
        "author": page.author,
        "source": page.source,
        "publish_time": beijing_wall(page.published) if page.published else None,
        "charset": page.charset,
    }
