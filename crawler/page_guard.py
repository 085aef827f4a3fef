"""Pages made to exhaust a parser: found before parsing, and made lighter instead of refused."""

import re

# Parsing time grows with the square of the depth (100,000 nested elements are 20 seconds, 10,000 are 0.2), and
# formatting left open is repeated in every paragraph after it. Few pages are crowded enough to be looked at closely.
DEEPEST = 500
_CROWDED, _CROWDED_PLAIN = 1500, 10_000
_REPEATED = 1_500_000
_UNCLOSED = 50

_RAW = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(script|style|noscript|textarea|iframe|template|xmp|noembed|noframes|plaintext)\b.*?"
    r"(?:</\1\b[^>]*+(?:>|\Z)|\Z)",
    re.S | re.I,
)
# A tag exactly as the HTML standard cuts it, quoted values included; possessive and open-ended, so that time stays
# linear whatever is left unclosed.
_TAG = re.compile(
    r"<(/?)([A-Za-z][^\s/>]*+)(?>[\s/]++|[^\s/>][^\s/>=]*+"
    r"(?>\s*+=\s*+(?>\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|(?=>)|[^\s>\"'][^\s>]*+))?)*+(?:>|\Z)"
)
_NEVER_OPEN = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "wbr"])
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_FORMATTING_TAG = re.compile(rf"<(?:{'|'.join(sorted(_FORMATTING))})[\s>/]", re.I)
_PARAGRAPHS = frozenset(["html", "head", "title", "meta", "body", "p", "br", "h1", "h2", "h3", "h4", "h5", "h6"])


def bearable(text: str) -> str:
    """Return `text` unchanged if any parser can read it in milliseconds, else a lighter page with the same words.

    A crowded page loses its scripts and comments; nesting deeper than `DEEPEST` all elements but paragraphs and
    headings; masses of formatting left open, the formatting.
    """
    opened = text.count("<")
    if opened > _CROWDED:
        opened -= text.count("</")
    if opened <= _CROWDED:
        return text
    if opened <= _CROWDED_PLAIN and opened * len(_FORMATTING_TAG.findall(text)) <= _REPEATED:
        return text
    bare = _RAW.sub("\n", text)
    deepest, unclosed = _measured([(slash, name.lower()) for slash, name in _TAG.findall(bare)])
    if deepest > DEEPEST:
        return _TAG.sub(lambda tag: tag[0] if tag[2].lower() in _PARAGRAPHS else "\n", bare)
    if unclosed > _UNCLOSED:
        # A zero-width space in place of a tag cannot join two halves of another one.
        return _TAG.sub(lambda tag: "\u200b" if tag[2].lower() in _FORMATTING else tag[0], bare)
    return bare


def _measured(names: list[tuple[str, str]]) -> tuple[int, int]:
    """Return how many elements are open at once, and how much formatting is left open inside something closed.

    Closing an element closes those left open inside it, but formatting lives on after that.
    """
    stack: list[str] = []
    opened: dict[str, int] = {}
    deepest = unclosed = 0
    for slash, name in names:
        if not slash and name not in _NEVER_OPEN:
            stack.append(name)
            opened[name] = opened.get(name, 0) + 1
            deepest = max(deepest, len(stack))
        elif slash and opened.get(name):
            unclosed += _unwound(stack, opened, name)
    return deepest, unclosed + sum(name in _FORMATTING for name in stack)


def _unwound(stack: list[str], opened: dict[str, int], name: str) -> int:
    """Close elements up to the last `name`; return how much formatting was still open inside it."""
    unclosed = 0
    while True:
        last = stack.pop()
        opened[last] -= 1
        if last == name:
            return unclosed
        unclosed += last in _FORMATTING
