"""An uploaded list of sources (OPML): what it holds, and on demand its sources added; or our own list written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crawler import apart, opml
from crawler.source_lists import bring_list, exported
from store import journal, sources
from store.db import reading, transaction
from store.tables.sources import Source

SHOWN = 2000


def answer(body: bytes, asked: Mapping[str, Any], person_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what a list holds, see `store.asks`; with `store` its sources are added, with `export` ours are written.

    LookupError if it is no OPML.
    """
    if asked.get("export"):
        with reading() as session:
            text, count, left = exported(session, now)
        return {"text": text.decode(), "count": count, "left": left}
    found = apart.opml(body, now)
    with reading() as session:
        urls = [one.url for one in found.outlines]
        known = set(session.scalars(select(Source.url).where(Source.url.in_(urls))))
    said: dict[str, Any] = {
        "read": len(found.outlines),
        "feeds": [
            {"title": one.title, "url": one.url, "folder": "/".join(one.folder), "known": one.url in known}
            for one in found.outlines[:SHOWN]
        ],
        "duplicates": len(found.duplicates),
        "refused": [{"title": one.what, "line": one.line, "words": one.reason} for one in found.refused],
        "known": len(known),
    }
    return said | (_add(found, asked, person_id, now) if asked.get("store") else {})


def _add(found: opml.Opml, asked: Mapping[str, Any], person_id: int | None, now: datetime) -> dict[str, Any]:
    """Add the sources of a list, each due at once; return how many are new and what was not understood."""
    labels = {"channel": sources.CHANNEL_LABELS, "authority": sources.AUTHORITY_LABELS}
    chosen = {name: asked[name] for name, known in labels.items() if asked.get(name) in known}
    with transaction() as session:
        added, odd = bring_list(session, found.outlines, now, chosen)
        actor = f"person-{person_id}" if person_id else "system"
        journal.record(session, actor, "import_opml", "sources", now, added=added, read=len(found.outlines))
    return {"added": added, "odd": odd}
