"""Writes the demo's feeds: RSS 2.0 and Atom, newest first."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from huiying.demo.beijing import BEIJING
from huiying.demo.city import Source
from huiying.demo.newsstand import Newsstand
from huiying.demo.texts import OLDEST, Text

LIMIT = 60
SUMMARY = 120
ATOM = "http://www.w3.org/2005/Atom"


def feed(stand: Newsstand, source: Source, base: str) -> tuple[bytes, datetime, str]:
    """Return the feed's bytes, when it last changed, and its media type; `base` is the site's address, no slash."""
    texts = stand.published(source.key)[:LIMIT]
    changed = texts[0].published_at(stand.epoch) if texts else stand.epoch + timedelta(minutes=OLDEST)
    write = _atom if source.format == "atom" else _rss
    body: bytes = tostring(write(stand, source, texts, base, changed), encoding="utf-8", xml_declaration=True)
    return body, changed, f"application/{source.format}+xml"


def article_url(base: str, text: Text) -> str:
    """The address of the page of one text."""
    return f"{base}/articles/{text.key}.html"


def _rss(stand: Newsstand, source: Source, texts: list[Text], base: str, changed: datetime) -> Element:
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, title=source.name, link=f"{base}/lists/{source.key}.html", description=f"{source.name}最新内容")
    _add(channel, language="zh-CN", lastBuildDate=_rfc822(changed))
    for text in texts:
        item = SubElement(channel, "item")
        _add(item, title=text.headline, link=article_url(base, text), description=_summary(stand, source, text))
        _add(item, pubDate=_rfc822(text.published_at(stand.epoch)))
        SubElement(item, "guid", isPermaLink="false").text = _identity(stand, text)
    return root


def _atom(stand: Newsstand, source: Source, texts: list[Text], base: str, changed: datetime) -> Element:
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    _add(root, title=source.name, id=f"tag:{stand.city.domain},2026:{source.key}", updated=_iso(changed))
    SubElement(root, "link", rel="alternate", href=f"{base}/lists/{source.key}.html")
    _add(SubElement(root, "author"), name=source.name)
    for text in texts:
        entry = SubElement(root, "entry")
        when = _iso(text.published_at(stand.epoch))
        _add(entry, title=text.headline, id=_identity(stand, text), published=when, updated=when)
        _add(entry, summary=_summary(stand, source, text))
        SubElement(entry, "link", rel="alternate", type="text/html", href=article_url(base, text))
    return root


def _add(parent: Element, **children: str) -> None:
    for name, value in children.items():
        SubElement(parent, name).text = value


def _summary(stand: Newsstand, source: Source, text: Text) -> str:
    """A microblog feed carries the whole post, any other the beginning of the first paragraph."""
    paragraphs = text.paragraphs(stand.epoch)
    if source.family == "micro" and not text.title:
        return "\n".join(paragraphs)
    return paragraphs[0] if len(paragraphs[0]) <= SUMMARY else paragraphs[0][: SUMMARY - 1] + "…"


def _identity(stand: Newsstand, text: Text) -> str:
    return f"tag:{stand.city.domain},2026:{text.key}"


def _rfc822(when: datetime) -> str:
    return format_datetime(when.astimezone(BEIJING))


def _iso(when: datetime) -> str:
    return when.astimezone(BEIJING).isoformat(timespec="seconds")
