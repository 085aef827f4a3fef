"""Parsing what strangers sent, in child processes that can be stopped: no document can hang or bloat the worker.

Same arguments, answers and errors as the parsers themselves. See docs/decisions/0010-parsing-apart.md.
"""

import atexit
import json
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from crawler import apart_process, wire
from crawler.apart_process import Child
from crawler.fetch_words import FetchError
from crawler.items import Item, Page
from crawler.opml import Opml
from crawler.sheets.sheet import Excerpt
from crawler.wire import CPU_SECONDS, SLOW

Found = TypeVar("Found")
WALL_SECONDS = 30.0
WAIT_SECONDS = 60.0
"""How long a document waits for a child that is free."""
SLOW_WAIT = 20.0
"""How long an export waits for the one before it."""
MOST_TABLE = 80_000_000
"""Bytes of all the pieces of one export."""
LANES = max(2, min(4, os.cpu_count() or 2))
"""Children at most; the second is started when two documents come at once."""
_BLAME = "，已中止；内容可能已损坏，或有意构造"


def parse(
    kind: str,
    body: bytes,
    url: str,
    now: datetime,
    declared: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[Item]:
    """Return what the named kind of source finds in `body`; see `crawler.kinds`.

    Raises LookupError as its `parse` does, and where it had to be stopped; FetchError if no child can be had.
    """
    return _read("items", wire.items, body, url, now, kind=kind, declared=declared, options=dict(options or {}))


def follow(kind: str, body: bytes, url: str, now: datetime) -> list[str]:
    """Return the addresses that are to be read as well; see `crawler.kinds`. Errors as of `parse`."""
    return _read("follow", wire.texts, body, url, now, kind=kind)


def recognised(body: bytes, url: str, now: datetime) -> str | None:
    """Return the name of the kind of source an answer is of; see `kinds.recognised`. Errors as of `parse`."""
    return _read("kind", wire.text, body, url, now)


def extract(body: bytes, url: str, now: datetime, declared: str | None = None) -> Page:
    """Return the article of a page; see `extract.extract`. Errors as of `parse`."""
    return _read("page", wire.page, body, url, now, declared=declared)


def letter(kind: str, raw: bytes, url: str, now: datetime, arrived: datetime | None, *, whole: bool) -> Item | str:
    """Return a mail as an item, or in words why it is none; see `kinds.mailbox.letter`. Errors as of `parse`."""
    at = arrived.isoformat() if arrived else None
    return _read("letter", wire.letter, raw, url, now, kind=kind, arrived=at, whole=whole)


def table(body: bytes, name: str, now: datetime, mapping: Mapping[str, str] | None, *, whole: bool) -> Excerpt:
    """Return what an export says, as it is shown, with all its items where it is wanted `whole`.

    See `kinds.table.read`; errors as of `parse`. One at a time: it may take a minute, and others do not wait for it.
    """
    parts: list[Excerpt] = []
    items: list[Item] = []
    room = MOST_TABLE

    def more(data: bytes) -> None:
        nonlocal room
        room -= len(data)
        if parts and (not whole or room < 0 or len(items) > parts[0].found):
            raise ValueError("no answer of ours")
        if parts:
            items.extend(_unpacked(wire.items, data))
        else:
            parts.append(_unpacked(wire.excerpt, data))

    options = dict(mapping) if mapping else None
    if not _slow.acquire(timeout=SLOW_WAIT):
        raise FetchError("parser", "前面还有表格在读，稍后会再读")
    try:
        _read("table", wire.text, body, name, now, pieces=more, mapping=options, whole=whole)
    finally:
        _slow.release()
    if not parts or (whole and len(items) != parts[0].found):
        raise LookupError(_said("nonsense", "", "table"))
    return replace(parts[0], sheet=replace(parts[0].sheet, items=items)) if whole else parts[0]


def opml(body: bytes, now: datetime) -> Opml:
    """Return the sources a list holds; see `opml.read`. Errors as of `parse`."""
    return _read("opml", wire.opml, body, "", now)


def title(body: bytes, url: str, now: datetime, declared: str | None = None) -> str | None:
    """Return the title of any page; see `page_title.title`. Errors as of `parse`."""
    return _read("title", wire.text, body, url, now, declared=declared)


def about(body: bytes, url: str, now: datetime, declared: str | None = None) -> dict[str, Any]:
    """Return what a page says of itself; see `page_about.about`. Errors as of `parse`."""
    return _read("about", wire.record, body, url, now, declared=declared) or {}


def propose(
    body: bytes, url: str, example: str | None, now: datetime, declared: str | None = None
) -> dict[str, Any] | None:
    """Return `options` and `reasons` of the selectors proposed for a list page, None for no list.

    See `list_selector.propose`; errors as of `parse`.
    """
    return _read("propose", wire.record, body, url, now, example=example, declared=declared)


def _read(
    reader: str,
    unpack: Callable[[bytes], Found],
    body: bytes,
    url: str,
    now: datetime,
    *,
    pieces: Callable[[bytes], None] | None = None,
    **more: object,
) -> Found:
    """Have `reader` of the child read `body`, and return what it found; `pieces` takes what comes before the end."""
    asked = {"reader": reader, "url": url, "now": now.isoformat(), "more": more, "seconds": _cpu(reader)}
    with _free_child() as child:
        status, found = child.ask(json.dumps(asked).encode(), body, _wall(reader), pieces)
    if status == "ok":
        try:
            return _unpacked(unpack, found)
        except ValueError:
            status = "nonsense"
    raise LookupError(_said(status, found.decode("utf-8", "replace"), reader))


def _unpacked(unpack: Callable[[bytes], Found], data: bytes) -> Found:
    """Return what `unpack` makes of bytes nobody trusts. Raises ValueError for nonsense of any kind."""
    try:
        return unpack(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None


def _cpu(reader: str) -> int:
    """Return the seconds of processor time one document may take."""
    return SLOW.get(reader, CPU_SECONDS)


def _wall(reader: str) -> float:
    """Return the seconds one document may take in all."""
    return WALL_SECONDS * 3 if reader in SLOW else WALL_SECONDS


def _said(status: str, detail: str, reader: str) -> str:
    """Return in Chinese why a document could not be read."""
    return {
        "unreadable": detail,
        "broken": f"内容无法解析（{detail[:40]}）",
        "memory": "解析内容占用的内存过多" + _BLAME,
        "long": "内容过多，不像新闻、文章或清单，已拒绝",
        "cpu": f"解析内容超过 {_cpu(reader)} 秒" + _BLAME,
        "wall": f"解析内容没有在 {_wall(reader):g} 秒内完成" + _BLAME,
    }.get(status, "解析内容时程序异常退出" + _BLAME)


_children: list[Child] = []
_free: queue.LifoQueue[Child] = queue.LifoQueue()
_starting = threading.Lock()
_slow = threading.Semaphore(1)


@contextmanager
def _free_child() -> Iterator[Child]:
    """Lend a child to one thread; the last one used comes first, so that further ones start only when needed."""
    with _starting:
        if _free.empty() and len(_children) < LANES:
            _children.append(Child(apart_process.COMMAND))
            _free.put(_children[-1])
    try:
        child = _free.get(timeout=WAIT_SECONDS)
    except queue.Empty:
        raise FetchError("parser", "等待解析的内容太多，稍后会再读") from None
    try:
        yield child
    finally:
        _free.put(child)


@atexit.register
def close() -> None:
    """End the children that are not at work; others are started when needed."""
    with _starting:
        while not _free.empty():
            child = _free.get_nowait()
            child.close()
            _children.remove(child)
