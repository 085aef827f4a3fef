"""An uploaded export: what it says, and on demand its rows stored under a source of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crawler import apart
from crawler.bring import bring
from crawler.dates import beijing_wall
from crawler.items import Item
from crawler.kinds import table
from crawler.sheets.sheet import Excerpt
from store import journal, sources
from store.db import transaction
from store.tables.sources import Source
from store.yields import count

SHOWN = 3


def answer(body: bytes, asked: Mapping[str, Any], person_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what an export says, see `store.asks`; with `store` its rows are stored. LookupError if it is no table."""
    whole = bool(asked.get("store"))
    excerpt = apart.table(body, str(asked.get("name", "")), now, asked.get("mapping") or None, whole=whole)
    sheet, said = excerpt.sheet, shown_of(excerpt)
    if whole:
        name = str(asked.get("source") or asked.get("name") or "表格导入")[:100]
        said |= store(name, str(asked.get("channel") or "message"), sheet.items, person_id, now)
    return said


def shown_of(excerpt: Excerpt) -> dict[str, Any]:
    """Return what an export says as the answer keeps it: columns, counts, problems, a few items."""
    sheet = excerpt.sheet
    return {
        "columns": sheet.columns,
        "mapping": sheet.mapping,
        "rows": sheet.rows,
        "items": excerpt.found,
        "notes": sheet.notes,
        "problems": [{"row": one.row, "words": str(one), "kept": one.kept} for one in sheet.problems],
        "more_problems": excerpt.wrong - len(sheet.problems),
        "sample": [_shown(item) for item in sheet.items[:SHOWN]],
    }


def store(name: str, channel: str, items: Sequence[Item], person_id: int | None, now: datetime) -> dict[str, Any]:
    """Store the items of an export under the source of its name; return how many were new and how many known."""
    with transaction() as session:
        url = f"table:{name}"
        source = session.scalar(select(Source).where(Source.url == url)) or sources.add_source(
            session, url, now, name=name, kind="table", kind_label=table.LABEL, channel=channel, fetch_at=None
        )
        brought = bring(session, source, [_of_channel(item, channel) for item in items], now)
        sources.note_ok(source, now, len(brought.new), None)
        count(session, source.id, now, brought.found, len(brought.new))
        actor = f"person-{person_id}" if person_id else "system"
        journal.record(session, actor, "import_table", f"source-{source.id}", now, new=len(brought.new))
        return {
            "stored": len(brought.new),
            "known": brought.found - len(brought.new),
            "source_id": source.id,
        }


def _of_channel(item: Item, channel: str) -> Item:
    return replace(item, channel=channel)


def _shown(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title[:200],
        "text": item.text[:200],
        "published": beijing_wall(item.published) if item.published else None,
        "limit": item.limit_at.isoformat() if item.limit_at else None,
        "place": item.place,
    }
