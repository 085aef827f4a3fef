"""The daily digest: what it says is kept as data, so that it can be rendered again, word for word."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.digest_facts import content_of
from alerts.letter import render
from alerts.words import day as day_words
from domain.digest import period_of
from store import journal
from store.notices import Message
from store.office import next_number
from store.tables.notices import Digest


def digest_for(session: Session, day: date, now: datetime) -> Digest:
    """Return the digest of a Beijing day, making it if it is not there yet.

    ValueError while its period has not ended. A number is given once and never again.
    """
    if now < period_of(day).end:
        raise ValueError(f"{day_words(day)}的日报覆盖到当天 7:30，时间未到")
    found = session.scalars(select(Digest).where(Digest.day == day)).first()
    return found or make(session, day, now)


def make(session: Session, day: date, now: datetime) -> Digest:
    """Write the digest of a day and return it; its journal head anchors the operations log outside the database."""
    digest = Digest(
        day=day,
        year=day.year,
        number=next_number(session, f"digest-{day.year}"),
        total=next_number(session, "digest"),
        made_at=now,
        content=content_of(session, day, now),
    )
    session.add(digest)
    session.flush()
    journal.record(session, "system", "make_digest", f"digest-{digest.id}", now, day=day, number=digest.number)
    return digest


def subject(digest: Digest) -> str:
    """Return the subject of the mail: 【舆情日报】第326期 11月22日."""
    return f"【舆情日报】第{digest.number}期 {day_words(digest.day)}"


def as_message(digest: Digest, late: str | None = None) -> Message:
    """Return the digest as mail; `late` is the sentence that marks it as sent late."""
    words: dict[str, Any] = {
        "subject": subject(digest),
        "number": f"日报 {digest.year}年第{digest.number}期（总第{digest.total}期）",
        "late": late,
        "season": None,  # Digests made before there were any carry none.
        **digest.content,
    }
    title = words["subject"].replace("】", "·迟发】", 1) if late else words["subject"]
    return Message(title, render("digest.txt", **words), render("digest.html", **words))
