"""What stands around an article: title, time, source, author; from meta tags, then from the lines above the text."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser

from crawler import sites
from crawler.dates import Moment, find_moments, read_moment
from crawler.links import canonical
from crawler.page_tree import PageTree

_TIME_NAMES = ["pubdate", "article:published_time", "publishdate", "datepublished", "og:release_date", "apub:time", "publish_time", "weibo:article:create_at", "og:published_time", "firstpublishedtime", "createdate"]
_SOURCE_NAMES = ("contentsource", "source", "mediaid", "og:article:source")
_SOURCE = re.compile(
    r"(?:文章|信息|稿件|新闻|资料)?(?:来源|來源|出处|转自)\s*[：:]\s*([^\s|｜<>【】\[\]（）()：:]{2,24})"
)
_AUTHOR = re.compile(r"(?<![\u4e00-\u9fff])(?:作者|撰文|记者|文)\s*[：:/]\s*([^\s|｜<>【】\[\]（）()：:，,。]{2,14})")
_PREFIX = re.compile(r"(?:来源|稿源)\s*[：:]\s*")
_SITE = re.compile(r"(?:[_|-]\s?[^_|]{1,12}(?:网|新闻|频道|门户网站|日报))+$")
_SITE_PART = re.compile(r"\s*[-_|–—]+\s*(?=[^-_|–—]{2,20}$)")
_TITLE_MARK = re.compile(r"title|\bbt|activity-name|headline", re.I)
_HEADINGS = frozenset(["h1", "h2", "h3"])
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Head:
    """What the head of a page says: meta values by lower-case name, the title element, the page's own address."""

    metas: dict[str, str]
    title: str
    canonical: str | None


@dataclass(frozen=True)
class About:
    """Title, time, source and author of an article."""

    title: str
    published: Moment | None
    source: str | None
    author: str | None


def head(page: LexborHTMLParser, url: str) -> Head:
    """Return what the head of the parsed page says; to be read before anything is stripped from it."""
    metas: dict[str, str] = {}
    for node in page.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        value = attributes.get("content")
        if name and value and value.strip():
            metas.setdefault(name.lower().replace(" ", ""), value.strip())
    title = page.css_first("title")
    return Head(metas, " ".join(title.text().split()) if title else "", _own_address(page, metas, url))


def _own_address(page: LexborHTMLParser, metas: dict[str, str], url: str) -> str | None:
    link = page.css_first('link[rel="canonical"]')
    stated = (link.attributes.get("href") if link else None) or metas.get("og:url")
    try:
        return canonical(stated, url or None) if stated else None
    except ValueError:
        return None


def about(tree: PageTree, head: Head, start: int, lines: list[str], text: str, now: datetime) -> About:
    """Return title, time, source and author; `start` is the article's container, `lines` its text, `text` the page."""
    title, at = _title(tree, head, start)
    window = _window(tree, at, start, lines)
    published = _published(tree, head, window, text, now)
    return About(title, published, _source(tree, head, window, lines), _author(tree, head, window))


def _bare(text: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).lower())


def _title(tree: PageTree, head: Head, start: int) -> tuple[str, int | None]:
    """Return the title and the position of the heading it was read from."""
    whole = _bare(head.title)
    best, at = "", None
    for position in _headings(tree):
        text = tree.text_of(position)
        bare = _bare(text)
        if not (5 <= len(text) <= 120 and len(bare) > 3):
            continue
        if (
            bare in whole
            or (whole and whole in bare and len(bare) < len(whole) * 1.3)
            or (not whole and tree.tags[position] == "h1")
        ):
            if len(bare) > len(_bare(best)):
                best, at = text, position
    title = head.metas.get("articletitle") or best or head.metas.get("og:title") or _SITE_PART.split(head.title)[0]
    return _SITE.sub("", " ".join(title.split())).strip(), at


def _headings(tree: PageTree) -> list[int]:
    """Return positions that may be the title: those a family of sites marks, headings, and classes called title."""
    marked = tree.parts.get("title", [])
    headings = [element for element, tag in enumerate(tree.tags) if tag in _HEADINGS]
    named = [element for element, name in tree.names.items() if _is_title(name)]
    return marked + sorted({*headings, *named})[:60]


@lru_cache(16384)
def _is_title(name: str) -> bool:
    return _TITLE_MARK.search(name) is not None


def _window(tree: PageTree, at: int | None, start: int, lines: list[str]) -> str:
    """Return the text between title and article, where time and source stand."""
    begin, end = tree.span(start)
    key = lines[0][:6]
    first = next((n for n in range(begin, end) if key in " ".join(tree.texts[n].split())), begin)
    heading = tree.firsts[at] if at is not None else None
    if heading is not None and heading < first:
        return tree.text(heading, min(first + 3, end))[:1200]
    return tree.text(max(0, first - 200), first)[-400:] + " " + tree.text(first, end)[:100]


def _published(tree: PageTree, head: Head, window: str, text: str, now: datetime) -> Moment | None:
    stated = next((m for name in _TIME_NAMES if name in head.metas and (m := read_moment(head.metas[name], now))), None)
    near = [moment for _, _, moment in find_moments(window)]
    if not near:
        near = [moment for _, _, moment in find_moments(tree.text(0, len(tree.texts)))][:1]
    exact = next((moment for moment in near if moment.precision != "day"), near[0] if near else None)
    if stated and not (stated.precision == "day" and exact and _same_day(stated, exact)):
        return stated
    return exact or _in_script(text)


def _same_day(one: Moment, other: Moment) -> bool:
    return 0 <= (other.at - one.at).total_seconds() < 86400


def _in_script(text: str) -> Moment | None:
    for pattern in sites.marks().scripts:
        found = re.search(pattern, text)
        if found:
            return Moment(datetime.fromtimestamp(int(found[1]), UTC), "second")
    return None


def _source(tree: PageTree, head: Head, window: str, lines: list[str]) -> str | None:
    stated = next((head.metas[name] for name in _SOURCE_NAMES if head.metas.get(name)), None)
    if not stated:
        found = _SOURCE.search(window) or _SOURCE.search("\n".join(lines[-3:])[-200:])
        stated = found[1] if found else _marked(tree, "source")
    return _PREFIX.sub("", stated).split(" ")[0] or None if stated else None


def _author(tree: PageTree, head: Head, window: str) -> str | None:
    stated = head.metas.get("author", "")
    if 1 < len(stated) < 20:
        return stated
    found = _AUTHOR.search(window)
    return found[1] if found else _marked(tree, "author")


def _marked(tree: PageTree, part: str) -> str | None:
    for position in tree.parts.get(part, ()):
        text = tree.text_of(position)
        if 1 < len(text) < 25:
            return text
    return None
