"""An article page as flat lists in document order, which is many times faster to weigh than a tree of objects."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import sites

_UNREAD = frozenset(["script", "style", "noscript", "iframe", "template", "svg", "select", "button", "textarea", "nav"])
_UNREAD |= {"footer", "input", "link", "object", "video", "audio", "canvas", "img", "hr", "-comment"}
_INLINE = frozenset(["a", "abbr", "acronym", "b", "big", "bdi", "bdo", "center", "cite", "code", "data", "del", "dfn"])
_INLINE |= {
    "em",
    "font",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "mark",
    "o:p",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
}
_INLINE |= {"span", "st1:chsdate", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
_FORMATTING = (_INLINE - {"a", "span", "time", "label"}) | {"tbody", "thead"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_LONGEST_NAME, _MOST_TEXTS = 200, 100
_MOST = 200_000  # Positions beyond this are not read; no article is that long, and no page may take minutes.


_Row = tuple[str, int, int, bool, bool, int]


@dataclass
class PageTree:
    """Elements in document order, and the texts between them.

    Per element: tag, parent, nearest block (itself, if it is one), whether it stands in a link or is hidden, the number
    of its first text, its class and id. Per text: the text (a line break is "\\n") and the element that owns it.
    `ends[i]` is one past the last element inside element i; `parts` maps a part of an article to the elements that
    some family of sites marks as it.
    """

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    in_link: list[bool] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    parts: dict[str, list[int]] = field(default_factory=dict)

    def span(self, element: int) -> tuple[int, int]:
        """Return the numbers of the first text inside `element` and of the one after its last."""
        end = self.ends[element]
        return self.firsts[element], self.firsts[end] if end < len(self.tags) else len(self.texts)

    def text(self, start: int, end: int) -> str:
        """Return the texts from `start` to before `end` (or the last) on one line, without hidden ones."""
        shown = (self.texts[n] for n in range(start, min(end, len(self.texts))) if not self.hidden[self.owners[n]])
        return " ".join(" ".join(shown).split())

    def text_of(self, element: int) -> str:
        """Return the text inside `element` on one line; of one with very many texts, the first of them."""
        start, end = self.span(element)
        end = min(end, start + _MOST_TEXTS)
        return " ".join("".join(self.texts[start:end]).split())


def flattened(page: LexborHTMLParser) -> PageTree:
    """Return the body of `page` as flat lists, without scripts, controls of forms and navigation."""
    tree = PageTree()
    if page.body is None:
        return tree
    rows = _walk(tree, page.body)
    columns = [list(column) for column in zip(*rows, strict=True)]
    tree.tags, tree.parents, tree.blocks, tree.in_link, tree.hidden, tree.firsts = columns or ([], [], [], [], [], [])
    tree.ends = [end or len(rows) for end in tree.ends]
    return tree


def _walk(tree: PageTree, root: LexborNode) -> list[_Row]:
    """Visit `root` and all below it without recursion; the stack holds the open nodes and what they stand inside.

    One long loop without calls: it runs for every node of every page and is a third of the whole cost. Formatting
    without class or id is looked through, its text belongs to the element around it.
    """
    texts, owners, ends = tree.texts, tree.owners, tree.ends
    rows: list[_Row] = []
    stack: list[tuple[LexborNode, int, int, bool, bool]] = []
    node: LexborNode | None = root
    inside = block = count = 0
    link = hidden = False
    while node is not None:
        tag = node.tag
        if tag == "-text":
            text = node.text_content
            if text and not text.isspace():
                texts.append(text)
                owners.append(inside)
            elif texts and texts[-1][-1] not in " \n":
                texts[-1] += " "
        elif tag == "br":
            texts.append("\n")
            owners.append(inside)
        elif tag and tag not in _UNREAD and (below := node.first_child) is not None:
            stack.append((node, inside, block, link, hidden))
            if tag not in _FORMATTING:
                attributes = node.attributes
                inline = tag in _INLINE
                if attributes or not inline:
                    here = count
                    count += 1
                    block = block if inline else here
                    if tag == "a":
                        # A named anchor left open would make a link of all that follows.
                        link = link or "href" in attributes or "onclick" in attributes
                    elif attributes and _note(tree, here, attributes) and here:
                        hidden = True
                    rows.append((tag, inside, block, link, hidden, len(texts)))
                    ends.append(0)
                    inside = here
            node = below
            continue
        while (after := node.next) is None and stack:
            ends[inside] = count
            node, inside, block, link, hidden = stack.pop()
        node = after if stack and count < _MOST else None
    return rows


def _note(tree: PageTree, here: int, attributes: dict[str, str | None]) -> bool:
    """Write down what class and id of the element at `here` say; return whether its style hides it."""
    classes, identity = attributes.get("class"), attributes.get("id")
    if identity or classes:
        tree.names[here], part = _named((classes or "")[:_LONGEST_NAME], (identity or "")[:_LONGEST_NAME])
        if part:
            # Some sites hide an article until their script has run, so a style does not count here.
            tree.parts.setdefault(part, []).append(here)
            return False
    style = attributes.get("style")
    return style is not None and "none" in style and _HIDDEN.search(style) is not None


@lru_cache(16384)
def _named(classes: str, identity: str) -> tuple[str, str | None]:
    """Return the name of an element with this class and id, and which part of an article they mark, if any."""
    name = f"{classes} {identity}" if classes and identity else classes or identity
    return name, (_part_of_id(identity) if identity else None) or _part_of_class(classes)


def _part_of_id(identity: str) -> str | None:
    known = sites.marks()
    part = known.parts.get("#" + identity)
    return "posts" if part is None and identity.startswith(known.posts) else part


def _part_of_class(classes: str) -> str | None:
    known = sites.marks().parts
    return next((known["." + name] for name in classes.split() if "." + name in known), None)
