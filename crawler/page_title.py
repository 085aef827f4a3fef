"""The title of a web page that need not be an article."""

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.charset import decode
from crawler.extract import extract
from crawler.extract_head import head
from crawler.page_guard import bearable

LONGEST = 100


def title(body: bytes, url: str, now: datetime, declared: str | None = None) -> str | None:
    """Return the title of the page in `body`, None where it has none: that of its article, else of its head."""
    try:
        found = extract(body, url, now, declared).title
    except LookupError:
        text, _ = decode(body, declared)
        found = head(LexborHTMLParser(bearable(text)), url).title
    return found[:LONGEST] or None
