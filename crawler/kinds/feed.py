"""RSS, Atom, RDF and JSON feeds: bytes in, items out, however dirty the bytes."""

import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime
from html.entities import html5
from io import BytesIO
from typing import Any

import feedparser

from crawler import json_feeds
from crawler.charset import decode
from crawler.dates import Moment, read_moment
from crawler.items import Item
from crawler.links import absolute
from crawler.plain import plain_line, plain_text

LABEL = "RSS、Atom、JSON Feed"

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>", re.I)
_ROOT = re.compile(r"<[A-Za-z_]")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\]\s*)?>", re.I)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.S)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_OWN = {"amp", "lt", "gt", "quot", "apos"}
_DEEPEST, _LONGEST_PROLOG = 200, 20_000


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
    parsed = _parsed(_repaired(text), url)
    if not parsed.get("version") and not parsed["entries"]:
        raise LookupError(_not_a_feed(text))
    return [_item(entry, url, now) for entry in parsed["entries"]]


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


def _repaired(text: str) -> str:
    """Return well-formed-as-possible XML: no declaration, no DOCTYPE, entities expanded, bare ampersands escaped."""
    text = _DECLARATION.sub("", text)
    root = _ROOT.search(text)
    prolog = text[: root.start()] if root else text
    if len(prolog) > _LONGEST_PROLOG:
        raise LookupError("不是可识别的 RSS、Atom 或 JSON 订阅源")
    if "<!ENTITY" in prolog.upper():
        raise LookupError("订阅源自行定义了 XML 实体，可能是攻击，已拒绝解析")
    text = _DOCTYPE.sub("", prolog) + text[len(prolog) :]
    if _depth(text) > _DEEPEST:
        raise LookupError("订阅源的标签嵌套过深，已拒绝解析")
    return "".join(part if part.startswith("<![CDATA[") else _escaped(part) for part in _CDATA.split(text)).lstrip()


def _escaped(text: str) -> str:
    if "&" not in text:
        return text
    return _BARE.sub("&amp;", _NAMED.sub(_expanded, text))


def _expanded(found: re.Match[str]) -> str:
    """Return the character of an HTML entity XML does not know; unknown ones stay and are escaped later."""
    if found[1] in _OWN:
        return found[0]
    return html5.get(found[1] + ";", found[0])


_TAGS = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)(?!(?:br|img|hr|p|li)\b)[A-Za-z_][^<>]*?(/?)>", re.S
)


def _depth(text: str) -> int:
    """Return the greatest number of elements open at once, unclosed ones included."""
    depth = deepest = 0
    for found in _TAGS.finditer(text):
        if found[1]:
            depth -= 1
        elif found[1] is not None and not found[2]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _not_a_feed(text: str) -> str:
    head = text[:2000].lower()
    if "<opml" in head:
        return "这是 OPML 订阅清单，不是订阅源；请用导入功能"
    if "<html" in head or "<!doctype html" in head:
        return "返回的是网页，不是订阅源；请核对地址"
    return "不是可识别的 RSS、Atom 或 JSON 订阅源"


def _item(entry: Any, url: str, now: datetime) -> Item:
    return Item(
        title=plain_line(entry.get("title") or ""),
        link=_link(entry, url),
        published=_published(entry, now),
        author=plain_line(entry.get("author") or "") or None,
        text=_text(entry),
    )


def _link(entry: Any, url: str) -> str:
    """Return the absolute link of the entry: its own, else an identifier that is an address, else empty."""
    links = [one.get("href") for one in entry.get("links", ()) if one.get("rel") in (None, "alternate")]
    for candidate in (entry.get("link"), *links):
        if candidate and (found := _sound(candidate, url)):
            return found
    identifier = entry.get("id") or ""
    return _sound(identifier, url) if identifier.startswith(("http://", "https://")) else ""


def _sound(link: str, base: str) -> str:
    try:
        return absolute(link, base)
    except ValueError:
        return ""


def _published(entry: Any, now: datetime) -> Moment | None:
    """Read the raw date strings ourselves: feedparser takes a time without zone for UTC and misreads Chinese ones."""
    raw: Iterable[str | None] = (dict.get(entry, key) for key in ("published", "updated", "created"))
    return next((moment for text in raw if text and (moment := read_moment(text, now))), None)


def _text(entry: Any) -> str:
    """Return the longest of content and summary, plain."""
    parts = [one.get("value") or "" for one in entry.get("content", ())] + [entry.get("summary") or ""]
    return max((plain_text(part) for part in parts), key=len)
