"""JSON Feed documents (jsonfeed.org), those of RSSHub among them: text in, items out."""

from datetime import datetime
from typing import Any

from crawler.charset import clean
from crawler.complaints import complaint_of
from crawler.dates import read_moment
from crawler.feed_items import entry
from crawler.items import Item
from crawler.json_text import load, string
from crawler.links import absolute
from crawler.plain import plain_line, plain_text

_MORE = ("_extra", "_rsshub", "_stats", "_counts", "stats")
"""Where makers of feeds put what the format has no field for."""


def parse(text: str, url: str, now: datetime) -> list[Item]:
    """Return the items of the JSON Feed in `text`. Raises LookupError, in Chinese, if it is not one."""
    try:
        document = load(text)
    except LookupError as error:
        raise LookupError(f"{error.args[0]}，不是订阅源") from None
    rows = document.get("items") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise LookupError(complaint_of(document) or "返回的是 JSON 数据，但不是 JSON Feed 订阅源（缺少 items）")
    # Some makers leave the version out; what tells its status or age instead is a hot list.
    hot_list = document.get("status") in ("success", "cache") or "updatedTime" in document
    if "jsonfeed" not in str(document.get("version", "" if hot_list else "jsonfeed")):
        raise LookupError("返回的是 JSON 数据，但不是 JSON Feed 订阅源（version 不符）")
    return [_item(row, url, now) for row in rows if isinstance(row, dict)]


def _item(row: dict[str, Any], url: str, now: datetime) -> Item:
    stamp = string(row, "date_published", "date_modified")
    return entry(
        title=plain_line(string(row, "title")),
        link=_link(row, url),
        published=read_moment(stamp, now) if stamp else None,
        author=_author(row),
        text=plain_text(string(row, "content_html")) or clean(string(row, "content_text", "summary")),
        fields=_fields(row),
    )


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an item, those of its extensions among them and before its own."""
    more = [one for key in _MORE if isinstance(one := row.get(key), dict)]
    return {key: value for fields in (*more, row) for key, value in fields.items()}


def _link(row: dict[str, Any], url: str) -> str:
    for key in ("url", "external_url", "id"):
        text = string(row, key)
        if text and (key != "id" or text.startswith(("http://", "https://"))):
            try:
                return absolute(text, url)
            except ValueError:
                continue
    return ""


def _author(row: dict[str, Any]) -> str | None:
    people = row["authors"] if isinstance(row.get("authors"), list) else [row.get("author"), row.get("authors")]
    names = [string(one, "name") if isinstance(one, dict) else one for one in people]
    return "、".join(plain_line(name) for name in names if isinstance(name, str) and plain_line(name)) or None
