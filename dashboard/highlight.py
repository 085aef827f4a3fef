"""Marking spans of a text as HTML, escaped. Pure."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Span = tuple[int, int]


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Return spans in order, within the text, overlapping ones joined, empty ones left out."""
    found: list[Span] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def spans_of(text: str, words: Iterable[str]) -> list[Span]:
    """Return where the words stand in the text, in any case of letters that keeps its length."""
    lower = text.lower()
    lower = lower if len(lower) == len(text) else text
    found = []
    for word in (word.lower() for word in words if word):
        at = lower.find(word)
        while at >= 0:
            found.append((at, at + len(word)))
            at = lower.find(word, at + len(word))
    return found


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """Return the text as HTML with the spans in <mark>; everything is escaped."""
    pieces, at = [], 0
    for start, end in merged(spans, len(text)):
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
