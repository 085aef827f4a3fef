"""Which elements of a page repeat like the rows of a list, and which of these groups is the list."""

import re
import statistics
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from crawler.dates import read_relative
from crawler.list_outline import Element, Link, Outline
from crawler.list_rows import BULLETS, moment_of, time_of, words_after, words_of

HIGHEST = 7
"""Elements above a link that may be its row."""
LEAST_ROWS = 3
MOST_LINKS_A_ROW = 4
LONG_TITLE = 8
"""Letters from which the words of a link are a title; what leads to another part of the site is shorter."""
_DATE = re.compile(
    r"[\s\[\]()（）【】<>]*(?:发布|发表|更新|成文|公开|信息)?(?:时间|日期|于)?[:：]?[\s\d\-/.年月日号时分秒:：,，|TZ+]+"
    r"(?:星期[一二三四五六日天])?[\s\[\]()（）【】<>]*"
)
_LABELLED = re.compile(
    r"(?:信息)?(?:来源|作者|编辑|责任编辑|发布机构|发布单位|浏览|阅读|点击)(?:量|数|次数)?\s*[:：]?\s*[^\s:：]{1,16}(?:\s|$)"
)
"""What stands beside a date and is none."""
_LONGEST_DATE = 40
_LARGEST_ROW, _LARGEST_DATE = 400, 12
"""Elements within a row, and within what shows its date; in anything larger no date is looked for."""
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_ARTICLE = re.compile(r"\d{4,}|[/_-]\d+[/_.-]|\.s?html?$|\.jhtml$|\.shtm$|[?&](?:\w*id|no|key|uuid)=", re.I)


@dataclass
class Group:
    """Elements of one kind under one parent (or under parents of one kind, side by side). Numbers of elements."""

    parents: list[int]
    tag: str
    cls: str
    """The class that tells the rows from what else stands there, empty where all of the tag are rows."""
    rows: list[int]
    """Those with a link, in the order of the page."""
    links: dict[int, list[Link]]
    outline: Outline = field(repr=False)

    @cached_property
    def members(self) -> list[int]:
        """All elements that the tag and the class select, with a link or not."""
        elements = self.outline.elements
        return [
            child
            for parent in self.parents
            for child in elements[parent].children
            if elements[child].tag == self.tag and (not self.cls or self.cls in elements[child].classes)
        ]

    @cached_property
    def main(self) -> dict[int, Link]:
        """The link of each row that says most."""
        return {row: max(self.links[row], key=lambda link: link.length) for row in self.rows}

    @cached_property
    def letters(self) -> int:
        """Letters of all titles, each address once."""
        once = {link.address: link.length for link in self.main.values()}
        return sum(min(length, 60) for length in once.values())

    def share_of_titles(self) -> float:
        """Return the share of rows whose link says a title, 0–1."""
        return sum(link.length >= LONG_TITLE for link in self.main.values()) / len(self.rows)

    def share_of_articles(self) -> float:
        """Return the share of rows whose link looks as if it led to an article, 0–1."""
        return sum(bool(_ARTICLE.search(link.address.split("//")[-1])) for link in self.main.values()) / len(self.rows)

    def dated(self, now: datetime) -> int:
        """Return how many rows have a date: in an element, in their own words, or in the element after them."""
        return sum(self._is_dated(row, now) for row in self.rows)

    def after(self, row: int) -> Element | None:
        """Return the element after a row, unless it is a row itself."""
        siblings = self.outline.elements[self.outline.elements[row].parent].children
        at = siblings.index(row) + 1
        return None if at >= len(siblings) or siblings[at] in self.links else self.outline.elements[siblings[at]]

    def own_words(self, row: int) -> str:
        """Return the words of a row beside its link, nothing for a very large one."""
        elements = self.outline.elements
        if elements[row].size > _LARGEST_ROW:
            return ""
        return words_of(elements[row].node).replace(words_of(elements[self.main[row].element].node), " ", 1)

    def _is_dated(self, row: int, now: datetime) -> bool:
        if dates_in(self.outline, row, now) or is_date(self.own_words(row), now):
            return True
        after = self.after(row)
        beside = words_after(self.outline.elements[row].node)
        return is_date(beside, now) or (after is not None and is_date(words_of(after.node), now))


