"""One row of an HTML list to one item: title, link and date, as the selectors say where they stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborNode

from crawler.dates import Moment, read_moment
from crawler.items import Item
from crawler.links import absolute
from crawler.list_page import selected
from crawler.plain import plain_line, plain_text

ITSELF = "."
"""As a link: the row itself; as a date: the row's own words beside its link."""
NEXT = "+"
"""Before the selector of a date: it stands in the element after the row; alone: in the words after the row."""
MOST_TEXT = 2000
_CUT = re.compile(r"\s*(?:…+|\.{2,}|。{3,}|·{3,}|．{2,})\s*$")
BULLETS = " \t\u3000·•●○◆◇■□▪►▶»›>・．|-—*"
_GAP = r"\s*[\s/|,，]\s*"
_YEAR_MONTH, _MONTH_DAY = r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?月?", r"(\d{1,2})\s?[-./月]\s?(\d{1,2})\s?日?"
_SPLIT = (
    (re.compile(rf"(\d{{1,2}}){_GAP}{_YEAR_MONTH}"), (2, 3, 1)),
    (re.compile(rf"{_YEAR_MONTH}{_GAP}(\d{{1,2}})日?"), (1, 2, 3)),
    (re.compile(rf"{_MONTH_DAY}{_GAP}(\d{{4}})年?"), (3, 1, 2)),
    (re.compile(rf"(\d{{4}})年?{_GAP}{_MONTH_DAY}"), (1, 2, 3)),
)
"""A day set large apart from its year and month; the numbers say which group is year, month and day."""


@dataclass(frozen=True)
class Selectors:
    """Where things stand: `row` in the page, the others in a row."""

    row: str
    link: str = "a"
    date: str = ""
    title: str = ""
    text: str = ""


def selectors_of(options: Mapping[str, Any] | None) -> Selectors:
    """Return the selectors of a source's options. LookupError, in Chinese, where there are none."""
    said = {
        name: " ".join(str((options or {}).get(name) or "").split())
        for name in ("row", "link", "date", "title", "text")
    }
    if not said["row"]:
        raise LookupError("没有设置列表的选择器（行 row），无法读取；可用“huiying source propose 网址”生成")
    return Selectors(**(said | {"link": said["link"] or "a"}))


def item_of(row: LexborNode, how: Selectors, base: str, now: datetime) -> Item | None:
    """Return a row as an item, None for one without a link that leads to a page."""
    links = list(usable_links(row, how.link, base))
    if not links:
        return None
    title = _title(row, how, links)
    return Item(
        title=title,
        link=links[0][1],
        published=_published(row, how, links[0][0], now),
        author=None,
        text=_text(row, how),
    )


def usable_links(row: LexborNode, selector: str, base: str) -> Iterator[tuple[LexborNode, str]]:
    """Yield (link, absolute address) of the links in a row that lead to a page, no scripts or mail addresses."""
    found = [row] if selector == ITSELF else selected(row, selector)
    for link in found or ([row] if row.tag == "a" else []):
        href = (link.attributes.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        try:
            yield link, absolute(href, base)
        except ValueError:
            continue


def moment_of(text: str, now: datetime) -> Moment | None:
    """Return the time that the words of a date say, also where the day stands apart from year and month."""
    text = " ".join(text.split()).strip("[]()（）【】 ")
    for pattern, (year, month, day) in _SPLIT:
        found = pattern.fullmatch(text)
        if found:
            return read_moment(f"{found[year]}-{found[month]}-{found[day]}", now)
    return read_moment(text, now)


def words_of(node: LexborNode) -> str:
    """Return the words of an element, parts set apart by a space."""
    return " ".join(node.text(separator=" ").split())


def time_of(node: LexborNode) -> str:
    """Return what an element says of a time: its `datetime` attribute, else its words."""
    return node.attributes.get("datetime") or words_of(node)


def date_words(row: LexborNode, selector: str, link: LexborNode) -> Iterator[str]:
    """Yield the words of the elements that may hold a row's date, in order."""
    if selector == ITSELF:
        yield words_of(row).replace(words_of(link), " ", 1)
        return
    if selector == NEXT:
        yield words_after(row)
        return
    place: LexborNode | None = row
    if selector.startswith(NEXT):
        selector, place = selector[1:].strip(), element_after(row)
    for node in selected(place, selector) if place is not None else ():
        yield time_of(node)


def words_after(row: LexborNode) -> str:
    """Return the words between a row and the element after it."""
    said, after = [], row.next
    while after is not None and not after.is_element_node:
        if after.is_text_node:
            said.append(after.text_content or "")
        after = after.next
    return " ".join("".join(said).split())


def element_after(row: LexborNode) -> LexborNode | None:
    """Return the element after a row, None where there is none."""
    after = row.next
    while after is not None and not after.is_element_node:
        after = after.next
    return after


def _published(row: LexborNode, how: Selectors, link: LexborNode, now: datetime) -> Moment | None:
    found = (moment_of(text, now) for text in date_words(row, how.date, link)) if how.date else ()
    return next(filter(None, found), None)


def _title(row: LexborNode, how: Selectors, links: list[tuple[LexborNode, str]]) -> str:
    """Return the title: the link's words, without the date among them; its title attribute where they are cut."""
    same = [link for link, address in links if address == links[0][1]]
    chosen = selected(row, how.title)[:1] if how.title else []
    shown = next((title for node in chosen or same if (title := _shown(node, how))), "")
    full = next((title for node in (*chosen, *same) if (title := _full(node, shown))), "")
    return full or shown or next((alt for node in same if (alt := _alt(node))), "")


def _shown(node: LexborNode, how: Selectors) -> str:
    """Return the words of a title as shown, without a date that stands within it in an element of its own."""
    whole = plain_line(node.html or "")
    if how.date and how.date != ITSELF and not how.date.startswith(NEXT):
        for date in selected(node, how.date):
            said = plain_line(date.html or "")
            if said and said != whole and any(letter.isdigit() for letter in said):
                whole = whole.removesuffix(said) if whole.endswith(said) else whole.removeprefix(said)
    return whole.strip(BULLETS)


def _full(node: LexborNode, shown: str) -> str:
    """Return the title attribute where it says more than what is shown; nothing where it says something else."""
    said = (node.attributes.get("title") or "").strip()
    lines = [" ".join(line.split()) for line in plain_text(said).splitlines()]
    begun = _CUT.sub("", shown)
    for line in lines:
        at = line.find(begun)
        if at >= 0 and (not begun or len(line) - at > len(begun)) and (at == 0 or begun != shown):
            return line[at:].strip(BULLETS) if begun else line
    return ""


def _alt(node: LexborNode) -> str:
    image = node.css_first("img[alt]")
    return " ".join((image.attributes.get("alt") or "").split()) if image is not None else ""


def _text(row: LexborNode, how: Selectors) -> str:
    found = selected(row, how.text)[:1] if how.text else ()
    return plain_text(next((node.html or "" for node in found), ""))[:MOST_TEXT]
