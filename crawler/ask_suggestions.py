"""An uploaded or pasted table of suggestions: what it says, and on demand its rows taken into a consultation."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from crawler import apart
from crawler.ask_table import shown_of
from crawler.items import Item
from crawler.sheets.sheet import Excerpt
from domain.consultation import LONGEST_TEXT
from store import consultations
from store.consultations import New
from store.db import transaction
from store.tables.opinion import Consultation


def answer(body: bytes, asked: Mapping[str, Any], person_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what a table says, see `store.asks`; with `store` its rows are taken in. LookupError if it is none."""
    whole = bool(asked.get("store"))
    excerpt = apart.table(body, str(asked.get("name", "")), now, asked.get("mapping") or None, whole=whole)
    said = shown_of(excerpt)
    if whole:
        said |= _store(body, excerpt, asked, person_id, now)
    return said


def _store(
    body: bytes, excerpt: Excerpt, asked: Mapping[str, Any], person_id: int | None, now: datetime
) -> dict[str, Any]:
    """Take the rows in; return how many were new and how many known. LookupError where the consultation is full."""
    name, mark = str(asked.get("name") or "表格"), sha256(body).hexdigest()[:16]
    new = [_new(item, f"{mark}-{place}", name) for place, item in enumerate(excerpt.sheet.items, start=1)]
    with transaction() as session:
        row = session.get(Consultation, int(asked.get("consultation") or 0))
        if row is None:
            raise LookupError("这次征求意见已经不在了，没有导入")
        try:
            stored = consultations.add(session, row, new, person_id, now)
        except ValueError as error:
            raise LookupError(str(error)) from None
    return {"stored": stored, "known": len(new) - stored, "consultation": row.id}


def _new(item: Item, key: str, name: str) -> New:
    """Return a row as a suggestion: its text, with the title before it where it says something else."""
    title = "" if item.text.startswith(item.title) else item.title
    text = "\n".join(part for part in (title, item.text) if part)[:LONGEST_TEXT]
    return New(f"table-{key}", text, item.origin or name, None, item.published.at if item.published else None)
