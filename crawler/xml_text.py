"""XML as it is really sent: made well-formed and harmless before a parser sees it, or refused."""

import re
from html.entities import html5

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>", re.I)
_ROOT = re.compile(r"<[A-Za-z_]")
_ROOT_NAME = re.compile(r"<(?:[\w.-]{1,40}:)?([A-Za-z_][\w.-]{0,40})[\s/>]")
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.S)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\]\s*)?>", re.I)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.S)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_TAGS = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)(?!(?:br|img|hr|p|li)\b)[A-Za-z_][^<>]*?(/?)>", re.S
)
_OWN = {"amp", "lt", "gt", "quot", "apos"}
_DEEPEST, _LONGEST_PROLOG = 200, 20_000


def root_name(text: str) -> str:
    """Return the name of the outermost element without its prefix, in lower case; empty where there is none."""
    found = _ROOT_NAME.match(text, _root_at(text))
    return found[1].lower() if found else ""


def safe_body(text: str) -> str:
    """Return `text` without declaration and DOCTYPE, so that a parser can neither load nor expand anything.

    Raises LookupError, in Chinese, if it defines entities of its own or has no element near its beginning.
    """
    text = _DECLARATION.sub("", text)
    root = _root_at(text)
    prolog = text[:root]
    if root > _LONGEST_PROLOG:
        raise LookupError("不是可识别的 XML 内容")
    if "<!ENTITY" in prolog.upper():
        raise LookupError("内容自行定义了 XML 实体，可能是攻击，已拒绝解析")
    return _DOCTYPE.sub("", prolog) + text[root:]


def _root_at(text: str) -> int:
    """Return where the outermost element begins, tags inside comments aside; the end of `text` where there is none."""
    head = _ASIDE.sub(lambda aside: " " * len(aside[0]), text[:_LONGEST_PROLOG])
    found = _ROOT.search(head) or _ROOT.search(text, _LONGEST_PROLOG)
    return found.start() if found else len(text)


def mended(text: str) -> str:
    """Return well-formed-as-possible XML: nothing to load, entities expanded, bare ampersands escaped.

    Raises LookupError, in Chinese, as `safe_body` does and for elements nested too deep to parse.
    """
    text = safe_body(text)
    if _depth(text) > _DEEPEST:
        raise LookupError("标签嵌套过深，已拒绝解析")
    return "".join(part if part.startswith("<![CDATA[") else _escaped(part) for part in _CDATA.split(text)).lstrip()


def _escaped(text: str) -> str:
    if "&" not in text:
        return text
    return _BARE.sub("&amp;", _NAMED.sub(_expanded, text))


def _expanded(found: re.Match[str]) -> str:
    """Return the character of an HTML entity XML does not know; unknown ones stay and are escaped later."""
    if found[1] in _OWN:
        return found[0]
    return html5.get(found[1] + ";", found[0])


def _depth(text: str) -> int:
    """Return the greatest number of elements open at once, unclosed ones included."""
    depth = deepest = 0
    for found in _TAGS.finditer(text):
        if found[1]:
            depth -= 1
        elif found[1] is not None and not found[2]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
