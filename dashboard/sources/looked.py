"""What the crawler found at an address, read out of its answer: nothing in it is taken on trust."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.words import when
from domain.masking import mask
from store.registering import Reading, is_web
from store.sources import PASSIVE
from store.tables.sources import Ask

MOST_ITEMS = 10
MOST_OTHERS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as it was read."""

    title: str
    link: str
    published: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another address that was found there."""

    url: str
    kind_label: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something the crawler tried, and whether it worked."""

    what: str
    words: str
    good: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found. `reading` is None where nothing there can be watched; `is_table` where it is an export."""

    reading: Reading | None
    is_table: bool
    name: str
    found: int
    items: list[Shown]
    others: list[Other]
    steps: list[Step]
    reasons: list[str]


def looked(ask: Ask, now: datetime) -> Looked:
    """Return what an answered question found."""
    said: Mapping[str, Any] = ask.answer or {}
    found = said.get("found")
    return Looked(
        reading=_reading(said),
        is_table=said.get("kind") == "table",
        name=_text(said, "name", 200),
        found=found if isinstance(found, int) else 0,
        items=[_item(one, now) for one in _rows(said, "items")[:MOST_ITEMS]],
        others=[_other(one) for one in _rows(said, "others")[:MOST_OTHERS] if is_web(_text(one, "url", 2000))],
        steps=[
            Step(_text(one, "what", 200), _text(one, "words", 500), bool(one.get("good")))
            for one in _rows(said, "steps")
        ],
        reasons=[str(one)[:300] for one in said.get("reasons") or [] if one],
    )


def _reading(said: Mapping[str, Any]) -> Reading | None:
    kind, url, options = _text(said, "kind", 20), _text(said, "url", 2000), said.get("options")
    if not kind or kind in PASSIVE or not is_web(url):
        return None
    return Reading(
        url,
        kind,
        _text(said, "kind_label", 40) or kind,
        dict(options) if isinstance(options, Mapping) and options else None,
    )


def _item(said: Mapping[str, Any], now: datetime) -> Shown:
    link = _text(said, "link", 2000)
    return Shown(mask(_text(said, "title", 300)), link if is_web(link) else "", _published(said.get("published"), now))


def _published(said: object, now: datetime) -> str:
    """Return when an item was published as screens write it; what is no instant stays as it was said."""
    try:
        at = datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return str(said)[:40]
    if at is None:
        return "没有日期"
    return when(at, now) if at.tzinfo else str(said)[:16].replace("T", " ")


def _other(said: Mapping[str, Any]) -> Other:
    return Other(_text(said, "url", 2000), _text(said, "kind_label", 40), _text(said, "words", 200))


def _rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = said.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    value = said.get(name)
    return str(value)[:most].strip() if value is not None else ""
