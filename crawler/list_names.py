"""The shortest stable selector of a group of rows: by id and class, without names a program made up."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from crawler.list_groups import Group
from crawler.list_outline import Element, Outline
from crawler.list_page import is_css, selected
from crawler.list_rows import ITSELF, NEXT

_SOUND = re.compile(r"-?[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]{0,60}")
_MADE_UP = re.compile(r"^(?:css|sc|jsx|jss|emotion|svelte|ember|ng)-|^_|\d{5,}|[0-9a-f]{8,}$")
_MIXED, _HUMP, _CAMEL = (
    re.compile(r"[A-Za-z]\d+[A-Za-z]"),
    re.compile("[a-z][A-Z]"),
    re.compile(r"[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})+\d*"),
)
_SHORTEST_HASH = 5
_STATE = re.compile(
    r"^(?:active|current|cur|on|off|hover|selected|first|last|odd|even|open|show|hide|hidden|left|right|fl|fr|cf|clear\w*"
    r"|float\w*|pull-\w+|col(?:-\w+)+|row|container(?:-\w+)?|[mp][trblxy]?-?\d+|w-?\d+|h-?\d+|f\d+|ft\d+\w*|lh\d+|wow|animated|item-?\d+|\w*\d{3,})$",
    re.I,
)
_ODD = re.compile(r":(?!nth-(?:of-type|child))|[^\w\u4e00-\u9fff .#>+:()\[\]='-]")
_TAG = re.compile("[a-z][a-z0-9-]*")
_HIGHEST = 8


def row_selector(page: LexborHTMLParser, group: Group) -> str | None:
    """Return the shortest stable selector that selects the members of a group and nothing else; None if none does."""
    wanted = {group.outline.elements[member].node.mem_id for member in group.members}
    for selector in _candidates(group):
        if is_sound(selector, group.outline) and {node.mem_id for node in selected(page, selector)} == wanted:
            return selector
    return None


def is_made_up(name: str) -> bool:
    """Return whether a program seems to have made up a class or id: it ends in a hash or holds a long number."""
    last = re.split("[-_]+", name)[-1]
    mixed = _MIXED.search(last) or (_HUMP.search(last) and not _CAMEL.fullmatch(last))
    return bool(_MADE_UP.search(name) or (len(last) >= _SHORTEST_HASH and mixed))


def is_sound(selector: str, outline: Outline) -> bool:
    """Return whether a selector can be asked: no name in it that CSS would misread (`o:p`), no counting of masses."""
    within = selector.removeprefix(NEXT).strip()
    if _ODD.search(selector) or (":nth" in selector and not outline.countable):
        return False
    return within in ("", ITSELF) or is_css(within)


def name_of(element: Element) -> str:
    """Return how an element is named among others like it: its tag with its most telling class, or its tag alone."""
    best = next(iter(stable_classes(element)), "")
    return f"{element.tag}.{best}" if best else element.tag


def stable_classes(element: Element) -> list[str]:
    """Return the classes that are likely to stay, the telling ones before those that only place or decorate."""
    sound = [name for name in element.classes if _SOUND.fullmatch(name) and not is_made_up(name)]
    return sorted(sound, key=lambda name: bool(_STATE.match(name)))


def _candidates(group: Group) -> Iterator[str]:
    """Yield selectors of the rows, the shorter and more stable first; the last name places by number."""
    outline = group.outline
    holder = outline.elements[group.parents[0]]
    row = f"{group.tag}.{group.cls}" if group.cls else group.tag
    around = [outline.elements[at] for at in outline.above(group.parents[0])][:_HIGHEST]
    own = list(_anchors(holder))
    yield from (f"{name} > {row}" for name in own)
    named = name_of(holder)
    anchors = [(height, name) for height, one in enumerate(around, 1) for name in _anchors(one)]
    for height, name in anchors:
        if height == 1:
            yield f"{name} > {named} > {row}"
        yield f"{name} {named} > {row}"
        if height > 1:
            yield f"{name} > {_chain(around[: height - 1], plain=True)}{named} > {row}"
    if group.cls and not _STATE.match(group.cls):
        yield row
    yield from (f"{upper} {lower} {named} > {row}" for h, lower in anchors for g, upper in anchors if g > h)
    yield from (f"{name} > {row}" for name in _last_resorts(holder))
    for height, one in enumerate(around, 1):
        for name in (*_anchors(one), *_last_resorts(one)):
            yield f"{name} {named} > {row}"
            yield f"{name} > {_placed(outline, group.parents[0], height)} > {row}"
    path = _placed(outline, group.parents[0], 99)
    yield f"body > {path} > {row}" if path else f"body > {row}"


def _anchors(element: Element) -> Iterator[str]:
    """Yield selectors of an element by its id and classes that are likely to stay."""
    if _SOUND.fullmatch(element.identity) and not is_made_up(element.identity):
        yield f"#{element.identity}"
    classes = [name for name in stable_classes(element) if not _STATE.match(name)]
    yield from (f"{element.tag}.{name}" for name in classes)
    if len(classes) > 1:
        yield element.tag + "".join(f".{name}" for name in classes[:3])


def _last_resorts(element: Element) -> Iterator[str]:
    """Yield selectors of an element by what may change: placing classes, ids and classes with long numbers."""
    if (
        element.identity
        and '"' not in element.identity
        and "'" not in element.identity
        and "\\" not in element.identity
    ):
        yield f"[id='{element.identity}']"
    for name in element.classes:
        if _SOUND.fullmatch(name):
            yield f"{element.tag}.{name}"


def _chain(between: list[Element], plain: bool) -> str:
    """Return `div > td > ` for the elements between an anchor and the holder of the rows, the outermost first."""
    return "".join(f"{one.tag if plain else name_of(one)} > " for one in reversed(between))


def _placed(outline: Outline, element: int, height: int) -> str:
    """Return the path from the element `height` above (not named) to this one, by number where siblings are alike."""
    steps: list[str] = []
    at = element
    while height > 0 and at >= 0 and outline.elements[at].tag not in ("body", "html"):
        one = outline.elements[at]
        steps.append(numbered(outline.elements, at))
        at, height = one.parent, height - 1
    return " > ".join(reversed(steps))


def numbered(elements: list[Element], at: int) -> str:
    """Return `td:nth-of-type(3)`: an element by its place among those of its tag; the tag where it is the only one."""
    one = elements[at]
    siblings = elements[one.parent].children if one.parent >= 0 else [at]
    if not _TAG.fullmatch(one.tag):
        return f":nth-child({siblings.index(at) + 1})"
    alike = [child for child in siblings if elements[child].tag == one.tag]
    return one.tag if len(alike) < 2 else f"{one.tag}:nth-of-type({alike.index(at) + 1})"
