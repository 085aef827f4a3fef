"""Hot lists of newsnow (`GET /api/s?id=weibo`): bytes in, entries with rank and heat out."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.counts import label_counts, read_number
from crawler.hotlists import list_time, ranked, stamp, steady_link
from crawler.items import Item
from crawler.json_text import begins_object, read_json, string
from crawler.plain import plain_line, plain_text

LABEL = "热榜（newsnow）"
PREFERENCE = 10

_HEAT = re.compile(
    r"(?:[^\d\s]{0,10}[\s:：])?\s*(\d[\d,.]*\s*[万亿kKwW]?\+?)\s*(?:热度|热|人气|讨论|人在看|points?)?", re.I
)


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether an answer is a newsnow list."""
    if not begins_object(body, b"status", b"items"):
        return False
    try:
        parse(body, url, now)
    except LookupError:
        return False
    return True


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return the entries of the list in its order; an empty list has none.

    `as_of` is the list's own time, so that an answer from a cache (`status` is then "cache") is not taken for a new
    one. Raises LookupError, in Chinese, if this is no such list.
    """
    try:
        document = read_json(body, declared)
    except LookupError as error:
        raise LookupError(_explained(str(error.args[0]), url)) from None
    rows = document.get("items") if isinstance(document, dict) else None
    if not isinstance(rows, list) or document.get("status") not in ("success", "cache"):
        raise LookupError("返回的是 JSON 数据，但不是 newsnow 热榜（缺少 status 或 items）")
    items = [item for row in rows if isinstance(row, dict) and (item := _item(row, url, now)).title]
    if rows and not items:
        raise LookupError("newsnow 热榜的格式变了：没有一条带标题")
    return ranked(items, list_time(document.get("updatedTime"), now))


def _explained(words: str, url: str) -> str:
    """Return an error's words; the one for a list it does not have names the list that was asked for."""
    if "invalid source id" not in words.lower():
        return words
    asked = parse_qs(urlsplit(url).query).get("id", [""])[0][:40]
    return f"newsnow 没有编号为“{asked}”的热榜，请核对地址里的 id"


def _item(row: dict[str, Any], url: str, now: datetime) -> Item:
    extra = row["extra"] if isinstance(row.get("extra"), dict) else {}
    info = string(extra, "info")
    return Item(
        title=plain_line(string(row, "title")),
        link=steady_link(string(row, "url", "mobileUrl"), url),
        published=stamp(row.get("pubDate"), now) or stamp(extra.get("date"), now),
        author=None,
        text=plain_text(string(extra, "hover")),
        number=string(row, "id") or None,
        counts=label_counts(info),
        heat=next(filter(None, map(_heat, (string(extra, "hotScore", "heat", "hot"), info))), None),
    )


def _heat(words: str) -> int | None:
    """Return the heat of 热搜指数：4939123, 综艺 85万, 1234 万热度; None for other remarks and for 0."""
    found = _HEAT.fullmatch(words.strip())
    return (read_number(found[1]) or None) if found else None
