"""By what an item is known again: its link, or its number where the link is missing or another one each time."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

from crawler.dates import BEIJING, Moment
from crawler.items import Item
from crawler.links import canonical

_LONGEST = 2000
"""Characters of a link that are stored."""
_LONGEST_NUMBER = 200
_REDIRECTS = {"weixin.sogou.com", "www.sogou.com", "m.sogou.com", "www.baidu.com", "m.baidu.com", "www.so.com"}
"""Search engines whose `/link?…` is made anew for every answer."""
_NOT_WORDS = re.compile(r"[\W_]+")


def identity(item: Item, source_url: str) -> str:
    """Return the address under which an item of the source at `source_url` is stored, at most 2,000 characters.

    That is the canonical link. Where there is none, or one that changes at every request, it is the source's address
    with the number behind a `#`, or a mark made of title and text where there is no number either.
    """
    link = _canonical(item.link)
    if link and not unstable(link):
        return link if len(link) <= _LONGEST else _marked(link, _hash(link))
    number = "".join((item.number or "").split())
    if len(number) > _LONGEST_NUMBER:
        number = _hash(number)
    if not number and link:
        number = number_of(item.title, item.published)
    return _marked(source_url, number or _hash(f"{item.title}\n{item.text}"))


def unstable(link: str) -> bool:
    """Return whether a link is made anew at every request, so that it tells nothing about the item."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if host in _REDIRECTS:
        return parts.path == "/link"
    # A permanent link of the same host has __biz, mid and sn, or a name behind /s/.
    query = parse_qs(parts.query) if host == "mp.weixin.qq.com" else {}
    return "signature" in query and "timestamp" in query and "mid" not in query


def number_of(title: str, published: Moment | None) -> str:
    """Return a number for an item known by its title and day alone; empty where the title has no letter or digit.

    Spaces, punctuation and width do not count; the day is Beijing's and left out where it is unknown.
    """
    words = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", title).casefold())
    day = f"{published.at.astimezone(BEIJING):%Y-%m-%d}" if published else ""
    return _hash(f"{words}\n{day}") if words else ""


def _canonical(link: str) -> str:
    try:
        return canonical(link) if link else ""
    except ValueError:
        return ""


def _marked(address: str, mark: str) -> str:
    return f"{address[: _LONGEST - len(mark) - 1]}#{mark}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
