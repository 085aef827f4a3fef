"""征求意见: registering them, and the suggestions that come in by hand, from tables and from what a 专题 hit."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain.consultation import MOST, MOST_CONCENTRATED, Fields, checked, concentrated
from domain.masking import mask
from domain.verdict import INTENTS
from domain.workdays import BEIJING, DAY, beijing_day
from store import journal
from store.articles import verdict_of
from store.db import insert_into
from store.office import fact, set_fact
from store.tables.articles import Article
from store.tables.opinion import Consultation, Suggestion, SuggestionGroup
from store.tables.watches import WatchHit

SUGGESTS = "建议"
AGAIN = timedelta(hours=1)
"""So often new hits of the 专题 are taken in while the consultation runs."""
CONCENTRATED = "concentrated"
assert SUGGESTS in INTENTS  # noqa: S101, the two packages must speak of the same


@dataclass(frozen=True, slots=True)
class New:
    """One suggestion to be taken in: `key` makes it one and the same when it is brought twice."""

    key: str
    text: str
    origin: str
    article_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a consultation is: suggestions, those without a group yet, groups, groups decided."""

    suggestions: int = 0
    waiting: int = 0
    groups: int = 0
    decided: int = 0


def listed(session: Session) -> list[Consultation]:
    """Return all consultations, the one that ends last first."""
    asked = select(Consultation).options(joinedload(Consultation.unit))
    return list(session.scalars(asked.order_by(Consultation.end_on.desc(), Consultation.id.desc())))


def tallies(session: Session) -> dict[int, Tally]:
    """Return how far each consultation is, by its id."""
    own = Suggestion.consultation_id
    counted = select(own, func.count(), func.count(Suggestion.group_id)).group_by(own)
    grouped = (
        select(own, func.count(SuggestionGroup.id.distinct()))
        .join(SuggestionGroup, SuggestionGroup.id == Suggestion.group_id)
        .group_by(own)
    )
    groups = {id_: count for id_, count in session.execute(grouped)}  # noqa: C416, rows are no pairs to mypy
    decided = {id_: n for id_, n in session.execute(grouped.where(SuggestionGroup.decision.is_not(None)))}  # noqa: C416
    return {
        id_: Tally(total, total - placed, groups.get(id_, 0), decided.get(id_, 0))
        for id_, total, placed in session.execute(counted)
    }


def save(session: Session, row: Consultation | None, said: Fields, person_id: int, now: datetime) -> Consultation:
    """Register a consultation, or change one, and return it. ValueError in the user's words."""
    fields = asdict(checked(said))
    made = row or Consultation(created_at=now, created_by=person_id)
    changed = [name for name, value in fields.items() if getattr(made, name, None) != value]
    for name in changed:
        setattr(made, name, fields[name])
    if made.watch_id is not None:
        made.group_at = now
    session.add(made)
    session.flush()
    action = "add_consultation" if row is None else "change_consultation"
    journal.record(session, f"person-{person_id}", action, f"consultation-{made.id}", now, fields=changed)
    return made


def add(session: Session, row: Consultation, new: Iterable[New], person_id: int | None, now: datetime) -> int:
    """Take in the suggestions not known yet and ask for their grouping; return how many were new.

    ValueError where the consultation has as many as it takes.
    """
    wanted = {one.key: one for one in new if one.text.strip()}
    have = session.scalar(select(func.count()).where(Suggestion.consultation_id == row.id)) or 0
    if have + len(wanted) > MOST:
        raise ValueError(f"一次征求意见最多登记 {MOST} 条，已有 {have} 条；没有登记")
    rows = [
        {
            "consultation_id": row.id,
            "key": one.key,
            "article_id": one.article_id,
            "text": mask(one.text.strip()),
            "origin": one.origin[:200],
            "at": one.at or now,
            "added_by": person_id,
            "why": "",
        }
        for one in wanted.values()
    ]
    if not rows:
        return 0
    known = insert_into(session, Suggestion).on_conflict_do_nothing(index_elements=["consultation_id", "key"])
    fresh = len(session.scalars(known.returning(Suggestion.id), rows).all())
    if fresh:
        row.group_at = now
        actor = f"person-{person_id}" if person_id else "system"
        journal.record(session, actor, "add_suggestions", f"consultation-{row.id}", now, count=fresh)
    return fresh


def of_article(article: Article) -> New:
    """Return an article as a suggestion."""
    text = "\n".join(dict.fromkeys(part for part in (article.title.strip(), article.body.strip()) if part))
    origin = article.source.name if article.source else ""
    return New(f"article-{article.id}", text, origin, article.id, article.published_at or article.first_seen_at)


def hit(session: Session, row: Consultation) -> list[New]:
    """Return what the consultation's 专题 hit in its period with intent 建议 and was not taken in yet."""
    if row.watch_id is None:
        return []
    start = datetime.combine(row.start_on, time(), BEIJING)
    end = datetime.combine(row.end_on, time(), BEIJING) + DAY
    taken = select(Suggestion.article_id).where(
        Suggestion.consultation_id == row.id, Suggestion.article_id.is_not(None)
    )
    asked = (
        select(Article)
        .join(WatchHit, WatchHit.article_id == Article.id)
        .where(WatchHit.watch_id == row.watch_id, WatchHit.at >= start, WatchHit.at < end, Article.id.not_in(taken))
        .options(joinedload(Article.source), joinedload(Article.judged))
        .order_by(Article.id)
    )
    return [of_article(one) for one in session.scalars(asked).unique() if _suggests(one)]


def _suggests(article: Article) -> bool:
    verdict = verdict_of(article)
    return verdict is not None and verdict.intent == SUGGESTS and article.copy_of is None


def following(row: Consultation, now: datetime) -> datetime | None:
    """Return when new hits are looked for again; None without a 专题 or once the period is over."""
    over = beijing_day(now) > row.end_on + DAY
    return None if row.watch_id is None or over else now + AGAIN


def suggestions(session: Session, consultation_id: int, group_ids: Sequence[int] | None = None) -> list[Suggestion]:
    """Return the suggestions of a consultation, or of some of its groups, in the order they came."""
    asked = select(Suggestion).where(Suggestion.consultation_id == consultation_id)
    asked = asked if group_ids is None else asked.where(Suggestion.group_id.in_(group_ids))
    return list(session.scalars(asked.order_by(Suggestion.id)))


def most(session: Session) -> int:
    """Return from how many suggestions on a group is 相对集中: as the office set it, else the packaged number."""
    return int(fact(session, CONCENTRATED) or concentrated().suggestions)


def set_most(session: Session, number: int, by: str, now: datetime) -> None:
    """Set from how many suggestions on a group is 相对集中. ValueError for a number that makes no sense."""
    if not 2 <= number <= MOST_CONCENTRATED:
        raise ValueError(f"“相对集中”应为 2 到 {MOST_CONCENTRATED} 条之间")
    set_fact(session, CONCENTRATED, number)
    journal.record(session, by, "set_concentrated", "settings", now, suggestions=number)
