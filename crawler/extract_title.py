"""The title of an article: the heading that the title element repeats, else the last heading above the text."""

import re
import unicodedata
from functools import lru_cache

from crawler.extract_head import Head
from crawler.page_tree import PageTree

_SITE = re.compile(r"[_|-]\s?[^_|]{1,12}(?:网|新闻|频道|门户网站|日报)$")
_SITE_WIDTH = 18
_SITE_PART = re.compile(r"\s*[-_|–—]+\s*(?=[^-_|–—]{2,20}$)")
_TITLE_MARK = re.compile(r"title|\bbt|activity-name|headline", re.I)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5"])
_NOT_WORDS = re.compile(r"[\W_]+")
_MOST_HEADINGS, _LONGEST, _LONGEST_TITLE = 60, 200, 500


def bare(text: str) -> str:
    """Return letters and digits of `text` only, half-width and lower case, for comparing."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).lower())


def title(tree: PageTree, head: Head, begin: int, end: int) -> tuple[str, int | None]:
    """Return the title, one line, and the element it was read from, if any; the article is texts `begin` to `end`."""
    headings = _headings(tree)
    text, at = _marked(tree)
    if at is None:
        above = [element for element in headings if tree.firsts[element] < end]
        text, at = _repeated(tree, above[:_MOST_HEADINGS], head)
    stated = head.metas.get("articletitle") or text or head.metas.get("og:title")
    if not stated:
        text, at = _last_above(tree, headings, begin)
        stated = text or _SITE_PART.split(head.title)[0]
    return _without_sites(" ".join(stated[:_LONGEST_TITLE].split())), at


def _without_sites(text: str) -> str:
    """Return `text` without names of sites at its end; one by one, since several can be cut in countless ways."""
    while found := _SITE.search(text, max(0, len(text) - _SITE_WIDTH)):
        text = text[: found.start()]
    return text.strip()


def _marked(tree: PageTree) -> tuple[str, int | None]:
    texts = ((tree.text_of(element), element) for element in tree.parts.get("title", ()))
    return next(((text, element) for text, element in texts if text), ("", None))


def _headings(tree: PageTree) -> list[int]:
    """Return elements that may be the title, in order: headings, and classes and ids that say title."""
    headings = [element for element, tag in enumerate(tree.tags) if tag in _HEADINGS]
    named = [element for element, name in tree.names.items() if _is_title(name)]
    return sorted({*headings, *named})


@lru_cache(16384)
def _is_title(name: str) -> bool:
    return _TITLE_MARK.search(name) is not None


def _repeated(tree: PageTree, headings: list[int], head: Head) -> tuple[str, int | None]:
    """Return the longest heading that the title element repeats; of one that holds more than it, the title element."""
    whole = bare(head.title)
    own_part = _SITE_PART.split(head.title)[0]
    part = bare(own_part)
    best, longest, at = "", 0, None
    for element in headings:
        text = tree.text_of(element)
        if len(text) > _LONGEST:
            continue
        words = bare(text)
        if longest < len(words) and _fits(words, whole, tree.tags[element]):
            best, longest, at = text, len(words), element
        elif not longest and len(part) > 5 and words.startswith(part):
            best, longest, at = own_part, 1, element
    return best, at


def _fits(words: str, whole: str, tag: str) -> bool:
    """Say whether the title element `whole` repeats the heading `words`, both bare."""
    if len(words) <= 3:
        # Short ones may be the name of the site; a title element begins with the title.
        return len(words) > 1 and tag == "h1" and whole.startswith(words)
    return words in whole if whole else tag == "h1"


def _last_above(tree: PageTree, headings: list[int], begin: int) -> tuple[str, int | None]:
    """Return the heading nearest above the text, where the title element only names the site or the column."""
    for element in reversed(headings):
        end = tree.span(element)[1]
        if end <= begin + 2 and tree.tags[element] in _HEADINGS and not tree.in_link[element]:
            text = tree.text_of(element)
            if 6 <= len(text) <= 80 and begin - end < 40:
                return text, element
    return "", None
