"""转载: superiors' posts that the bureau's own site should carry, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from domain.reprint import OLDER, answer_by
from store import journal
from store.calendar import calendar
from store.tables.articles import Article, Judged, Reprint
from store.tables.people import Person
from store.tables.sources import Source

STATES = ("waiting", "done", "left")
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Post:
    """A superior's post: whether it concerns the bureau, what became of it and by whom, and until when to say so."""

    article: Article
    relevance: float | None
    answer: Reprint | None
    person: Person | None
    answer_by: datetime

    @property
    def relevant(self) -> bool:
        """Whether the verdict finds that it concerns the bureau."""
        return (self.relevance or 0) >= 0.5

    def late(self, now: datetime) -> bool:
        """Return whether it waits for longer than it should."""
        return self.answer is None and now > self.answer_by


def listed(session: Session, state: str, now: datetime, limit: int, offset: int) -> list[Post]:
    """Return the posts in a state, "" for any: what concerns the bureau first, then the newest."""
    relevance = _relevance()
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    asked = _posts(session, select(Article, relevance, Reprint, Person), state)
    asked = asked.outerjoin(Person, Person.id == Reprint.person_id).options(joinedload(Article.source))
    asked = asked.order_by(case((relevance >= 0.5, 0), else_=1), at.desc(), Article.id.desc())
    days = calendar(session)
    return [
        Post(article, weight, answer, person, answer_by(article.first_seen_at, days))
        for article, weight, answer, person in session.execute(asked.limit(limit).offset(offset))
    ]


def counts(session: Session) -> dict[str, int]:
    """Return how many posts are in each state, and how many of those that wait concern the bureau (`relevant`)."""
    waits, done = Reprint.id.is_(None), Reprint.done.is_(True)
    columns = {
        "waiting": waits,
        "done": done,
        "left": Reprint.done.is_(False),
        "relevant": and_(waits, _relevance() >= 0.5),
    }
    asked = select(*(func.count(case((condition, 1))) for condition in columns.values())).select_from(Article)
    return dict(zip(columns, session.execute(_posts(session, asked, "")).one(), strict=True))


def late(session: Session, now: datetime) -> int:
    """Return how many posts that concern the bureau wait for longer than they should."""
    days = calendar(session)
    asked = _posts(session, select(Article.first_seen_at), "waiting").where(_relevance() >= 0.5)
    return sum(now > answer_by(seen, days) for seen in session.scalars(asked))


def answer(
    session: Session, article: Article, person: Person, now: datetime, *, done: bool, link: str = "", reason: str = ""
) -> Reprint:
    """Say that a post was reprinted (with the link, if there is one), or why it is not; a later answer replaces it.

    ValueError in the user's words for a post of no superior, a link that is none, or no reason.
    """
    if article.source.role != "upstream":
        raise ValueError("只有上级网站的信息要登记转载")
    said = _link(link) if done else None
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not done and not reason:
        raise ValueError("请写明不需要转载的理由")
    row = of(session, article.id) or Reprint(article_id=article.id)
    row.done, row.url, row.reason, row.at, row.person_id = done, said, None if done else reason, now, person.id
    session.add(row)
    journal.record(
        session,
        f"person-{person.id}",
        "reprint" if done else "leave_reprint",
        f"article-{article.id}",
        now,
        fields=["url" if done else "reason"],
    )
    session.flush()
    return row


def undo(session: Session, article: Article, person: Person, now: datetime) -> bool:
    """Take an answer back, so that the post waits again; return whether there was one."""
    row = of(session, article.id)
    if row is None:
        return False
    session.delete(row)
    journal.record(session, f"person-{person.id}", "undo_reprint", f"article-{article.id}", now)
    session.flush()
    return True


def of(session: Session, article_id: int) -> Reprint | None:
    """Return what became of a post, None while it waits."""
    return session.scalar(select(Reprint).where(Reprint.article_id == article_id))


_system, _person = aliased(Judged), aliased(Judged)


def _relevance() -> Any:
    """Return how far a post concerns the bureau: a person's word before the system's."""
    return func.coalesce(_person.relevance, _system.relevance)


def _posts(session: Session, asked: Any, state: str) -> Any:
    """Return a question narrowed to superiors' posts that are no older than the watch over them, in a state."""
    asked = (
        asked.join(Source, Source.id == Article.source_id)
        .outerjoin(_system, and_(_system.article_id == Article.id, _system.maker == "system"))
        .outerjoin(_person, and_(_person.article_id == Article.id, _person.maker == "person"))
        .outerjoin(Reprint, Reprint.article_id == Article.id)
        .where(Source.role == "upstream", or_(Article.published_at.is_(None), *_news(session)))
    )
    conditions = {"waiting": Reprint.id.is_(None), "done": Reprint.done.is_(True), "left": Reprint.done.is_(False)}
    return asked.where(conditions[state]) if state in conditions else asked


def _news(session: Session) -> list[ColumnElement[bool]]:
    """Return, for each superior's source, what of it is new: what was there long before the watch began is not."""
    asked = select(Source.id, Source.created_at).where(Source.role == "upstream")
    return [
        and_(Article.source_id == id_, Article.published_at >= began - OLDER) for id_, began in session.execute(asked)
    ]


def _link(link: str) -> str | None:
    """Return a link to keep, None for none. ValueError where it is not one."""
    said = link.strip()
    if not said:
        return None
    parts = urlsplit(said)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(said) > 2000:
        raise ValueError("转载链接应以 http:// 或 https:// 开头")
    return said
