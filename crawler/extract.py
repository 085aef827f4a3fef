"""An article page: bytes in; title, body, author, source and time out."""

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from crawler import extract_people, extract_time, extract_title
from crawler.charset import in_nfc, read
from crawler.extract_around import around
from crawler.extract_body import containers, lines
from crawler.extract_head import first_text, head
from crawler.extract_trim import trimmed
from crawler.items import LONGEST_TEXT, Page
from crawler.page_guard import bearable
from crawler.page_tree import flattened
from crawler.page_weights import Weights

__all__ = ["Page", "extract"]


def extract(body: bytes, url: str, now: datetime, declared: str | None = None) -> Page:
    """Return the article in the page `body`; `declared` is the charset of the HTTP header.

    `body` of the result is plain text, one paragraph a line. Relative times count from `now`. Raises LookupError, in
    Chinese, if the page has no text.
    """
    text, charset = read(body, declared)
    parsed = LexborHTMLParser(bearable(text))
    about = head(parsed, url)
    tree = flattened(parsed)
    weights = Weights(tree)
    found = containers(weights)
    article = trimmed([line for element in found for line in lines(weights, element)])
    if not article:
        raise LookupError("网页中没有找到正文，可能需要浏览器才能显示，或页面已改版")
    begin = first_text(tree, found[0], article)
    end = tree.span(found[-1])[1]
    title, at = extract_title.title(tree, about, begin, end)
    page = around(tree, about, article, text, url, (at, begin, end))
    return Page(
        title=in_nfc(title),
        body=in_nfc("\n".join(article)[:LONGEST_TEXT]),
        author=in_nfc(extract_people.author(page)) or None,
        source=in_nfc(extract_people.source(page)) or None,
        published=extract_time.published(page, now),
        canonical=about.canonical,
        charset=charset,
    )
