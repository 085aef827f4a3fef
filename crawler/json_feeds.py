"""JSON Feed documents (jsonfeed.org): text in, items out."""

import json
from datetime import datetime
from typing import Any

from crawler.charset import clean
from crawler.dates import read_moment
from crawler.items import Item
from crawler.links import absolute
from crawler.plain import plain_line, plain_text


def parse(text: str, url: str, now: datetime) -> list[Item]:
    """Return the items of the JSON Feed in `text`. Raises LookupError, in Chinese, if it is not one."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise LookupError("返回的 JSON 不完整或格式有误，不是订阅源") from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise LookupError("返回的是 JSON 数据，但不是 JSON Feed 订阅源（缺少 items）")
    if "jsonfeed" not in str(document.get("version", "jsonfeed")):
        raise LookupError("返回的是 JSON 数据，但不是 JSON Feed 订阅源（version 不符）")
    return [_item(row, url, now) for row in document["items"] if isinstance(row, dict)]


def _item(row: dict[str, Any], url: str, now: datetime) -> Item:
    stamp = _string(row, "date_published") or _string(row, "date_modified")
    return Item(
        title=plain_line(_string(row, "title")),
        link=_link(row, url),
        published=read_moment(stamp, now) if stamp else None,
        author=_author(row),
        text=plain_text(_string(row, "content_html")) or clean(_string(row, "content_text") or _string(row, "summary")),
    )


def _string(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _link(row: dict[str, Any], url: str) -> str:
    for key in ("url", "external_url", "id"):
        text = _string(row, key)
        if text and (key != "id" or text.startswith(("http://", "https://"))):
            try:
                return absolute(clean(text), url)
            except ValueError:
                continue
    return ""


def _author(row: dict[str, Any]) -> str | None:
    people = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    names = [_string(one, "name") for one in people or () if isinstance(one, dict)]
    return "、".join(plain_line(name) for name in names if name) or None
