"""Hot lists of DailyHotApi (`GET /weibo`): bytes in, entries with rank and heat out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.counts import read_number
from crawler.hotlists import list_time, ranked, stamp, steady_link
from crawler.items import Item
from crawler.json_text import begins_object, read_json, string
from crawler.plain import plain_line, plain_text

LABEL = "热榜（DailyHotApi）"
PREFERENCE = 10


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether an answer is a list of DailyHotApi: it says how old it is, and of what."""
    if not (begins_object(body, b"data", b"updateTime") and b'"name"' in body):
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

    `as_of` is the list's own time, so that an answer from a cache is not taken for a new one. Raises LookupError, in
    Chinese, if this is no such list.
    """
    document = read_json(body, declared)
    rows = document.get("data") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        if isinstance(document, dict) and isinstance(document.get("routes"), list):
            raise LookupError("这是 DailyHotApi 的榜单目录，不是榜单；请在地址后加上榜单名，如 /weibo")
        raise LookupError("返回的是 JSON 数据，但不是 DailyHotApi 热榜（缺少 data）")
    items = [item for row in rows if isinstance(row, dict) and (item := _item(row, url, now)).title]
    if rows and not items:
        raise LookupError("DailyHotApi 热榜的格式变了：没有一条带标题")
    return ranked(items, list_time(document.get("updateTime"), now))


def _item(row: dict[str, Any], url: str, now: datetime) -> Item:
    title, text = plain_line(string(row, "title")), plain_text(string(row, "desc"))
    return Item(
        title=title,
        link=steady_link(string(row, "url"), url) or steady_link(string(row, "mobileUrl"), url),
        published=stamp(row.get("timestamp"), now),
        author=plain_line(string(row, "author")) or None,
        # Lists of searches repeat the topic (#某某#) where others have a summary.
        text="" if text.strip("# ") == title else text,
        number=string(row, "id") or None,
        heat=read_number(row.get("hot")) or None,
    )
