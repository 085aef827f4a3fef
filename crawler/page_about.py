"""What a page or feed says of itself to somebody who wants to watch it: its name, and the feeds it links to."""

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.charset import decode
from crawler.links import absolute
from crawler.page_guard import bearable

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LOOKED_AT = 500_000


def about(body: bytes, url: str, now: datetime, declared: str | None = None) -> dict[str, object]:
    """Return `name`, empty where there is none, and `feeds`: address, kind_label and words of each feed linked to."""
    text, _ = decode(body[:_LOOKED_AT], declared)
    page = LexborHTMLParser(bearable(text))
    title = page.css_first("title")
    return {"name": " ".join(title.text().split())[:200] if title else "", "feeds": _feeds(page, url)}


def _feeds(page: LexborHTMLParser, url: str) -> list[dict[str, str]]:
    found = {}
    for node in page.css("link[rel~=alternate][href]"):
        if (node.attributes.get("type") or "").lower() in _FEED_TYPES:
            try:
                address = absolute(node.attributes["href"] or "", url)
            except ValueError:
                continue
            words = (node.attributes.get("title") or "")[:100]
            found[address] = {"url": address, "kind_label": "订阅源", "words": words}
    return list(found.values())
