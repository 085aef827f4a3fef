"""HTML list pages by CSS selector: bytes in, one item a row out."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Item
from crawler.list_page import base_of, page_of, selected
from crawler.list_rows import item_of, selectors_of
from crawler.list_selector import CONFIDENT, propose

LABEL = "网页列表"
PREFERENCE = 99

MOST_ROWS = 3000
_NOTHING = re.compile(r"暂无|没有(?:找到|相关|数据|信息|内容|记录)|无(?:相关)?(?:数据|信息|内容|记录)|敬请期待|建设中")
_LONGEST_NOTHING = 60


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return the rows of a list page as items, in the order of the page.

    `options`: {"row": "ul.news > li", "link": "a", "date": "span"}, and "title", "text" where they are wanted. Rows
    whose link is a script or a mail address are no items. A list that holds no row is empty; LookupError, in Chinese,
    where the list itself is gone, or no row leads to a page.
    """
    how = selectors_of(options)
    page = page_of(body, declared)
    rows = selected(page, how.row)
    if not rows:
        if _stands_empty(page, how.row):
            return []
        raise LookupError(f"网页结构已变化：找不到列表的行（{how.row}）")
    if len(rows) > MOST_ROWS:
        raise LookupError(f"选择器 {how.row} 选中了 {len(rows)} 行，不像列表，请核对")
    base = base_of(page, url)
    items = [item for row in rows if (item := item_of(row, how, base, now))]
    if not items and not _says_nothing(rows):
        raise LookupError(_no_links(rows))
    return items


def recognises(body: bytes, url: str, now: datetime) -> bool:
    """Return whether a page is a list beyond doubt; its selectors are then those that `propose` gives."""
    proposal = propose(body, url, None, now)
    return proposal is not None and proposal.confidence >= CONFIDENT


def container_of(selector: str) -> str:
    """Return the selector of what holds the rows, empty where the selector does not say it."""
    depth, cut = 0, 0
    for at, letter in enumerate(selector):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter == ",":
            return ""
        if depth == 0 and letter in " >":
            cut = at
    return selector[:cut].rstrip(" >+~")


def _stands_empty(page: LexborHTMLParser, selector: str) -> bool:
    """Return whether what holds the rows is there and leads nowhere; with links in it the page has changed."""
    holder = container_of(selector)
    found = selected(page, holder) if holder else []
    return bool(found) and not any(node.css_first("a[href]") is not None for node in found)


def _says_nothing(rows: list[LexborNode]) -> bool:
    said = " ".join(row.text(separator=" ") for row in rows[:3])
    return len(said) <= _LONGEST_NOTHING and (not said.strip() or bool(_NOTHING.search(said)))


def _no_links(rows: list[LexborNode]) -> str:
    scripted = sum(row.css_first("a") is not None or row.tag == "a" for row in rows)
    if scripted:
        return f"列表有 {len(rows)} 行，但没有一行的链接能打开（{scripted} 行是脚本或空链接），请核对选择器"
    return f"网页结构已变化：列表有 {len(rows)} 行，没有一行带链接，请核对选择器"
