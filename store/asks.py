"""What a person asks of the crawler through a screen: a row that asks, answered by a worker, polled by the screen.

Answers, by `what`:

look    asked {"url", "example"?, "kind"?, "options"?} → {"url", "kind", "kind_label", "name", "options", "found",
        "items": [{"title", "link", "published"}], "others": [{"url", "kind_label", "words"}],
        "steps": [{"what", "words", "good"}], "reasons": [..]}
table   asked {"name", "mapping"?, "source"?, "channel"?, "store"} with the uploaded file → {"columns", "mapping",
        "rows", "items", "problems": [{"row", "words"}], "sample": [..], "stored"?, "known"?, "source_id"?}
opml    asked {"name", "store", "channel"?, "authority"?} with the uploaded file → {"read", "feeds": [{"title", "url",
        "folder", "known"}], "duplicates", "refused": [{"title", "words"}], "added"?, "known"}; asked {"export": true}
        without a file → {"text"}: the registered sources as an OPML list

Asked as well, for the screens alone: "source_id", the source that is looked at anew; "before", the question before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store.tables.sources import Ask

WHATS = ("look", "table", "opml")


def ask(
    session: Session, what: str, asked: dict[str, Any], person_id: int | None, now: datetime, sha256: str | None = None
) -> Ask:
    """Write what is asked, to be answered at once, and return it."""
    if what not in WHATS:
        raise ValueError(f"unknown question {what}")
    row = Ask(what=what, asked=asked, sha256=sha256, person_id=person_id, at=now, ask_at=now)
    session.add(row)
    session.flush()
    return row


def of(session: Session, ask_id: int, person_id: int) -> Ask | None:
    """Return what a person asked, None where it is somebody else's."""
    row = session.get(Ask, ask_id)
    return row if row is not None and row.person_id == person_id else None
