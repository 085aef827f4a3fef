"""RSS, Atom, RDF and JSON feeds: bytes in, items out, however dirty the bytes."""

import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import feedparser

from crawler import json_feeds, xml_text
from crawler.charset import decode
from crawler.complaints import complaint
from crawler.dates import Moment, read_moment
from crawler.feed_items import entry
from crawler.items import Item
from crawler.links import absolute
from crawler.plain import plain_line, plain_text

LABEL = "RSS、Atom、JSON Feed"

PREFERENCE = 40

_OTHERS = {"urlset", "sitemapindex", "opml", "html"}
"""Outermost elements that are no feed's: told without a parser, which would need seconds for a large one."""


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether an answer is a feed that can be read."""
    try:
        parse(body, url, now)
    except LookupError:
        return False
    return True


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return the entries of the feed in `body`, in its order; a readable feed without entries gives an empty list.

    `url` is where it was fetched (relative links are joined to it), `declared` the charset of the HTTP header.
    Titles and texts are plain. Raises LookupError, in Chinese, if this is not a feed that can be read.
    """
    text, _ = decode(body, declared)
    text = text.lstrip()
    if not text:
        raise LookupError("返回内容为空，不是订阅源")
    if text[0] in "{[":
        return json_feeds.parse(text, url, now)
    if xml_text.root_name(text) in _OTHERS:
        raise LookupError(_not_a_feed(text))
    parsed = _parsed(xml_text.mended(text), url)
    if not parsed.get("version") and not parsed["entries"]:
        raise LookupError(_not_a_feed(text))
    return [_item(found, url, now) for found in parsed["entries"]]


def _parsed(document: str, url: str) -> Any:
    """Return what feedparser makes of a document; it always gets a stream, since it would open a name or address."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    stream = BytesIO(document.encode("utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
        except (ValueError, AssertionError, LookupError, TypeError, RecursionError) as error:
            raise LookupError(f"订阅源无法解析（{type(error).__name__}）") from None


def _not_a_feed(text: str) -> str:
    head = text[:2000].lower()
    if said := complaint(text):
        return said
    if "<urlset" in head or "<sitemapindex" in head:
        return "这是站点地图，不是订阅源；请把类型改为站点地图"
    if "<opml" in head:
        return "这是 OPML 订阅清单，不是订阅源；请用导入功能"
    if "<html" in head or "<!doctype html" in head:
        return "返回的是网页，不是订阅源；请核对地址"
    return "不是可识别的 RSS、Atom 或 JSON 订阅源"


def _item(found: Any, url: str, now: datetime) -> Item:
    return entry(
        title=plain_line(found.get("title") or ""),
        link=_link(found, url),
        published=_published(found, now),
        author=plain_line(found.get("author") or "") or None,
        text=_text(found),
        fields=dict(dict.items(found)),
    )


def _link(found: Any, url: str) -> str:
    """Return the absolute link of the entry: its own, else an identifier that is an address, else empty."""
    links = [one.get("href") for one in found.get("links", ()) if one.get("rel") in (None, "alternate")]
    for candidate in (found.get("link"), *links):
        if candidate and (sound := _sound(candidate, url)):
            return sound
    identifier = found.get("id") or ""
    return _sound(identifier, url) if identifier.startswith(("http://", "https://")) else ""


def _sound(link: str, base: str) -> str:
    try:
        return absolute(link, base)
    except ValueError:
        return ""


def _published(found: Any, now: datetime) -> Moment | None:
    """Read the raw date strings ourselves: feedparser takes a time without zone for UTC and misreads Chinese ones."""
    raw: Iterable[str | None] = (dict.get(found, key) for key in ("published", "updated", "created"))
    return next((moment for text in raw if text and (moment := read_moment(text, now))), None)


def _text(found: Any) -> str:
    """Return the longest of content and summary, plain."""
    parts = [one.get("value") or "" for one in found.get("content", ())] + [found.get("summary") or ""]
    return max((plain_text(part) for part in parts), key=len)
