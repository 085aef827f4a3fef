"""How much prose, punctuation and link text every element of a page holds, and which elements are noise."""

import re
from functools import lru_cache

from crawler.page_tree import PageTree

_NOISE = re.compile(
    r"comment|footer|foot-|copyright|share|recommend|relate|sidebar|side-|hotnews|rank|crumb|toolbar|\bnav|menu|login"
    r"|advert|\bad[-_]|\bads?\b|qrcode|pagination|tags?-list|keyword|xgxw|tuijian|disclaim|reply-?list",
    re.I,
)
_ARTICLE = re.compile(r"article|content|body|main|detail|text|zoom|news|post|trs|ucap", re.I)
_COMMENTS = re.compile(r"\bcomment(?!ed|-?count|-?num)|pinglun|\breply", re.I)
_PUNCTUATION = re.compile(r"[，。！？；：、“”…（）《》,.!?;]")
_LONG_ENOUGH = 150  # Letters of prose that make an article; with less, the comments are what a page is about.
_LARGEST_NOISE = 0.3  # A subtree with more than this share of the page's text stays, whatever its class is called.


@lru_cache(16384)
def kind(name: str) -> str:
    """Return what class and id say of an element: `comments`, `noise`, `article` or nothing."""
    if _COMMENTS.search(name):
        return "comments"
    if _ARTICLE.search(name):
        return "article"
    return "noise" if _NOISE.search(name) else ""


class Weights:
    """Letters outside and inside links, and punctuation marks, inside every element; and what is left out as noise."""

    def __init__(self, tree: PageTree) -> None:
        self.tree = tree
        size = len(tree.tags)
        self.own, self.own_marks, own_links = [0] * size, [0] * size, [0] * size
        self.left_out = list(tree.hidden)
        self._count(own_links)
        self._leave_out(own_links)
        self.letters, self.marks, self.links = (
            self._summed(self.own),
            self._summed(self.own_marks),
            self._summed(own_links),
        )

    def _count(self, own_links: list[int]) -> None:
        """Count the text of every block that belongs to it directly; text in links apart."""
        tree = self.tree
        for owner, text in zip(tree.owners, tree.texts, strict=True):
            if tree.hidden[owner]:
                continue
            length, block = len(text.strip()), tree.blocks[owner]
            if tree.in_link[owner]:
                own_links[block] += length
            elif length:
                self.own[block] += length
                self.own_marks[block] += len(_PUNCTUATION.findall(text))

    def _leave_out(self, own_links: list[int]) -> None:
        """Leave out subtrees whose class says noise, unless they hold much of the page; comments if much is left."""
        tree = self.tree
        whole = self._summed([a + b for a, b in zip(self.own, own_links, strict=True)])
        most = _LARGEST_NOISE * (whole[0] if whole else 0)
        kinds = {element: kind(name) for element, name in tree.names.items()}
        noise = {element for element, said in kinds.items() if said == "noise" and whole[element] < most}
        comments = {element for element, said in kinds.items() if said == "comments"}
        self._mark(noise | comments if self._prose_without(comments) >= _LONG_ENOUGH else noise)
        for element, out in enumerate(self.left_out):
            if out:
                self.own[element] = own_links[element] = self.own_marks[element] = 0

    def _mark(self, out: set[int]) -> None:
        """Leave out these elements and all inside them."""
        left_out, parents = self.left_out, self.tree.parents
        for element in range(1, len(parents)):
            if element in out or left_out[parents[element]]:
                left_out[element] = True

    def _prose_without(self, comments: set[int]) -> int:
        """Return the letters of punctuated blocks outside `comments`."""
        tree, end, letters = self.tree, 0, 0
        for element, marks in enumerate(self.own_marks):
            if element in comments:
                end = max(end, tree.ends[element])
            if marks and element >= end:
                letters += self.own[element]
        return letters

    def _summed(self, own: list[int]) -> list[int]:
        """Return for every element the sum over itself and those inside it."""
        total, parents = list(own), self.tree.parents
        for element in range(len(total) - 1, 0, -1):
            if total[element]:
                total[parents[element]] += total[element]
        return total

    def link_share(self, element: int) -> float:
        """Return the share of the text at `element` that stands in links, 0–1."""
        return self.links[element] / max(1, self.letters[element] + self.links[element])
