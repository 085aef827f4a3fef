"""Bytes to text: the character set that fits, whatever the page claims about itself."""

import codecs
import re
import unicodedata

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]{2,20})|<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,20})""",
    re.I,
)
_HEAD_BYTES = 4096

# gb18030 contains gb2312 and gbk, and pages that claim the small one use the large one. UTF-7 is absent on purpose:
# it turns harmless bytes into tags.
_GB = dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "gb2312-80", "cp936", "ms936", "gb18030"), "gb18030")
_LATIN = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_LATIN |= {"windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-15": "iso-8859-15", "iso-8859-2": "iso-8859-2"}
_LATIN |= {name: f"cp{name[-4:]}" for name in ("windows-1250", "windows-1251", "windows-1253", "windows-1254")}
_OTHER = {
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "cp950",
    "euc-tw": "big5hkscs",
}
_OTHER |= {"shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-jp": "euc-jp", "euc-kr": "cp949"}
_OTHER |= {"koi8-r": "koi8-r", "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
KNOWN = _GB | _LATIN | _OTHER
"""What pages call the character sets that are read, and what Python calls them."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# The same in bytes: deleting bytes is many times faster than searching text, and most pages are UTF-8.
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_C1_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_NO_CHARACTERS = "\ufeff\ufffe\uffff"
_HIGH = bytes(range(128, 256))


def decode(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text of `body` in NFC and the name of the character set it was read with; see `read`."""
    text, name = read(body, declared)
    return in_nfc(text), name


def read(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text of `body` and the name of the character set it was read with; never raises.

    `declared` is the charset of the HTTP header, if any. A byte-order mark decides; then bytes that are UTF-8 are
    read as UTF-8, whatever was declared; then the declared sets (header, then document), then gb18030. The text has
    no control characters or lone surrogates, bytes that fit nothing become U+FFFD. It is not in NFC: of a large page
    only the little that is kept needs to be (`in_nfc`).
    """
    wide = next(((mark, name) for mark, name in MARKS if body.startswith(mark)), None) or _wide(body)
    if wide:
        return _wanted(body[len(wide[0]) :].decode(wide[1], "replace")), re.sub("-[lb]e$", "", wide[1])
    body = body.translate(None, _CONTROLS)
    text = _read(body, "utf-8")
    if text is not None:
        dirty = _C1_UTF8.search(body) or any(char in text for char in _NO_CHARACTERS)
        return (_wanted(text) if dirty else text), "utf-8"
    text, name = _guess(body, declared)
    return _wanted(text), name


def clean(text: str) -> str:
    """Return `text` in NFC without control characters (tab and line ends stay), lone surrogates and non-characters."""
    return in_nfc(_wanted(text))


def in_nfc(text: str | None) -> str:
    """Return `text` in NFC, empty for None."""
    return unicodedata.normalize("NFC", text or "")


def _wanted(text: str) -> str:
    return _UNWANTED.sub("", text)


def _guess(body: bytes, declared: str | None) -> tuple[str, str]:
    """Return text and Python name of the character set that reads best what is not UTF-8 throughout."""
    text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged * 20 <= len(text) - len(body.translate(None, _HIGH)) - damaged:
        return text, "utf-8"  # A few damaged places; GB bytes read as UTF-8 are damaged nearly everywhere.
    names = _candidates(body, declared)
    for name in names:
        text_or_none = _read(body, name)
        if text_or_none is not None and not (name in _LATIN.values() and _looks_chinese(body)):
            return text_or_none, name
    best = min(names, key=lambda name: body.decode(name, "replace").count("\ufffd"))
    return body.decode(best, "replace"), best


def _candidates(body: bytes, declared: str | None) -> list[str]:
    """Return the declared sets we know, header before document, and gb18030 last."""
    found = _DECLARED.search(body[:_HEAD_BYTES])
    inside = (found[1] or found[2]).decode("ascii") if found else None
    names = [KNOWN.get(name.strip().lower()) for name in (declared, inside) if name]
    return list(dict.fromkeys([*filter(None, names), "gb18030"]))


def _read(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _wide(body: bytes) -> tuple[bytes, str] | None:
    """Return (no mark, name) of the UTF-16 variant of a document without byte-order mark, which begins with markup."""
    if body[1:8:2] == bytes(4) and 0 not in body[0:8:2]:
        return b"", "utf-16-le"
    if body[0:8:2] == bytes(4) and 0 not in body[1:8:2]:
        return b"", "utf-16-be"
    return None


def _looks_chinese(body: bytes) -> bool:
    """Say whether `body` is GB text under a Latin label: most of its double bytes are everyday characters."""
    text = _read(body, "gb18030")
    if text is None:
        return False
    lead = [char.encode("gb18030")[0] for char in text[:20000] if char > "\x7f"]
    return sum(0xB0 <= byte <= 0xD7 or 0xA1 <= byte <= 0xA3 for byte in lead) * 10 >= len(lead) * 8
