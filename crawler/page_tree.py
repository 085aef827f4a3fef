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
_FORMATTING = _INLINE - {"a", "span", "time", "label"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_LONGEST_NAME, _MOST_TEXTS = 200, 100
_MOST = 200_000  # Positions beyond this are not read; no article is that long, and no page may take minutes.


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
    if page.body is not None:
        _walk(tree, page.body)
    tree.ends = [end or len(tree.tags) for end in tree.ends]
    return tree


def _walk(tree: PageTree, root: LexborNode) -> None:
    """Visit `root` and all below it without recursion; the stack holds the open nodes and what they stand inside.

    One long loop: it runs for every node of every page and is a third of the whole cost. Formatting without class or
    id is looked through, its text belongs to the element around it.
    """
    texts, owners, ends = tree.texts, tree.owners, tree.ends
    stack: list[tuple[LexborNode, int]] = []
    node: LexborNode | None = root
    inside = 0
    while node is not None:
        tag = node.tag
        below = None
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
        elif tag and tag not in _UNREAD:
            below = node.first_child
            if below is not None:
                stack.append((node, inside))
                if tag not in _FORMATTING:
                    inside = _add(tree, tag, inside, node.attributes)
                node = below
                continue
        while (after := node.next) is None and stack:
            ends[inside] = len(ends)
            node, inside = stack.pop()
        node = after if stack and len(ends) < _MOST else None


def _add(tree: PageTree, tag: str, parent: int, attributes: dict[str, str | None]) -> int:
    """Append one element to the lists and return its number; what it inherits comes from its parent."""
    tags = tree.tags
    here = len(tags)
    inline = tag in _INLINE
    if inline and not attributes and here:
        return parent
    tags.append(tag)
    tree.parents.append(parent)
    tree.ends.append(0)
    tree.firsts.append(len(tree.texts))
    if here:
        tree.blocks.append(tree.blocks[parent] if inline else here)
        tree.in_link.append(tag == "a" or tree.in_link[parent])
        tree.hidden.append(tree.hidden[parent])
    else:
        tree.blocks.append(here)
        tree.in_link.append(False)
        tree.hidden.append(False)
    if attributes and tag != "a":
        _note(tree, here, attributes)
    return here


def _note(tree: PageTree, here: int, attributes: dict[str, str | None]) -> None:
    """Write down what class, id and style of the element at `here` say."""
    classes, identity = (attributes.get("class") or "")[:_LONGEST_NAME], (attributes.get("id") or "")[:_LONGEST_NAME]
    part = None
    if identity:
        tree.names[here] = f"{classes} {identity}"
        part = _part_of_id(identity)
    elif classes:
        tree.names[here] = classes
    if classes and not part:
        part = _part_of_class(classes)
    style = attributes.get("style")
    if part:
        # Some sites hide an article until their script has run, so a style does not count here.
        tree.parts.setdefault(part, []).append(here)
    elif style and "none" in style and _HIDDEN.search(style) and here:
        tree.hidden[here] = True


def _part_of_id(identity: str) -> str | None:
    known = sites.marks()
    part = known.parts.get("#" + identity)
    return "posts" if part is None and identity.startswith(known.posts) else part


@lru_cache(16384)
def _part_of_class(classes: str) -> str | None:
    known = sites.marks().parts
    return next((known["." + name] for name in classes.split() if "." + name in known), None)
