"""Where in the rows of a group the link and the date stand: the selectors that fit most rows, the simplest first."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from crawler.dates import Moment
from crawler.list_groups import Group, dates_in, is_date
from crawler.list_names import is_sound, name_of, numbered, stable_classes
from crawler.list_rows import ITSELF, NEXT, date_words, moment_of, time_of, usable_links, words_of

ENOUGH = 0.9
LEAST_DATED = 0.5
_LOOKED_AT = 60
"""Rows from which the selectors are made out."""


def link_selector(group: Group, base: str) -> str:
    """Return the selector of the link in a row that leads to the article; `.` where the row is the link."""
    rows = group.rows[:_LOOKED_AT]
    if group.tag == "a":
        return ITSELF
    candidates = Counter(
        one for row in rows for one in dict.fromkeys(_ways(group, row)) if is_sound(one, group.outline)
    )
    ordered = ["a", *sorted(candidates, key=lambda selector: (-candidates[selector], len(selector)))]
    fits = {selector: sum(_leads(group, row, selector, base) for row in rows) for selector in ordered}
    best = max(fits.values())
    return next(selector for selector in ordered if fits[selector] >= min(best, ENOUGH * len(rows)))


def date_selector(group: Group, now: datetime) -> tuple[str, int]:
    """Return the selector of the date in a row and in how many rows it finds one; empty where few rows have one."""
    rows = group.rows[:_LOOKED_AT]
    true = {row: _moment_in(group, row, now) for row in rows}
    counted = Counter(
        one for row in rows for one in dict.fromkeys(_date_ways(group, row, now)) if is_sound(one, group.outline)
    )
    best, most = "", 0
    for selector in sorted(counted, key=lambda one: (_rank(one), -counted[one], len(one))):
        fits = sum(_dates(group, row, selector, now, true[row]) for row in rows)
        if fits > most:
            best, most = selector, fits
    if most < LEAST_DATED * len(rows):
        return "", 0
    return best, most


def _ways(group: Group, row: int) -> Iterator[str]:
    """Yield selectors of the main link of a row."""
    elements = group.outline.elements
    link = group.main[row].element
    one = elements[link]
    yield from (f"a.{name}" for name in stable_classes(one))
    if one.parent != row:
        yield f"{name_of(elements[one.parent])} > a"
        yield f"{elements[one.parent].tag} > a"
        yield f"{numbered(elements, one.parent)} > a"
    yield numbered(elements, link)
    if group.main[row].said:
        yield "a[title]"


def _leads(group: Group, row: int, selector: str, base: str) -> bool:
    """Return whether a selector leads from a row to its article."""
    found = next(usable_links(group.outline.elements[row].node, selector, base), None)
    return found is not None and found[1] == group.main[row].address


def _rank(selector: str) -> int:
    """Return how much a selector relies on the order of things: a class least, then a tag, then a place."""
    if selector.startswith((NEXT, ITSELF)):
        return 3
    return 2 if set(selector) & set(" +:") else 1 if "." not in selector else 0


def _date_ways(group: Group, row: int, now: datetime) -> Iterator[str]:
    """Yield selectors of the date of a row."""
    elements = group.outline.elements
    found = dates_in(group.outline, row, now)
    for at in found[:3]:
        one = elements[at]
        yield from (f"{one.tag}.{name}" for name in stable_classes(one)[:2])
        yield one.tag
        parent = elements[one.parent]
        if one.parent != row:
            yield f"{name_of(parent)} {one.tag}"
        yield numbered(elements, at)
        siblings = parent.children
        if siblings.index(at):
            yield f"{elements[siblings[siblings.index(at) - 1]].tag} + {one.tag}"
    if not found:
        after = group.after(row)
        if after is not None and is_date(words_of(after.node), now):
            yield f"{NEXT} {after.tag}"
        yield from (ITSELF, NEXT)


def _moment_in(group: Group, row: int, now: datetime) -> Moment | None:
    """Return the date of a row as its own element says it."""
    found = dates_in(group.outline, row, now)
    return moment_of(time_of(group.outline.elements[found[0]].node), now) if found else None


def _dates(group: Group, row: int, selector: str, now: datetime, true: Moment | None) -> bool:
    """Return whether a selector finds the date of a row: the one that stands alone in an element, or any."""
    elements = group.outline.elements
    said = date_words(elements[row].node, selector, elements[group.main[row].element].node)
    if true is None:
        return any(is_date(words, now) for words in said)
    return next(filter(None, (moment_of(words, now) for words in said)), None) == true
