"""OPML lists of sources: bytes to outlines, with what could not be taken and why, and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from itertools import takewhile
from typing import Literal
from urllib.parse import urlsplit

from crawler.charset import clean, decode
from crawler.complaints import complaint, kind_of
from crawler.links import absolute
from crawler.opml_tags import FEED_TYPES, Tag, outlines
from crawler.xml_text import root_name, safe_body

NAMESPACE = "urn:huiying:source"
PREFIX = "huiying:"
"""What only we write is `huiying:channel` and the like; other readers skip it."""

_FEED = re.compile(r"\Afeed:(?://)?(?=https?:)", re.I)
_LONGEST, _MOST_BYTES = 2000, 20_000_000
_LONGEST_OWN = 5000
"""Characters of what only we write; what is longer is cut."""


@dataclass(frozen=True)
class Outline:
    """One source of a list. `folder` is the path of folders it lies in, `site` the page it belongs to.

    `own` are the fields only we write, as text: kind, channel, authority, role, interval and the like.
    """

    title: str
    url: str
    site: str = ""
    folder: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """An entry that was not taken: the line it begins in, its title or host, and the reason in Chinese."""

    line: int
    what: str
    reason: str
    kind: Literal["duplicate", "refused"] = "refused"


@dataclass(frozen=True)
class Opml:
    """What a list holds: every entry is an outline or a problem; folders are neither."""

    outlines: list[Outline] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def duplicates(self) -> list[Problem]:
        """The entries that repeat the address of an earlier one."""
        return [problem for problem in self.problems if problem.kind == "duplicate"]

    @property
    def refused(self) -> list[Problem]:
        """The entries that cannot be taken."""
        return [problem for problem in self.problems if problem.kind == "refused"]


def read(body: bytes, declared: str | None = None) -> Opml:
    """Return the sources an OPML list holds, and for every other entry why it was not taken.

    Outlines are read one by one: a broken one, an unescaped `&` or a missing end costs no other, and nothing is ever
    loaded. Raises LookupError, in Chinese, if this is no OPML list, too large, or defines entities of its own.
    """
    if len(body) > _MOST_BYTES:
        raise LookupError(f"OPML 文件超过 {_MOST_BYTES // 1_000_000} MB 的上限，未导入")
    text = decode(body, declared)[0]
    if root_name(text) != "opml":
        raise LookupError(complaint(text) or f"这是{kind_of(text)}，不是 OPML 订阅清单")
    safe = safe_body(text)
    result = Opml()
    seen: dict[str, int] = {}
    for found in outlines(safe, before=text.count("\n") - safe.count("\n")):
        entry = _entry(found, seen)
        if isinstance(entry, Outline):
            result.outlines.append(entry)
        elif entry is not None:
            result.problems.append(entry)
    return result


def write(sources: Iterable[Outline], title: str, at: datetime) -> bytes:
    """Return an OPML 2.0 list of the sources in their order, made at `at`; `read` gives them back as they were."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:{PREFIX.rstrip(":")}="{NAMESPACE}">',
        f"  <head><title>{_escaped(title)}</title><dateCreated>{format_datetime(at)}</dateCreated></head>",
        "  <body>",
    ]
    opened: tuple[str, ...] = ()
    for outline in sources:
        parts += _moved(opened, outline.folder)
        opened = outline.folder
        parts.append(f"{_indent(len(opened))}<outline{_attributes(outline)}/>")
    parts += [*_moved(opened, ()), "  </body>", "</opml>", ""]
    return "\n".join(parts).encode()


def _entry(found: Tag, seen: dict[str, int]) -> Outline | Problem | None:
    """Return an outline as a source, or why it is none; None for a folder. `seen` has the line of every address."""
    if not found.address:
        return None if found.holds and not found.broken else Problem(found.line, found.title, _without_address(found))
    try:
        url = absolute(_FEED.sub("", found.address))
    except ValueError as error:
        return Problem(found.line, found.title, str(error))
    if len(url) > _LONGEST:
        return Problem(found.line, found.title, f"地址超过 {_LONGEST} 个字符")
    parts = urlsplit(url)
    title = found.title or parts.hostname or url
    same = parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/", fragment="").geturl()
    if same in seen:
        return Problem(found.line, title, f"与第 {seen[same]} 行的地址重复", "duplicate")
    seen[same] = found.line
    own = {
        key.removeprefix(PREFIX): value[:_LONGEST_OWN]
        for key, value in found.attributes.items()
        if key.startswith(PREFIX)
    }
    return Outline(title, url, found.attributes.get("htmlurl", "").strip()[:_LONGEST], found.folder, own)


def _without_address(found: Tag) -> str:
    """Return in Chinese what an entry without an address is."""
    if found.broken:
        return "标签的引号或属性写法有误，读不出地址"
    if found.type == "include":
        return "引用了另一份清单，请把那份清单单独导入"
    if found.type not in FEED_TYPES:
        return f"类型是 {found.type[:20]}，不是订阅源"
    known = found.attributes.get("htmlurl", "").strip()
    return "没有订阅地址（xmlUrl），只有网页地址" if known else "没有订阅地址（xmlUrl），可能是空文件夹"


def _escaped(text: str) -> str:
    """Return text as it may stand in an attribute, its line breaks kept."""
    text = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def _attributes(outline: Outline) -> str:
    """Return the attributes of an outline, each with a space before it."""
    pairs = {"type": "rss", "text": outline.title, "title": outline.title, "xmlUrl": outline.url}
    pairs |= {"htmlUrl": outline.site} if outline.site else {}
    pairs |= {f"{PREFIX}{key}": value for key, value in outline.own.items()}
    return "".join(f' {key}="{_escaped(value)}"' for key, value in pairs.items())


def _moved(here: tuple[str, ...], there: tuple[str, ...]) -> list[str]:
    """Return the lines that leave the folder `here` and enter `there`."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False)))
    left = [f"{_indent(depth - 1)}</outline>" for depth in range(len(here), shared, -1)]
    entered = [
        f'{_indent(depth)}<outline text="{_escaped(name)}" title="{_escaped(name)}">'
        for depth, name in enumerate(there[shared:], shared)
    ]
    return left + entered


def _indent(depth: int) -> str:
    return "  " * (depth + 2)
