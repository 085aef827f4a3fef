"""Pages made to exhaust a parser: found before parsing, and flattened to their paragraphs instead of refused."""

import re

# Parsing time grows with the square of the depth: 100,000 nested elements are 20 seconds, 10,000 are 0.2 seconds.
DEEPEST = 500
_CROWDED = 4000
_CROWDED_PLAIN = 10_000
_FORMATTED = 500

_RAW = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(script|style|noscript|textarea|iframe|template|xmp|noembed|noframes|plaintext)\b.*?(?:</\1\b[^>]*>|\Z)",
    re.S | re.I,
)
# A tag exactly as the HTML standard cuts it, quoted values included; possessive, so that time stays linear.
_TAG = re.compile(
    r"<(/?)([A-Za-z][^\s/>]*+)(?>[\s/]++|[^\s/>][^\s/>=]*+(?>\s*+=\s*+(?>\"[^\"]*+\"|'[^']*+'|(?=>)|[^\s>\"'][^\s>]*+))?)*+>"
)
_NEVER_OPEN = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_FORMATTING_TAG = re.compile(rf"<(?:{'|'.join(sorted(_FORMATTING))})[\s>/]", re.I)
_PARAGRAPHS = frozenset(["html", "head", "title", "meta", "body", "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "a"])


def bearable(text: str) -> str:
    """Return `text` unchanged if any parser can read it in milliseconds, else a lighter page with the same words.

    Nesting deeper than `DEEPEST` loses all elements but paragraphs and headings; masses of formatting, which a parser
    repeats in every paragraph, lose it.
    """
    opened = text.count("<") - text.count("</")
    if opened <= _CROWDED or (opened <= _CROWDED_PLAIN and len(_FORMATTING_TAG.findall(text)) <= _FORMATTED):
        return text
    bare = _RAW.sub("\n", text)
    names = [(slash, name.lower()) for slash, name in _TAG.findall(bare)]
    if _depth(names) > DEEPEST:
        return _TAG.sub(lambda tag: tag[0] if tag[2].lower() in _PARAGRAPHS else "\n", bare)
    if sum(name in _FORMATTING for _, name in names) > _FORMATTED:
        # A zero-width space in place of a tag cannot join two halves of another one.
        return _TAG.sub(lambda tag: "\u200b" if tag[2].lower() in _FORMATTING else tag[0], bare)
    return text


def _depth(names: list[tuple[str, str]]) -> int:
    """Return the greatest number of elements open at once, where closing one closes those left open inside it."""
    stack: list[str] = []
    opened: dict[str, int] = {}
    deepest = 0
    for slash, name in names:
        if not slash and name not in _NEVER_OPEN:
            stack.append(name)
            opened[name] = opened.get(name, 0) + 1
            deepest = max(deepest, len(stack))
        elif slash and opened.get(name):
            _unwind(stack, opened, name)
    return deepest


def _unwind(stack: list[str], opened: dict[str, int], name: str) -> None:
    while True:
        last = stack.pop()
        opened[last] -= 1
        if last == name:
            return
