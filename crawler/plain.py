"""HTML fragments of feeds to plain text, without building a tree."""

import html
import re

from crawler.charset import clean

_UNSEEN = re.compile(r"<(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_BREAK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|dl|dd|dt|tr|table|h[1-6]|section|article|blockquote|figure|hr|pre)\b[^<>]*>", re.I
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>|<\?[^<>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def plain_line(fragment: str) -> str:
    """Return the text of an HTML fragment on one line, tags and entities resolved."""
    return " ".join(plain_text(fragment).split())


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment, a paragraph a line; no tags, entities, scripts or control characters."""
    text = fragment
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub(" ", text)))
    if "&" in text:
        text = html.unescape(text)
    return _LINES.sub("\n", _SPACES.sub(" ", clean(text))).strip()