def groups_of(outline: Outline, least: int = LEAST_ROWS) -> list[Group]:
    """Return the groups of a page that may be a list: at least `least` rows, few links in each."""
    rows: dict[tuple[int, str], dict[int, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for link in outline.links:
        for row in [link.element, *outline.above(link.element)][: HIGHEST + 1]:
            parent = outline.elements[row].parent
            if parent >= 0:
                rows[parent, outline.elements[row].tag][row].append(link)
    found: list[Group] = []
    for (parents, tag), links in _joined(outline, rows).items():
        found += _split(outline, list(parents), tag, links)
    return [group for group in found if len(group.rows) >= least and _is_few(group)]


def dates_in(outline: Outline, row: int, now: datetime) -> list[int]:
    """Return the elements of a row that hold a date and nothing else."""
    elements = outline.elements
    found, waiting = [], deque(elements[row].children if elements[row].size <= _LARGEST_ROW else ())
    while waiting:
        at = waiting.popleft()
        if elements[at].size <= _LARGEST_DATE and is_date(time_of(elements[at].node), now):
            found.append(at)
        else:
            waiting.extend(elements[at].children)
    return found


def is_date(words: str, now: datetime) -> bool:
    """Return whether words are a date and nothing else."""
    words = _LABELLED.sub("", words.strip(BULLETS)).strip()
    if not 2 < len(words) <= _LONGEST_DATE or not any(letter.isdigit() or letter in "刚昨前今" for letter in words):
        return False
    if _DATE.fullmatch(words):
        return moment_of(words, now) is not None
    return len(words) <= 12 and read_relative(words, now) is not None


def _joined(
    outline: Outline, rows: dict[tuple[int, str], dict[int, list[Link]]]
) -> dict[tuple[tuple[int, ...], str], dict[int, list[Link]]]:
    """Return the rows by parents: each parent alone, and parents of one kind side by side as one list cut into blocks.

    Where some of them are hidden they are tabs, each a list of its own.
    """
    blocks: dict[tuple[int, str, tuple[str, ...], str], list[int]] = defaultdict(list)
    for parent, tag in rows:
        one = outline.elements[parent]
        blocks[one.parent, one.tag, one.classes, tag].append(parent)
    joined: dict[tuple[tuple[int, ...], str], dict[int, list[Link]]] = {
        ((parent,), tag): dict(links) for (parent, tag), links in rows.items()
    }
    for (_, _, _, tag), parents in blocks.items():
        if len(parents) < 2 or any(
            _HIDDEN.search(outline.elements[one].node.attributes.get("style") or "") for one in parents
        ):
            continue
        together: dict[int, list[Link]] = {}
        for parent in sorted(parents):
            together |= rows[parent, tag]
        joined[tuple(sorted(parents)), tag] = together
    return joined


def _split(outline: Outline, parents: list[int], tag: str, links: dict[int, list[Link]]) -> list[Group]:
    """Return the rows as one group, and those of each class as a group where others stand among them."""
    rows = sorted(links)
    elements = outline.elements
    whole = Group(parents, tag, "", rows, links, outline)
    alike = defaultdict(list)
    for row in rows:
        for name in elements[row].classes:
            alike[name].append(row)
    parts = [
        Group(parents, tag, name, some, links, outline)
        for name, some in alike.items()
        if LEAST_ROWS <= len(some) < len(whole.members)
    ]
    return [whole, *parts]


def _is_few(group: Group) -> bool:
    """Return whether rows have few links each, and most members of the group are rows."""
    count = statistics.median(len({link.address for link in group.links[row]}) for row in group.rows)
    return count <= MOST_LINKS_A_ROW and len(group.rows) >= 0.4 * len(group.members)
