"""What the head of a page says, and where the article begins: the two things title, time and source are read from."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from crawler.links import canonical
from crawler.page_tree import PageTree

_LONGEST = 500  # What is longer is no title, name or time; some patterns take the square of a text's length.
_LONGEST_ADDRESS = 2000


@dataclass(frozen=True)
class Head:
    """The meta values of a page by lower-case name, its title element, and the address it gives as its own."""

    metas: dict[str, str]
    title: str
    canonical: str | None

    def first(self, names: tuple[str, ...]) -> str | None:
        """Return the value of the first of `names` that is there."""
        return next((self.metas[name] for name in names if name in self.metas), None)


def head(page: LexborHTMLParser, url: str) -> Head:
    """Return what the head of the parsed page says; to be read before anything is taken out of it."""
    metas: dict[str, str] = {}
    for node in page.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        value = attributes.get("content")
        if name and value and value.strip():
            metas.setdefault(name[:_LONGEST].lower().replace(" ", ""), value.strip()[:_LONGEST])
    title = page.css_first("title")
    return Head(metas, " ".join(title.text()[:_LONGEST].split()) if title else "", _own_address(page, metas, url))


def _own_address(page: LexborHTMLParser, metas: dict[str, str], url: str) -> str | None:
    link = page.css_first('link[rel="canonical"]')
    stated = (link.attributes.get("href") if link else None) or metas.get("og:url")
    try:
        return canonical(stated, url or None) if stated and len(stated) <= _LONGEST_ADDRESS else None
    except ValueError:
        return None


def first_text(tree: PageTree, container: int, lines: list[str]) -> int:
    """Return the number of the text with which the article begins: that of the first of `lines`, its trimmed text."""
    begin, end = tree.span(container)
    key = lines[0][:6]
    return next((n for n in range(begin, end) if key in " ".join(tree.texts[n].split())), begin)
