"""The outlines of an OPML text, one by one: a broken tag costs no other, and nothing is ever loaded or expanded."""

import re
from dataclasses import dataclass
from html.entities import html5

from crawler.charset import clean

_TAG = re.compile(r"(?P<aside>)<(?P<close>/?)outline(?=[\s/>])", re.I)
_MARK = re.compile(r"(?P<aside><!--|<!\[CDATA\[)|<(?P<close>/?)outline(?=[\s/>])", re.I)
_ENDS = {"<!--": "-->", "<![cdata[": "]]>"}
_ATTRIBUTE = re.compile(r"\s*+([\w:.-]{1,100})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')", re.S)
_END = re.compile(r"\s*+(/?)>")
_ADDRESS = re.compile(r"\bxmlurl\s*=\s*[\"']?([^\s\"'<>]+)", re.I)
_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_LONGEST_TITLE = 500
_LONGEST_TAG, _DEEPEST, _MOST = 10_000, 50, 50_000
FEED_TYPES = frozenset({"", "rss", "atom", "feed", "rdf", "json"})


@dataclass
class Tag:
    """An outline as it stands there, its attributes by lower-case name. `holds` says that others stand inside it."""

    line: int
    attributes: dict[str, str]
    broken: bool
    folder: tuple[str, ...]
    holds: bool = False

    @property
    def title(self) -> str:
        """What it is called: `text` is what its owner sees, `title` what the feed calls itself."""
        names = (" ".join(self.attributes.get(key, "").split()) for key in ("text", "title"))
        return next((name[:_LONGEST_TITLE] for name in names if name), "")

    @property
    def type(self) -> str:
        """Its type in lower case, empty where none is given."""
        return self.attributes.get("type", "").strip().lower()

    @property
    def address(self) -> str:
        """Its address as it stands there; `url` is one only where the type is that of a feed."""
        return (self.attributes.get("xmlurl", "") or self._url()).strip()

    def _url(self) -> str:
        return self.attributes.get("url", "") if self.type in FEED_TYPES else ""


def outlines(text: str, before: int) -> list[Tag]:
    """Return the outlines of `text` in their order, comments aside; `before` lines were in front of it.

    Raises LookupError, in Chinese, if there are more than 50,000.
    """
    found: list[Tag] = []
    opened: list[tuple[Tag, tuple[str, ...]]] = []
    line, counted, at, marks = before + 1, 0, 0, _MARK
    while mark := marks.search(text, at):
        at = mark.end()
        if mark["aside"]:
            end = text.find(_ENDS[mark["aside"].lower()], at)
            # A comment without an end hides nothing.
            at, marks = (end, marks) if end >= 0 else (at, _TAG)
        elif mark["close"]:
            del opened[-1:]
        else:
            line, counted = line + text.count("\n", counted, mark.start()), mark.start()
            attributes, at, closed, broken = _read(text, at)
            around, folder = opened[-1] if opened else (None, ())
            if around:
                around.holds = True
            found.append(Tag(line, attributes, broken, folder))
            if len(found) > _MOST:
                raise LookupError(f"OPML 清单超过 {_MOST} 条的上限，未导入")
            if not closed:
                opened.append((found[-1], _inside(found[-1])))
    return found


def _inside(tag: Tag) -> tuple[str, ...]:
    """Return the folder of what stands in an outline; a source that was left open by mistake is none."""
    if tag.address or not tag.title or len(tag.folder) >= _DEEPEST:
        return tag.folder
    return (*tag.folder, tag.title)


def _read(text: str, begin: int) -> tuple[dict[str, str], int, bool, bool]:
    """Return the attributes of a tag, where to go on, whether it is closed at once, and whether it is broken.

    Of a broken one (a quotation mark too many or too few) the address is still looked for, up to the next tag.
    """
    attributes: dict[str, str] = {}
    at = begin
    while pair := _ATTRIBUTE.match(text, at):
        attributes.setdefault(pair[1].lower(), _unescaped(pair[2] if pair[2] is not None else pair[3]))
        at = pair.end()
    if end := _END.match(text, at):
        return attributes, end.end(), bool(end[1]), False
    next_tag = text.find("<", begin, begin + _LONGEST_TAG)
    rest = text[begin : next_tag if next_tag >= 0 else begin + _LONGEST_TAG]
    # A quotation mark that is missing makes the next tag part of a value.
    attributes = {name: value for name, value in attributes.items() if value in rest}
    if address := _ADDRESS.search(rest):
        attributes["xmlurl"] = _unescaped(address[1])
    return attributes, begin, "/>" in rest, True


def _unescaped(text: str) -> str:
    """Return an attribute's text with its character references resolved; what is none stays as it is."""
    return clean(_CHARACTER.sub(_character, text)) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return html5.get(f"{found[3]};", found[0])
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(number) if number <= 0x10FFFF else found[0]
