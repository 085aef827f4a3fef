"""改判: what persons said against the system's verdicts; kept beside them, and read for learning."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import reads_like
from domain.correction import Answers, corrected, text_key
from domain.verdict import Opens, Reason, Sentiment, Verdict
from store.tables.articles import Article, Correction, Judged
from store.tables.people import Person

ABOUT = "corrected"
"""What the reason that names a correction is about."""


def latest(session: Session, article_id: int) -> Correction | None:
    """Return the correction that counts; one without answers took the earlier ones back and counts as none."""
    asked = select(Correction).where(Correction.article_id == article_id).order_by(Correction.id.desc()).limit(1)
    row = session.scalars(asked).first()
    return row if row is not None and answers_of(row).fields() else None


def in_force(session: Session) -> dict[int, Correction]:
    """Return the correction that counts of every corrected article, by article."""
    newest = select(func.max(Correction.id)).group_by(Correction.article_id)
    rows = session.scalars(select(Correction).where(Correction.id.in_(newest)))
    return {row.article_id: row for row in rows if answers_of(row).fields()}


def history(session: Session, article_id: int) -> list[Correction]:
    """Return what was said of an article, the newest first, what was taken back too."""
    asked = select(Correction).where(Correction.article_id == article_id).order_by(Correction.id.desc())
    return list(session.scalars(asked))


def answers_of(row: Correction) -> Answers:
    """Return a kept correction as the rules know it."""
    mood = Sentiment(row.sentiment) if row.sentiment else None
    return Answers(row.unit, mood, row.relevant, row.emergency, row.false_alarm)


def write(
    session: Session, article: Article, system: Judged, answers: Answers, person: Person, now: datetime, why: str
) -> Correction:
    """Write a correction with what the system had said, and the text's identity."""
    said = {
        "relevance": system.relevance,
        "section": system.sections[0] if system.sections else None,
        "sentiment": system.sentiment,
        "emergency": system.emergency,
        "opens": system.opens,
    }
    row = Correction(
        article_id=article.id,
        person_id=person.id,
        at=now,
        text_key=text_key(article.title, article.body),
        said=said,
        why=why.strip()[:300] or None,
        **_columns(answers),
    )
    session.add(row)
    session.flush()
    return row


def _columns(answers: Answers) -> Mapping[str, Any]:
    return asdict(answers) | {"sentiment": str(answers.sentiment) if answers.sentiment else None}


def put(session: Session, article: Article, system: Judged, row: Correction) -> Judged:
    """Write the person's verdict a correction makes, beside the system's."""
    made = next((one for one in article.judged if one.maker == "person"), None)
    made = made or Judged(article_id=article.id, maker="person")
    _fill(made, system, row, article.channel)
    session.add(made)
    session.flush()
    session.refresh(article, ["judged"])
    return made


def renew(session: Session, system: Judged, person: Judged) -> None:
    """Bring the person's verdict in line with a later one of the system: what was not corrected follows it."""
    row = latest(session, system.article_id)
    if row is not None:
        _fill(person, system, row, session.get_one(Article, system.article_id).channel)
        session.flush()


def _fill(made: Judged, system: Judged, row: Correction, channel: str) -> None:
    answers = answers_of(row)
    found = corrected(_verdict(system), answers, reads_like(channel))
    for field, value in asdict(found).items():
        setattr(made, field, list(value) if isinstance(value, tuple) else value)
    made.sentiment, made.opens = str(found.sentiment), str(found.opens)
    made.reasons = [reason_of(answers), *system.reasons]
    made.person_id, made.at = row.person_id, row.at


def reason_of(answers: Answers) -> dict[str, Any]:
    """Return the reason that names a correction, as it is kept among the others."""
    return Reason(f"人工改判：{answers.words()}", 0.0, ABOUT)._asdict()


def _verdict(row: Judged) -> Verdict:
    fields = {name: getattr(row, name) for name in Verdict.__slots__ if name != "reasons"}
    fields |= {"sections": tuple(row.sections), "place": tuple(row.place)}
    return Verdict(**fields | {"sentiment": Sentiment(row.sentiment), "opens": Opens(row.opens)})


def is_sealed(*rows: object) -> bool:
    """Return whether an article, its verdicts, its lead or its case is sealed (密封): nothing of it is ever learned.

    A verdict says `sealed`; articles, leads and cases carry the id of their seal.
    """
    marks = ("sealed", "seal_id")
    return any(getattr(row, mark, None) for row in rows for mark in marks)


def corrected_by_question(rows: Iterable[Correction]) -> dict[str, int]:
    """Return how many corrections answer each question."""
    found: dict[str, int] = {}
    for row in rows:
        for name in answers_of(row).fields():
            found[name] = found.get(name, 0) + 1
    return found
