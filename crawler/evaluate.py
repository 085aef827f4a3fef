"""Whether files as people bring them are imported or refused for a reason, with nothing lost: lists, feeds, exports."""

import json
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from crawler import apart, opml
from crawler.fetch_words import FetchError
from crawler.kinds import table
from crawler.sheets.sheet import Sheet
from crawler.tally import Tally

LISTS, HOT, HUB, EXPORTS = "2_opml", "3_hotlist_json", "4_rsshub", "6_tickets_rota_ledger"
FEEDS, GOLD = "feeds.tar.gz", "gold-feeds.jsonl"
_ALL = {"days": 0}
"""A saved file is read whole, however old its entries are."""
_OUTLINE = re.compile(r"<outline\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.I)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_ADDRESS = re.compile(r"\bxmlurl\s*=\s*[\"'][^\"']", re.I)
Found = tuple[int, int, Counter[str]]
"""Rows of a file, those taken, and the others by their reason."""
File = tuple[str, bytes]


def figures(folder: Path) -> list[Tally]:
    """Return the figures of a folder of lists, hot lists, feeds of RSSHub and exports.

    FileNotFoundError names what is missing.
    """
    return [
        _tally("OPML 清单", _files(folder / LISTS), _list),
        _tally("热榜", _files(folder / HOT), _hot),
        _tally("RSSHub 订阅", _files(folder / HUB), _hub),
        _tally("工单、留言表格", _files(folder / EXPORTS), _export),
    ]


def feed_figures(folder: Path) -> list[Tally]:
    """Return the figures of a folder of feeds, packed, with how many entries each has where that is known."""
    members, gold = _unpacked(folder / FEEDS)
    known = {row["file"]: row for row in map(json.loads, gold.splitlines())}
    lists = {name for name, row in known.items() if row["kind"] == "opml"}

    def feed(name: str, body: bytes) -> Found:
        taken = _items(name, body)
        said = known.get(name, {}).get("n")
        return taken if said is None else said, taken, Counter()

    return [
        _tally("订阅源", (file for file in members if file[0] not in lists), feed),
        _tally("订阅源里的 OPML 清单", (file for file in members if file[0] in lists), _list),
    ]


def _tally(what: str, files: Iterable[File], read: Callable[[str, bytes], Found]) -> Tally:
    done = Tally(what)
    for name, body in files:
        began = time.perf_counter()
        try:
            rows, taken, refused = read(name, body)
        except FetchError as error:
            done.broke(name, error)
        except LookupError as error:
            words = str(error.args[0]) if type(error) is LookupError else ""
            done.refused(name, words or type(error).__name__, time.perf_counter() - began)
        except Exception as error:
            done.broke(name, error)
        else:
            done.taken_from(name, rows, taken, refused, time.perf_counter() - began)
    return done


def _files(folder: Path) -> Iterator[File]:
    lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
    names = [json.loads(line)["file"] for line in lines if line.strip()]
    return ((name, (folder / name).read_bytes()) for name in names)


def _unpacked(archive: Path) -> tuple[list[File], str]:
    """Return the feeds of an archive and its list of what they hold."""
    files: list[File] = []
    gold = ""
    with tarfile.open(archive) as packed:
        for member in packed:
            part = packed.extractfile(member)
            name = Path(member.name)
            if part is None:
                continue
            if name.name == GOLD:
                gold = part.read().decode()
            elif name.parent.name == "feeds":
                files.append((name.name, part.read()))
    return sorted(files), gold


def _list(name: str, body: bytes) -> Found:
    """Return what became of the outlines of a list; folders are none of its rows."""
    found = opml.read(body)
    text = _COMMENT.sub("", body.decode("utf-8", "replace"))
    folders = sum(not end and not _ADDRESS.search(said) for said, end in _OUTLINE.findall(text))
    rows = len(re.findall(r"<outline\b", text, re.I)) - folders
    return rows, len(found.outlines), Counter(problem.reason for problem in _without_lines(found.problems))


def _without_lines(problems: Iterable[opml.Problem]) -> Iterator[opml.Problem]:
    """Yield the problems with reasons that can be counted: which line a doubled address repeats does not matter."""
    for problem in problems:
        reason = re.sub(r"第 \d+ 行", "前面一行", problem.reason)
        yield opml.Problem(problem.line, problem.what, reason, problem.kind)


def _hot(name: str, body: bytes) -> Found:
    taken = _items(name, body)
    document = json.loads(body)
    return len(document["items"] if "items" in document else document["data"]), taken, Counter()


def _hub(name: str, body: bytes) -> Found:
    taken = _items(name, body)
    if body.lstrip()[:1] == b"{":
        return len(json.loads(body)["items"]), taken, Counter()
    return len(re.findall(rb"<(?:item|entry)\b", body)), taken, Counter()


def _items(name: str, body: bytes) -> int:
    """Return how many items the kind of source that recognises a file finds in it; most are feeds."""
    url, now = f"https://feed.example/{name}", datetime.now(UTC)
    try:
        return len(apart.parse("feed", body, url, now))
    except LookupError:
        kind = apart.recognised(body, url, now)
        if kind is None:
            raise
        return len(apart.parse(kind, body, url, now, None, _ALL))


def _export(name: str, body: bytes) -> Found:
    sheet = table.read(body, name, datetime.now(UTC))
    refused = Counter(problem.words for problem in sheet.problems if not problem.kept)
    return _rows(body, sheet), len(sheet.items), refused


def _rows(body: bytes, sheet: Sheet) -> int:
    """Return how many rows stand below the header, counted by another reader where there is one for the format."""
    if not body.startswith(b"PK"):
        return sheet.rows
    book = load_workbook(BytesIO(body), data_only=True)
    return sum(_below(list(page.iter_rows(values_only=True)), set(sheet.columns)) for page in book.worksheets)


def _below(rows: list[tuple[Any, ...]], columns: set[str]) -> int:
    """Return how many rows hold anything below the first that holds the header; 0 for a sheet without it."""
    words = [{" ".join(str(cell).split()) for cell in row if cell not in (None, "")} for row in rows]
    header = next((at for at, said in enumerate(words) if len(said & columns) > 1), len(words))
    return sum(bool(said - {""}) and said != words[header] for said in words[header + 1 :])
