"""The elements of a page with their parents and names, and the links that lead to pages."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.links import absolute
from crawler.list_page import WIDEST
from crawler.list_rows import words_of

MOST_ELEMENTS = 60_000
MOST_LINKS = 4_000
_UNREAD = frozenset(["script", "style", "noscript", "template", "head", "iframe", "svg", "select", "textarea"])
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:(?:top|main|sub|left|global|site|g)?[-_]?(?:nav(?:bar|igation|list)?|menu)s?|(?:foot|head)(?:er)?|crumbs?"
    r"|breadcrumbs?|top(?:bar)?|pages?|pag(?:er|ing|ination)|copyright|friend\w*|\w*links?|yqlj|share|login|search|lang)(?![a-z])",
    re.I,
)
_ASIDE = re.compile(
    r"(?<![a-z])(?:side(?:bar)?|aside|hot\w*|rank\w*|recommend\w*|relat\w*|tuijian|xgxw|about|banner|slid\w*|swiper|focus|carousel|\w*feed\w*)"
    r"(?![a-z])",
    re.I,
)


@dataclass
class Element:
    """One element: `parent` and `children` are numbers of elements."""

    node: LexborNode
    tag: str
    parent: int
    classes: tuple[str, ...]
    identity: str
    children: list[int] = field(default_factory=list)
    size: int = 1
    """How many elements it is, with those within it."""


@dataclass(frozen=True)
class Link:
    """A link that leads to a page: the number of its element, its address and what it says."""

    element: int
    address: str
    words: str
    said: str
    """What its title attribute says."""

    @property
    def length(self) -> int:
        """Letters of the longer of the two."""
        return max(len(self.words), len(self.said))


@dataclass
class Outline:
    """The elements of a page in document order, and its links."""

    elements: list[Element]
    links: list[Link]

    @cached_property
    def countable(self) -> bool:
        """Whether selectors may count siblings: not on a page with masses of them, or one not wholly outlined."""
        widest = max((len(one.children) for one in self.elements), default=0)
        return widest <= WIDEST and len(self.elements) < MOST_ELEMENTS

    def above(self, element: int) -> list[int]:
        """Return the elements around one, the nearest first, without body and html."""
        found = []
        at = self.elements[element].parent
        while at >= 0 and self.elements[at].tag not in ("body", "html"):
            found.append(at)
            at = self.elements[at].parent
        return found

    def standing(self, element: int) -> str:
        """Return `elsewhere` for what stands in navigation, head or foot, `aside` for side lists, else nothing."""
        around = [self.elements[at] for at in (element, *self.above(element))]
        names = [" ".join((one.identity, *one.classes)) for one in around]
        if any(one.tag in ("nav", "footer", "header") for one in around):
            return "elsewhere"
        if any(_ELSEWHERE.search(name) for name in names[:3]):
            return "elsewhere"
        return "aside" if any(_ASIDE.search(name) for name in names[:4]) else ""


def outlined(page: LexborHTMLParser, base: str) -> Outline:
    """Return the outline of a page; of an enormous one its beginning."""
    outline = Outline([], [])
    if page.body is None:
        return outline
    waiting: list[tuple[LexborNode, int]] = [(page.body, -1)]
    while waiting and len(outline.elements) < MOST_ELEMENTS:
        node, parent = waiting.pop()
        here = _noted(outline, node, parent, base)
        below = node.last_child
        while below is not None:
            if below.is_element_node and below.tag not in _UNREAD:
                waiting.append((below, here))
            below = below.prev
    for one in reversed(outline.elements[1:]):
        outline.elements[one.parent].size += one.size
    return outline


def _noted(outline: Outline, node: LexborNode, parent: int, base: str) -> int:
    """Add an element to the outline, as a link too where it is one, and return its number."""
    here = len(outline.elements)
    said = node.attributes
    classes = tuple((said.get("class") or "").split()[:8])
    outline.elements.append(Element(node, node.tag or "", parent, classes, (said.get("id") or "").strip()))
    if parent >= 0:
        outline.elements[parent].children.append(here)
    href = (said.get("href") or "").strip() if node.tag == "a" else ""
    if href and not href.startswith("#") and len(outline.links) < MOST_LINKS:
        try:
            address = absolute(href, base)
        except ValueError:
            return here
        outline.links.append(Link(here, address, words_of(node), " ".join((said.get("title") or "").split())))
    return here
