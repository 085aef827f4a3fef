"""Which evidence is over, which is a matter's, and in which file each lies."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from domain.retention import IRRELEVANT, keeps_for
from store.evidence import Place
from store.tables.articles import Article, Judged
from store.tables.cases import Case
from store.tables.sources import Evidence, Source

CASE_PREFIX = "case-"
"""Files of matters begin with this; they are never thinned out."""


@dataclass(frozen=True, slots=True)
class Lies:
    """An evidence row and where its records are."""

    id: int
    place: Place


def waiting_for_case(session: Session, limit: int = 200) -> dict[int, list[Lies]]:
    """Return, by case, the evidence of its articles that does not lie in a matter's file yet."""
    asked = (
        select(func.min(Case.id), Evidence.id, Evidence.file, Evidence.offset, Evidence.length)
        .join(Article, Article.event_id == Case.event_id)
        .join(Evidence, Evidence.id == Article.evidence_id)
        .where(Evidence.file.is_not(None), ~Evidence.file.startswith(CASE_PREFIX))
        .group_by(Evidence.id, Evidence.file, Evidence.offset, Evidence.length)
        .order_by(func.min(Case.id), Evidence.id)
        .limit(limit)
    )
    found: dict[int, list[Lies]] = {}
    for case_id, id_, file, offset, length in session.execute(asked):
        found.setdefault(case_id, []).append(Lies(id_, Place(file or "", offset, length)))
    return found


def moved(session: Session, copies: Iterable[Lies]) -> None:
    """Let evidence rows point to their copies."""
    for copy in copies:
        session.execute(update(Evidence).where(Evidence.id == copy.id).values(**asdict(copy.place)))


def old_files(session: Session, now: datetime) -> list[str]:
    """Return the files with evidence that may be over, the oldest first; those of matters never."""
    days = session.scalar(select(func.min(Source.retention_days)))
    shortest = min(IRRELEVANT, timedelta(days=days)) if days is not None else IRRELEVANT
    asked = select(Evidence.file).where(Evidence.file.is_not(None), ~Evidence.file.startswith(CASE_PREFIX))
    asked = asked.group_by(Evidence.file).having(func.min(Evidence.at) < now - shortest)
    return [file for file in session.scalars(asked.order_by(func.min(Evidence.at))) if file]


def over(session: Session, file: str, now: datetime) -> tuple[list[Lies], list[Lies]]:
    """Return the evidence of one file whose time is over, and that which stays; see `domain.retention`."""
    gone: list[Lies] = []
    stay: list[Lies] = []
    for id_, offset, length, at, relevance, case_id, days in session.execute(_uses(file)):
        keep = keeps_for(relevant=(relevance or 0) >= 0.5, in_case=case_id is not None, source_days=days)
        (gone if keep is not None and at < now - keep else stay).append(Lies(id_, Place(file, offset, length)))
    return gone, stay


def _uses(file: str) -> Any:
    """Return the evidence of a file with the highest relevance, a case and the longest retention among its articles."""
    system, person = aliased(Judged), aliased(Judged)
    relevance = func.max(func.coalesce(person.relevance, system.relevance))
    return (
        select(
            *(Evidence.id, Evidence.offset, Evidence.length, Evidence.at),
            *(relevance, func.max(Case.id), func.max(Source.retention_days)),
        )
        .outerjoin(Article, Article.evidence_id == Evidence.id)
        .outerjoin(Source, Source.id == Article.source_id)
        .outerjoin(Case, Case.event_id == Article.event_id)
        .outerjoin(system, and_(system.article_id == Article.id, system.maker == "system"))
        .outerjoin(person, and_(person.article_id == Article.id, person.maker == "person"))
        .where(Evidence.file == file)
        .group_by(Evidence.id, Evidence.offset, Evidence.length, Evidence.at)
        .order_by(Evidence.id)
    )


def forget(session: Session, ids: Iterable[int], now: datetime) -> None:
    """Note that evidence was removed; its digest, address and time stay."""
    session.execute(update(Evidence).where(Evidence.id.in_(list(ids))).values(file=None, removed_at=now))


def used(session: Session, file: str) -> bool:
    """Return whether any evidence still points into a file."""
    return bool(session.scalar(select(exists().where(Evidence.file == file))))


def sizes(session: Session) -> tuple[int, int]:
    """Return how many answers are kept, and how many were removed when their time was over."""
    kept = func.sum(case((Evidence.file.is_not(None), 1), else_=0))
    row = session.execute(select(kept, func.count())).one()
    return int(row[0] or 0), int(row[1] or 0) - int(row[0] or 0)
