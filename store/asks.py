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
opinions asked {"name", "mapping"?, "consultation", "store"} with the uploaded file → as table, but with
        "consultation" for "source_id": the rows are taken in as suggestions

Asked as well, for the screens alone: "source_id", the source that is looked at anew; "before", the question before;
"not_personal", the keeper's word that a list holds no person's account.

Questions and answers are forgotten after a day, uploaded files as soon as they are imported: see `forget`, `wanted`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store.tables.sources import Ask

WHATS = ("look", "table", "opml", "opinions")
KEPT = timedelta(days=1)
"""How long a question stays once it is answered, or without an answer: tickets name people. Ours."""


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


def forget(session: Session, now: datetime) -> int:
    """Delete what was answered a day ago, or asked a day ago and never answered; return how many questions."""
    gone = delete(Ask).where(func.coalesce(Ask.answered_at, Ask.at) <= now - KEPT)
    return len(session.execute(gone.returning(Ask.id)).all())


def wanted(session: Session) -> set[str]:
    """Return the digests of the uploaded files that are still needed: not imported yet, or brought again since."""
    files: set[str] = set()
    for row in session.scalars(select(Ask).where(Ask.sha256.is_not(None)).order_by(Ask.id)):
        imported = row.answered_at is not None and row.error is None and bool(row.asked.get("store"))
        (files.discard if imported else files.add)(row.sha256 or "")
    return files
