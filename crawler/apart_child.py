"""The child that parses: reads bytes from its parent, answers with what it found, and can open nothing itself.

Run as `python -m crawler.apart_child`; its standard input is a socket. It ends when the parent does, is killed by the
kernel when it uses more time or memory than one document may, and says goodbye after a document that made it fat.
"""

import codecs
import contextlib
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from encodings.aliases import aliases
from importlib.machinery import BuiltinImporter
from typing import Any

from crawler import charset, extract, kinds, list_selector, opml, page_about, page_title, wire
from crawler.items import Item, check_count
from crawler.kinds import table
from crawler.wire import CPU_SECONDS, HEAD, MORE, MOST_FOUND

MEMORY = 900 << 20
"""Address space, bytes; libraries and interpreter take about 150 MB of it."""
FAT = 200 << 20
SHOWN, MOST_PROBLEMS = 3, 500
"""Items and problems of an export that people are shown."""
PIECE = 100
"""Items of an export that are sent at once."""

_RARE_CODECS = ("raw_unicode_escape", "unicode_escape", "cp437")
_TRIALS = (
    b"<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>",
    "编号,标题\n1,甲".encode(),
)
"""A document for each way of reading what a site answers."""
_MAIL = (
    b"From: a@a.example\nDate: Tue, 10 Mar 2026 10:00:00 +0800\nSubject: =?gb2312?b?vNc=?=\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=gb2312\n"
    b"Content-Transfer-Encoding: quoted-printable\n\n<p>=BC=D7</p>\n--b\nContent-Type: a/b; name*=utf-8''a\n"
    b"Content-Transfer-Encoding: base64\n\nYQ==\n--b\nContent-Type: a/b; name=u\n"
    b"Content-Transfer-Encoding: x-uuencode\n\nbegin 600 u\n#86)C\n \nend\n--b--\n"
)


def _items(body: bytes, url: str, now: datetime, *, kind: str, **more: Any) -> list[Item]:
    found: list[Item] = kinds.named(kind).parse(body, url, now, **more)
    check_count(len(found))
    return found


def _follow(body: bytes, url: str, now: datetime, *, kind: str) -> list[str]:
    found: list[str] = kinds.named(kind).follow(body, url)
    return found


def _letter(body: bytes, url: str, now: datetime, *, kind: str, arrived: str | None, whole: bool) -> object:
    at = datetime.fromisoformat(arrived) if arrived else None
    found = kinds.named(kind).letter(body, now, at, whole=whole)
    return {"item": found} if isinstance(found, Item) else {"left_out": found}


def _table(body: bytes, url: str, now: datetime, *, mapping: dict[str, str] | None, whole: bool) -> Iterator[object]:
    """Yield what people are shown of an export, then, where it is wanted whole, all its items in pieces."""
    sheet = table.read(body, url, now, mapping)
    part = replace(sheet, items=sheet.items[:SHOWN], problems=sheet.problems[:MOST_PROBLEMS])
    yield {"sheet": part, "found": len(sheet.items), "wrong": len(sheet.problems)}
    for begin in range(0, len(sheet.items) if whole else 0, PIECE):
        yield sheet.items[begin : begin + PIECE]


def _opml(body: bytes, url: str, now: datetime) -> object:
    return opml.read(body)


def _propose(body: bytes, url: str, now: datetime, *, example: str | None, declared: str | None) -> object:
    found = list_selector.propose(body, url, example, now, declared)
    return found and {"options": dict(found.options), "reasons": list(found.reasons)}


READERS: dict[str, Callable[..., object]] = {
    "items": _items,
    "follow": _follow,
    "letter": _letter,
    "table": _table,
    "opml": _opml,
    "kind": kinds.recognised,
    "page": extract.extract,
    "about": page_about.about,
    "propose": _propose,
    "title": page_title.title,
}
"""What can be asked: a function of bytes, address, time and more by name."""


class _TooLong(Exception):
    """More was found than is sent."""


def main(seconds: int = CPU_SECONDS) -> None:
    """Answer until the parent closes its end; one document may take so many seconds of processor time, or as asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent, which then closes its end.
    with socket.socket(fileno=0) as parent:
        _warm_up()
        memory = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else None
        _lock_in()
        parent.sendall(HEAD.pack(0, 0))
        while asked := _received(parent):
            for status, found in _answers(*asked, seconds):
                fat = status != MORE and memory is not None and _resident(memory) > FAT
                status += b" bye" if fat else b""
                parent.sendall(HEAD.pack(len(status), len(found)) + status + found)
            if fat:
                return


def _warm_up() -> None:
    """Import all that is only imported when used: afterwards nothing can be opened any more."""
    for name in {*aliases.values(), *charset.KNOWN.values(), *(name for _, name in charset.MARKS), *_RARE_CODECS}:
        with contextlib.suppress(LookupError):  # Some belong to other systems.
            codecs.lookup(name)
    "中.example".encode("idna")
    now = datetime.now(UTC)
    for body in _TRIALS:
        kinds.recognised(body, "http://a.example/", now)
    for kind in kinds.kinds().values():
        if hasattr(kind, "letter"):
            kind.letter(_MAIL, now)
    page_title.title("<title>开始</title><p>试一试，看看。</p>".encode(), "http://a.example/", now)


def _lock_in() -> None:
    """Give up what parsing does not need: modules, files and sockets, core dumps, memory beyond the limit."""
    sys.meta_path[:] = [BuiltinImporter]
    opened = max(int(name) for name in os.listdir("/proc/self/fd")) if sys.platform == "linux" else 3
    for limit, value in (
        (resource.RLIMIT_NOFILE, opened),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(limit, (value, value))


def _resident(memory: int) -> int:
    """Return the bytes of memory in use; the kernel's own figure of the peak counts that of the parent, too."""
    return int(os.pread(memory, 100, 0).split()[1]) * resource.getpagesize()


def _answers(header: bytes, body: bytes, seconds: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield what was found, in pieces where a reader gives pieces; at last `ok`, or an error's kind and its words."""
    asked = json.loads(header)
    _may_use(asked.get("seconds", seconds))
    try:
        found = READERS[asked["reader"]](body, asked["url"], datetime.fromisoformat(asked["now"]), **asked["more"])
        if isinstance(found, Iterator):
            yield from ((MORE, _bounded(piece)) for piece in found)
            found = None
        data = _bounded(found)
    except _TooLong:
        yield b"long", b""
    except MemoryError:
        yield b"memory", b""
    except Exception as error:
        if type(error) is LookupError:  # Said in words; a KeyError is none of ours.
            yield b"unreadable", str(error).encode("utf-8", "replace")
        else:
            yield b"broken", type(error).__name__.encode()
    else:
        yield b"ok", data


def _bounded(found: object) -> bytes:
    """Return what was found as it is sent. Raises _TooLong if it is too much."""
    data = wire.packed(found)
    if len(data) > MOST_FOUND:
        raise _TooLong
    return data


def _may_use(seconds: int) -> None:
    """Have the kernel kill this process when it has used so many more seconds of processor time."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _received(parent: socket.socket) -> tuple[bytes, bytes] | None:
    """Return header and body of the next message, None at the end."""
    lengths = _exactly(parent, HEAD.size)
    if lengths is None:
        return None
    header, body = HEAD.unpack(lengths)
    got = _exactly(parent, header + body)
    return None if got is None else (bytes(got[:header]), bytes(got[header:]))


def _exactly(parent: socket.socket, size: int) -> memoryview | None:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = parent.recv_into(view[got:])
        if not count:
            return None
        got += count
    return view


if __name__ == "__main__":
    main()
