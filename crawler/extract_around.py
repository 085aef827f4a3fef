"""The surroundings of an article: the text above, at the end, and below, where its time, source and author stand."""

from dataclasses import dataclass

from crawler.extract_head import Head
from crawler.page_tree import PageTree

_ABOVE_WITH_HEADING, _ABOVE, _TEXTS_ABOVE = 1200, 400, 200
_BELOW, _TEXTS_BELOW = 300, 40


@dataclass(frozen=True)
class Around:
    """A page with its article found. `raw` is the whole page as text, `above` from the title to the article."""

    tree: PageTree
    head: Head
    lines: list[str]
    raw: str
    url: str
    above: str
    below: str

    @property
    def last_lines(self) -> str:
        """The end of the article, where bylines and source notes stand."""
        return "\n".join(self.lines[-3:])[-200:]


def around(
    tree: PageTree, head: Head, lines: list[str], raw: str, url: str, span: tuple[int | None, int, int]
) -> Around:
    """Return the surroundings; `span` is the element of the title, and the texts where the article begins and ends."""
    heading, begin, end = span
    return Around(
        tree, head, lines, raw, url, _above(tree, heading, begin), tree.text(end, end + _TEXTS_BELOW)[:_BELOW]
    )


def _above(tree: PageTree, heading: int | None, begin: int) -> str:
    top = tree.firsts[heading] if heading is not None else begin
    if top < begin:
        return tree.text(top, begin)[:_ABOVE_WITH_HEADING]
    return tree.text(max(0, begin - _TEXTS_ABOVE), begin)[-_ABOVE:]
