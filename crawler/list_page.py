"""An HTML list page as a tree that can be asked by CSS selector, the data islands of 大汉 CMS unwrapped."""

import html
import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.charset import decode
from crawler.links import absolute
from crawler.page_guard import bearable

_ISLAND, _ISLAND_END = "<datastore", "</datastore>"
WIDEST = 2000
_COUNTS = re.compile(r":(?:nth|only|first-of|last-of)|~")
_SCRIPT, _SCRIPT_END = "<script", "</script>"


def page_of(body: bytes, declared: str | None = None) -> LexborHTMLParser:
    """Return the tree of a page; one made to exhaust a parser is made lighter first."""
    text, _ = decode(body, declared)
    return LexborHTMLParser(bearable(unwrapped(text)))


def base_of(page: LexborHTMLParser, url: str) -> str:
    """Return the address to which the page's links are relative."""
    said = page.css_first("base[href]")
    try:
        return absolute(said.attributes.get("href") or "", url) if said is not None else url
    except ValueError:
        return url


def selected(place: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """Return what a selector finds. LookupError, in Chinese, for one that is not CSS, or would take too long.

    Counting siblings takes the parser a time that grows with their square: 20,000 of them are nine seconds.
    """
    if _COUNTS.search(selector) and is_wide(place):
        raise LookupError(f"网页里并列的元素超过 {WIDEST} 个，不能用按位置选取的选择器：{selector[:100]}")
    try:
        return list(place.css(selector))
    except SelectolaxError:
        raise LookupError(f"选择器写法有误：{selector[:100]}") from None


@lru_cache(4096)
def is_css(selector: str) -> bool:
    """Return whether a selector is CSS that the parser understands."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except SelectolaxError:
        return False
    return True


def is_wide(place: LexborHTMLParser | LexborNode) -> bool:
    """Return whether an element holds more than `WIDEST` others side by side, itself counted or any within it."""
    waiting = [place.root if isinstance(place, LexborHTMLParser) else place]
    while waiting:
        node = waiting.pop()
        below = list(node.iter()) if node is not None else []
        if len(below) > WIDEST:
            return True
        waiting += below
    return False


def unwrapped(text: str) -> str:
    """Return a page with the rows of its data islands in their place, within an element of class `datastore`.

    大汉 CMS puts the rows of a list into `<script type="text/xml"><datastore>…<record><![CDATA[<li>…` and lets the
    browser lay them out; its `dataproxy.jsp` answers with such an island alone.
    """
    kept, at = [], 0
    while (begin := text.find(_ISLAND, at)) >= 0 and (end := text.find(_ISLAND_END, begin)) >= 0:
        script = text.rfind(_SCRIPT, at, begin)
        inside = script >= 0 and text.find(_SCRIPT_END, script, begin) < 0
        kept += [text[at : script if inside else begin], _rows(text[begin:end])]
        after = text.find(_SCRIPT_END, end) if inside else -1
        at = after + len(_SCRIPT_END) if after >= 0 else end + len(_ISLAND_END)
    return "".join((*kept, text[at:]))


def _rows(island: str) -> str:
    records, at = [], 0
    while (begin := island.find("<record>", at)) >= 0 and (end := island.find("</record>", begin)) >= 0:
        record = island[begin + len("<record>") : end].strip()
        cdata = record.startswith("<![CDATA[")
        records.append(record[9:].removesuffix("]]>") if cdata else html.unescape(record))
        at = end
    table = bool(records) and records[0].lstrip()[:3].lower() == "<tr"
    tag = "table" if table else "div"
    return f'<{tag} class="datastore">{"".join(records)}</{tag}>'
