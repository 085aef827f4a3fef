"""What the crawler read out of an uploaded file, taken out of its answer: nothing in it is taken on trust."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.words import when
from domain.masking import mask
from domain.table_fields import FIELDS
from store.tables.sources import Ask

MOST_FEEDS = 500
MOST_PROBLEMS = 2000
MOST_SAMPLE = 5
_TIMES = ("published", "limit_at")


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken, and why. `where` is the row of a table or the title of an entry."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of a list."""

    title: str
    url: str
    folder: str
    known: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of sources holds. `added` is None while nothing was stored.

    Of our own list: its `text`, how many sources it has, and the names of those `left` out. `odd` is what a list said
    and was not understood.
    """

    read: int
    feeds: list[Feed]
    more: int
    duplicates: int
    refused: list[Problem]
    known: int
    added: int | None
    text: str
    written: int
    left: list[str]
    odd: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """What an export holds: its columns with what each is, samples as (field, value). `stored` is None before."""

    columns: list[tuple[str, str]]
    rows: int
    items: int
    problems: list[Problem]
    more: int
    notes: list[str] = field(default_factory=list)
    sample: list[list[tuple[str, str]]] = field(default_factory=list)
    stored: int | None = None
    known: int = 0
    source_id: int | None = None


def listed(ask: Ask) -> Listed:
    """Return what an answered question found in a list of sources."""
    said: Mapping[str, Any] = ask.answer or {}
    feeds, refused = _rows(said.get("feeds")), _rows(said.get("refused"))
    return Listed(
        read=_count(said.get("read")) or 0,
        feeds=[_feed(one) for one in feeds[:MOST_FEEDS]],
        more=max(_length(said.get("read")), len(feeds)) - len(feeds[:MOST_FEEDS]),
        duplicates=_length(said.get("duplicates")),
        refused=[Problem(_entry(one), _text(one, "words")) for one in refused],
        known=_length(said.get("known")),
        added=_count(said.get("added")),
        text=str(said.get("text") or ""),
        written=_length(said.get("count")),
        left=_texts(said.get("left")),
        odd=_texts(said.get("odd")),
    )


def columns_of(ask: Ask) -> list[str]:
    """Return the headers of an export as they were read."""
    columns = (ask.answer or {}).get("columns")
    return [str(one) for one in columns] if isinstance(columns, list) else []


def table_of(ask: Ask, now: datetime) -> Table:
    """Return what an answered question found in an export."""
    said: Mapping[str, Any] = ask.answer or {}
    mapping, problems = said.get("mapping") or {}, _rows(said.get("problems"))
    sample = said.get("sample")
    return Table(
        columns=[(column, str(mapping.get(column, ""))) for column in columns_of(ask)],
        rows=_length(said.get("rows")),
        items=_length(said.get("items")),
        problems=[_problem(one) for one in problems[:MOST_PROBLEMS]],
        more=max(len(problems) - MOST_PROBLEMS, 0) + _length(said.get("more_problems")),
        notes=_texts(said.get("notes")),
        sample=[_sample(one, now) for one in (sample if isinstance(sample, list) else [])[:MOST_SAMPLE]],
        stored=_count(said.get("stored")),
        known=_length(said.get("known")),
        source_id=_count(said.get("source_id")),
    )


def _feed(said: Mapping[str, Any]) -> Feed:
    folder = said.get("folder")
    folders = "／".join(map(str, folder)) if isinstance(folder, list) else str(folder or "")
    return Feed(_text(said, "title"), _text(said, "url"), folders[:100], bool(said.get("known")))


def _entry(said: Mapping[str, Any]) -> str:
    """Return what an entry of a list is called, with its line where that is known."""
    line = f"第 {said['line']} 行 " if said.get("line") else ""
    return line + (_text(said, "title") or "（没有名称）")


def _problem(said: Mapping[str, Any]) -> Problem:
    """Return a problem of a row; the words may name the row themselves."""
    where, words = f"第 {said.get('row', '？')} 行", _text(said, "words")
    return Problem("" if where in words else where, words)


def _sample(said: object, now: datetime) -> list[tuple[str, str]]:
    if not isinstance(said, Mapping):
        return [("内容", mask(str(said))[:300])]
    said = {"limit_at": said.get("limit"), **said}
    order = [name for name in FIELDS if said.get(name) not in (None, "")]
    return [(FIELDS[name], _value(name, said[name], now)) for name in order]


def _value(name: str, value: object, now: datetime) -> str:
    text = mask(str(value))[:300]
    if name not in _TIMES:
        return text
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return text
    return when(at, now) if at.tzinfo else text[:16]


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [mask(str(one))[:300] for one in value if one] if isinstance(value, list) else []


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return mask(str(value)[:500]) if value is not None else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _length(value: object) -> int:
    """Return how many there are, whether a number or a list says it."""
    return len(value) if isinstance(value, list) else _count(value) or 0
