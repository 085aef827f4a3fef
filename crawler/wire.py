"""What goes between the parsing child and its parent, which trusts no bytes of it: framed messages holding JSON."""

import json
import struct
from datetime import datetime
from typing import Any

from crawler.dates import Moment
from crawler.items import Item, Page
from crawler.opml import Opml, Outline
from crawler.opml import Problem as Refused
from crawler.sheets.sheet import Excerpt, Problem, Sheet

HEAD = struct.Struct(">II")
"""Lengths of the two parts of a message: its header and its body."""
MOST_FOUND = 24_000_000
"""Bytes of an answer: more is no feed and no article, whatever it is."""
LONGEST_REASON = 20
"""Characters of what a mail is called that is no item."""
MORE = b"more"
"""Says that another piece of the same answer follows."""
CPU_SECONDS = 10
"""Processor time one document may take."""
SLOW = {"table": 60}
"""Those that may take longer: 2 million cells of an export take about 37 seconds."""


def packed(found: object) -> bytes:
    """Return items, a page, a text or None as JSON."""
    return json.dumps(found, default=_plain, ensure_ascii=False).encode("utf-8", "replace")


def items(data: bytes) -> list[Item]:
    """Return packed items. Raises ValueError, KeyError or TypeError for anything else."""
    return [_item(row) for row in json.loads(data)]


def page(data: bytes) -> Page:
    """Return a packed page. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(data)
    return Page(**{**row, "published": _moment(row["published"])})


def letter(data: bytes) -> Item | str:
    """Return a packed mail, or why it is no item. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(data)
    return str(row["left_out"])[:LONGEST_REASON] if "left_out" in row else _item(row["item"])


def excerpt(data: bytes) -> Excerpt:
    """Return the packed part of an export that is shown. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(data)
    said = row["sheet"]
    items, problems = [_item(one) for one in said["items"]], [Problem(**one) for one in said["problems"]]
    sheet = Sheet(
        items=items,
        mapping={str(header): str(field) for header, field in said["mapping"].items()},
        columns=list(map(str, said["columns"])),
        problems=problems,
        rows=int(said["rows"]),
        notes=list(map(str, said["notes"])),
    )
    return Excerpt(sheet, int(row["found"]), int(row["wrong"]))


def opml(data: bytes) -> Opml:
    """Return a packed list of sources. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(data)
    outlines = [Outline(**{**one, "folder": tuple(one["folder"])}) for one in row["outlines"]]
    return Opml(outlines, [Refused(**one) for one in row["problems"]])


def text(data: bytes) -> str | None:
    """Return a packed text or None. Raises ValueError or TypeError for anything else."""
    found = json.loads(data)
    if found is None or isinstance(found, str):
        return found
    raise TypeError("no text")


def texts(data: bytes) -> list[str]:
    """Return packed texts. Raises ValueError or TypeError for anything else."""
    found = json.loads(data)
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return found
    raise TypeError("no texts")


def record(data: bytes) -> dict[str, Any] | None:
    """Return a packed record or None. Raises ValueError or TypeError for anything else."""
    found = json.loads(data)
    if found is None or isinstance(found, dict):
        return found
    raise TypeError("no record")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else vars(value)


def _item(row: dict[str, Any]) -> Item:
    times = {name: _instant(row[name]) for name in ("limit_at", "as_of")}
    return Item(**{**row, **times, "published": _moment(row["published"])})


def _moment(stated: dict[str, Any] | None) -> Moment | None:
    return Moment(datetime.fromisoformat(stated["at"]), stated["precision"]) if stated else None


def _instant(stated: str | None) -> datetime | None:
    return datetime.fromisoformat(stated) if stated else None
