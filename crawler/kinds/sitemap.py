"""Site maps (sitemaps.org), those of news among them: bytes in, the pages of the last weeks out."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urlsplit

from crawler.charset import decode
from crawler.complaints import complaint, kind_of
from crawler.dates import BEIJING, Moment, read_moment
from crawler.items import Item
from crawler.links import absolute
from crawler.plain import plain_line
from crawler.xml_text import root_name, safe_body

LABEL = "站点地图"
PREFERENCE = 20

DAYS = 30
"""Older pages are not brought: the first visit to a large site would bring all its years."""
MOST_BYTES, MOST_PAGES, MOST_ITEMS, MOST_FOLLOWED = 50_000_000, 50_000, 1000, 20
UNDATED = 200
"""So many pages at most are taken from a map that gives no dates at all, since nothing tells which are new."""
_REGENERATED = 20

_GZIP = b"\x1f\x8b"
_HEAD = 65_536
_OPENING = {
    "urlset": re.compile(r"<(?:[\w.-]{1,20}:)?url(?:\s[^<>]{0,500})?>"),
    "sitemapindex": re.compile(r"<(?:[\w.-]{1,20}:)?sitemap(?:\s[^<>]{0,500})?>"),
}
_NEWS = re.compile(r"<(?:[\w.-]{1,20}:)?news(?:\s[^<>]{0,500})?>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_MONTH = re.compile(r"(?<!\d)(20[0-3]\d)[-/_.]?(0[1-9]|1[0-2])(?!\d)")
_DAY = re.compile(r"(?<!\d)(20[0-3]\d)[-/_.]?(0[1-9]|1[0-2])[-/_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def _field(name: str) -> re.Pattern[str]:
    """Return what finds the text of an element, those of pictures and films (`image:loc`) aside."""
    begin = rf"<(?!image:|video:)(?:[\w.-]{{1,20}}:)?{name}(?:\s[^<>]{{0,500}})?>\s*+"
    return re.compile(begin + r"(?:<!\[CDATA\[(.{0,4000}?)\]\]>|([^<]{0,4000}+))", re.S)


_LOC, _LASTMOD, _TITLE, _PUBLISHED = (_field(name) for name in ("loc", "lastmod", "title", "publication_date"))


@dataclass(frozen=True)
class _Page:
    """One entry of a map. `changed` is what it says itself, not what its address tells."""

    link: str
    title: str
    published: Moment | None
    changed: Moment | None


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether an answer is a map of pages or an index of maps."""
    try:
        head = _unpacked(body, _HEAD, whole=False)
    except LookupError:
        return False
    return root_name(decode(head)[0].lstrip()) in ("urlset", "sitemapindex")


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return the pages of the last `options["days"]` days (30), newest first, at most 1,000; 0 days for all of them.

    A title is empty where the map gives none: the page has it. The day a page was changed stands for that of its
    publication, to the day alone, so that the page's own time counts. An index of maps has no pages: see `follow`.
    Raises LookupError, in Chinese, if this is no site map or nothing in it tells new pages from old ones.
    """
    root, text = _opened(body, declared)
    if root == "sitemapindex":
        return []
    pages = _with_real_dates(list(_pages(root, text, url, now)))
    days = int((options or {}).get("days", DAYS))
    if days <= 0:
        return [_item(page) for page in pages]
    return [_item(page) for page in _recent(pages, now - timedelta(days=days))]


def follow(body: bytes, url: str) -> list[str]:
    """Return the addresses of the maps an index lists, newest first, at most 20; none if this is no index.

    Those without a date come last, in their order. Raises LookupError, in Chinese, if this is no site map at all.
    """
    root, text = _opened(body, None)
    if root != "sitemapindex":
        return []
    maps = list(_pages(root, text, url, _ANY))
    return [page.link for page in sorted(maps, key=_when, reverse=True)][:MOST_FOLLOWED]


def _opened(body: bytes, declared: str | None) -> tuple[str, str]:
    """Return the name of the outermost element and the text of a map, unpacked."""
    text = decode(_unpacked(body, MOST_BYTES), declared)[0].lstrip()
    root = root_name(text)
    if root not in ("urlset", "sitemapindex"):
        raise LookupError(complaint(text) or f"返回的是{kind_of(text)}，不是站点地图；请核对地址")
    return root, _COMMENT.sub("", safe_body(text))


def _unpacked(body: bytes, most: int, whole: bool = True) -> bytes:
    """Return at most `most` bytes of `body`, unpacked if it is gzip; of a file that breaks off, what had come.

    Raises LookupError, in Chinese, if it is damaged from the beginning or, where the `whole` is wanted, too large.
    """
    made = b"".join(_members(body, most + 1)) if body.startswith(_GZIP) else body
    if whole and len(made) > most:
        raise LookupError(f"站点地图超过 {most // 1_000_000} MB 的上限，已拒绝解析")
    return made[:most]


def _members(data: bytes, most: int) -> list[bytes]:
    """Return what the gzip members of `data` unpack to, in all not much more than `most` bytes."""
    made: list[bytes] = []
    while data.startswith(_GZIP) and most > 0:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            made.append(member.decompress(data, most))
        except zlib.error:
            if not made:
                raise LookupError("站点地图的压缩内容已损坏，无法解压") from None
            break
        most -= len(made[-1])
        data = member.unused_data
    return made


def _pages(root: str, text: str, url: str, now: datetime) -> Iterator[_Page]:
    """Yield the entries of a map or an index that have a web address, each address once."""
    begins = [found.end() for found in islice(_OPENING[root].finditer(text), MOST_PAGES)]
    seen: set[str] = set()
    for begin, end in pairwise([*begins, len(text)]):
        page = _page(text[begin:end], url, now)
        if page and page.link not in seen:
            seen.add(page.link)
            yield page


def _page(entry: str, url: str, now: datetime) -> _Page | None:
    location = _value(_LOC, entry)
    try:
        link = absolute(location, url) if location else ""
    except ValueError:
        link = ""
    if not link:
        return None
    found = _NEWS.search(entry)
    news = entry[found.end() :] if found else ""
    published, changed = _value(_PUBLISHED, news), _value(_LASTMOD, entry)
    return _Page(
        link=link,
        title=plain_line(_value(_TITLE, news)),
        published=read_moment(published, now) if published else None,
        changed=read_moment(changed, now) if changed else None,
    )


def _value(field: re.Pattern[str], entry: str) -> str:
    """Return the text of an element of `entry`; empty where it is not there."""
    found = field.search(entry)
    if not found:
        return ""
    return unescape(found[2].strip()) if found[1] is None else str(found[1]).strip()


def _with_real_dates(pages: list[_Page]) -> list[_Page]:
    """Return the pages without the moment at which the map itself was written, if that stands for all of them."""
    moments = Counter(page.changed for page in pages if page.changed and page.changed.precision != "day")
    if len(moments) == 1 and max(moments.values()) == len(pages) >= _REGENERATED:
        return [replace(page, changed=None) for page in pages]
    return pages


def _recent(pages: list[_Page], since: datetime) -> list[_Page]:
    """Return the pages since an instant, newest first; where some have a date, those without are no news."""
    dated = [page for page in pages if _when(page) > _ANY]
    if pages and not dated:
        if len(pages) > UNDATED:
            raise LookupError(f"站点地图的 {len(pages)} 个页面都没有日期，无法分辨新旧；请改用列表页或订阅源")
        return pages
    recent = [page for page in dated if _when(page) >= since]
    return sorted(recent, key=_when, reverse=True)[:MOST_ITEMS]


def _when(page: _Page) -> datetime:
    """Return when a page is from, the end of the month where only that is told, `_ANY` where nothing is."""
    if told := _told(page):
        return told.at
    month = _MONTH.search(urlsplit(page.link).path)
    next_month = (datetime(int(month[1]), int(month[2]), 28, tzinfo=BEIJING) + timedelta(days=4)) if month else None
    return next_month.replace(day=1) if next_month else _ANY


def _told(page: _Page) -> Moment | None:
    """Return the time of its publication, of its last change, or the day in its address (/2026/0309/, t20260309_1)."""
    told = page.published or page.changed
    for year, month, day in _DAY.findall(urlsplit(page.link).path) if not told else ():
        try:
            return Moment(datetime(int(year), int(month), int(day), tzinfo=BEIJING).astimezone(UTC), "day")
        except ValueError:
            continue
    return told


def _item(page: _Page) -> Item:
    """Return the item of a page; a day it was changed or filed under is exact to the day only."""
    told = _told(page)
    if told and not page.published:
        midnight = told.at.astimezone(BEIJING).replace(hour=0, minute=0, second=0)
        told = Moment(midnight.astimezone(UTC), "day")
    return Item(title=page.title, link=page.link, published=told, author=None, text="")
