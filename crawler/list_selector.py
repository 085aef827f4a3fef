"""The selectors of a list page, proposed: which rows repeat, where their link and date stand, and how sure that is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.dates import beijing_wall
from crawler.items import Item
from crawler.links import absolute, canonical
from crawler.list_fields import date_selector, link_selector
from crawler.list_groups import Group, groups_of
from crawler.list_names import row_selector
from crawler.list_outline import Link, Outline, outlined
from crawler.list_page import base_of, page_of, selected
from crawler.list_rows import Selectors, item_of, words_of

CONFIDENT = 0.75
"""From this confidence on a page is taken for a list without asking anybody."""
SAMPLE = 5
_TRIED = 6
"""Groups, the best first, of which selectors are tried to be made."""
_LEAST_LIKENESS = 6
_PROSE, _LONG_TEXT = 500, 60
_OF_TEXT = frozenset(["p", "div", "td", "section", "article", "span"])
_MARKS = re.compile("[，。；！？]")


@dataclass(frozen=True)
class Proposal:
    """Selectors for a list page. `options` are those of the source; `confidence` 0–1 with its reasons in Chinese."""

    options: Mapping[str, str]
    count: int
    """Rows that become items."""
    sample: list[Item]
    confidence: float
    reasons: tuple[str, ...]


def propose(body: bytes, url: str, example: str | None, now: datetime, declared: str | None = None) -> Proposal | None:
    """Return the selectors of the list that holds the link `example` (its address or its words), else of the likeliest.

    None where there is no list, or the example is not in one.
    """
    page = page_of(body, declared)
    base = base_of(page, url)
    outline = outlined(page, base)
    wanted = _meant(outline, example, base) if example else None
    if wanted is not None and not wanted:
        return None
    groups = groups_of(outline, least=2 if wanted else 3)
    if wanted is not None:
        groups = _holding(groups, wanted)
    largest = max((group.letters for group in groups), default=0)
    # Of a row and the only thing in it, both as good, the row is meant.
    ranked = sorted(groups, key=lambda group: (-round(_worth(group, largest, now), 3), group.rows[0]))
    for group in ranked[:_TRIED]:
        proposal = _proposal(page, group, ranked, largest, base, now, asked=wanted is not None)
        if proposal is not None:
            return proposal
    return None


def _meant(outline: Outline, example: str, base: str) -> set[int]:
    """Return the elements of the links that an example means: its address, else its words."""
    said = " ".join(example.split())
    try:
        address = canonical(said, base) if "/" in said or "." in said else ""
    except ValueError:
        address = ""
    found = {link.element for link in outline.links if link.address == said}
    found = found or {link.element for link in outline.links if address and _same(link.address, address)}
    if found:
        return found
    plain = _squeezed(said)
    return {link.element for link in outline.links if plain and _is_called(link, plain)}


def _holding(groups: list[Group], wanted: set[int]) -> list[Group]:
    """Return the groups with a row that leads to the example; else those that have it somewhere in a row."""
    somewhere = [
        group for group in groups if any(link.element in wanted for row in group.rows for link in group.links[row])
    ]
    leading = [
        group
        for group in somewhere
        if any(
            link.element in wanted and link.address == group.main[row].address
            for row in group.rows
            for link in group.links[row]
        )
    ]
    return leading or somewhere


def _same(address: str, wanted: str) -> bool:
    try:
        return canonical(absolute(address)).split("//")[1] == wanted.split("//")[1]
    except ValueError:
        return False


def _is_called(link: Link, plain: str) -> bool:
    names = [_squeezed(link.words), _squeezed(link.said)]
    begun = [name for name in names if len(name) >= _LEAST_LIKENESS]
    return plain in names or (len(plain) >= _LEAST_LIKENESS and any(plain in name or name in plain for name in begun))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s…·.]+", "", text)


def _worth(group: Group, largest: int, now: datetime) -> float:
    """Return how much a group looks like the list of a page, 0–1."""
    rows = len(group.rows)
    whole = 0.35 * group.share_of_titles() + 0.3 * min(group.dated(now) / rows, 1) + 0.15 * min(rows, 10) / 10
    whole += 0.1 * group.share_of_articles() + 0.1 * _singleness(group)
    whole *= {"elsewhere": 0.4, "aside": 0.7}.get(group.outline.standing(group.parents[0]), 1)
    return whole * (0.5 + 0.5 * group.letters / max(largest, 1))


def _singleness(group: Group) -> float:
    """Return 1 where every row has a link of its own and every member that says anything is a row, less where not."""
    addresses = {link.address for link in group.main.values()}
    elements = group.outline.elements
    members = [one for one in group.members if one in group.main or words_of(elements[one].node)]
    return len(addresses) / len(members)


def _proposal(
    page: LexborHTMLParser, group: Group, ranked: list[Group], largest: int, base: str, now: datetime, *, asked: bool
) -> Proposal | None:
    row = row_selector(page, group)
    if row is None:
        return None
    date, dated = date_selector(group, now)
    options = {"row": row, "link": link_selector(group, base), **({"date": date} if date else {})}
    how = Selectors(**options)
    items = [item for node in selected(page, row) if (item := item_of(node, how, base, now)) and item.title]
    if len(items) < 2:
        return None
    confidence, reasons = _judged(group, ranked, largest, now, asked=asked)
    if ":nth" in row:
        confidence = round(0.9 * confidence, 2)
        reasons.append("只能按位置选取，网页改版后容易失效")
    shown = next((beijing_wall(item.published) for item in items if item.published), "")
    rows = len(group.members)
    words = [
        f"选中 {rows} 行，{len(items)} 行有可打开的链接",
        f"{dated} 行有日期（如 {shown}）" if date else "没有找到每行的日期，将以正文页的时间为准",
        *reasons,
    ]
    return Proposal(options, len(items), items[:SAMPLE], confidence, tuple(words))


def _judged(group: Group, ranked: list[Group], largest: int, now: datetime, *, asked: bool) -> tuple[float, list[str]]:
    """Return the confidence in a group and what it rests on."""
    reasons: list[str] = []
    worth = _worth(group, group.letters, now)
    titles = round(100 * group.share_of_titles())
    mean = round(sum(link.length for link in group.main.values()) / len(group.rows))
    reasons.append(f"标题平均 {mean} 字，{titles}% 像文章标题")
    if asked:
        return round(min(1.0, 0.3 + worth), 2), ["与给出的例子同在一个列表", *reasons]
    standing = group.outline.standing(group.parents[0])
    if standing:
        reasons.append("位于导航、页眉页脚一类位置" if standing == "elsewhere" else "位于侧栏、推荐一类位置")
    own = set(group.rows)
    rival = next((one for one in ranked if one is not group and not _overlap(one, own, group)), None)
    if rival is not None and _worth(rival, largest, now) > 0.8 * _worth(group, largest, now):
        worth *= 0.75
        reasons.append("页面上还有一个相近的列表，最好给出一条链接作例子")
    if _prose(group) > _PROSE:
        worth *= 0.5
        reasons.append("页面里有大段正文，更像一篇文章而不是列表")
    return round(min(worth, 1.0), 2), reasons


def _overlap(one: Group, rows: set[int], group: Group) -> bool:
    """Return whether two groups are about the same links."""
    mine = {link.element for row in rows for link in group.links[row]}
    theirs = {link.element for row in one.rows for link in one.links[row]}
    return len(mine & theirs) * 2 > min(len(mine), len(theirs))


def _prose(group: Group) -> int:
    """Return the letters of long punctuated texts outside links and outside the rows."""
    elements, rows = group.outline.elements, set(group.members)
    total = 0
    within = [False] * len(elements)
    for at, one in enumerate(elements):
        within[at] = at in rows or one.tag == "a" or (at > 0 and within[one.parent])
        if within[at] or one.tag not in _OF_TEXT:
            continue
        own = "".join(part.text_content or "" for part in one.node.iter(include_text=True) if part.is_text_node).strip()
        total += len(own) if len(own) >= _LONG_TEXT and _MARKS.search(own) else 0
    return total
