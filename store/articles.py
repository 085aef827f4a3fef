"""Articles: storing what a visit brought, what the page said, what was judged; the list with its filters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.verdict import MUST_RESPOND, PRIORITIES, Verdict
from store import corrections, seals
from store.db import insert_into
from store.simple import spellings
from store.tables.articles import Article, Judged
from store.tables.sources import Source

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewArticle:
    """What a source said of one item; `link` is canonical. `text` is what the feed itself carried.

    `channel` None is that of the source; `simple` is the text in simplified characters where it holds others.
    """

    link: str
    title: str
    text: str = ""
    author: str | None = None
    published_at: datetime | None = None
    date_only: bool = False
    has_page: bool = True
    origin: str | None = None
    channel: str | None = None
    number: str | None = None
    limit_at: datetime | None = None
    place_said: str | None = None
    counts: Mapping[str, int] | None = None
    simple: str | None = None
    evidence_id: int | None = None


def add_articles(
    session: Session, source: Source, items: Iterable[NewArticle], now: datetime, *, with_page: bool = True
) -> list[Article]:
    """Store the items not known yet and return them: one article per source and canonical link.

    A new article asks for its page where it has one (and `with_page`), else for its verdict at once. Of two processes
    that bring the same link at the same time one stores it. They insert in the order of the links, so that neither
    waits for the other.
    """
    wanted = sorted({item.link: item for item in items}.items())
    fresh: list[Article] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        part = dict(wanted[begin : begin + _AT_ONCE])
        known = set(session.scalars(select(Article.link).where(Article.source_id == source.id, Article.link.in_(part))))
        rows = [
            _row(source, item, now, with_page and item.has_page) for link, item in part.items() if link not in known
        ]
        if rows:
            new = insert_into(session, Article).on_conflict_do_nothing(index_elements=["source_id", "link"])
            fresh += session.scalars(new.returning(Article), rows)
    return fresh


def _row(source: Source, item: NewArticle, now: datetime, with_page: bool) -> dict[str, Any]:
    said = {field.name: getattr(item, field.name) for field in fields(item) if field.name not in ("text", "has_page")}
    return said | {
        "source_id": source.id,
        "body": item.text,
        "channel": item.channel or source.channel,
        "counts": dict(item.counts) if item.counts else None,
        "first_seen_at": now,
        "page_at": now if with_page else None,
        "judge_at": None if with_page else now,
    }


def refresh_counts(session: Session, source: Source, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Bring the counts shown (reads, comments) of a source's known articles up to date, by link."""
    asked = select(Article).where(Article.source_id == source.id, Article.link.in_(counts)).order_by(Article.id)
    for article in session.scalars(asked):
        if article.counts != counts[article.link]:
            article.counts = dict(counts[article.link])


def save_verdict(session: Session, article_id: int, verdict: Verdict, now: datetime) -> Judged:
    """Write the system's verdict of an article, replacing an earlier one of the system; seal it where it says so.

    A person's verdict stays beside it; what it took over from the system follows.
    """
    known = {row.maker: row for row in session.scalars(select(Judged).where(Judged.article_id == article_id))}
    row = known.get("system") or Judged(article_id=article_id, maker="system")
    said: dict[str, Any] = {field.name: getattr(verdict, field.name) for field in fields(verdict)}
    said["reasons"] = [reason._asdict() for reason in verdict.reasons]
    for field, value in said.items():
        setattr(row, field, list(value) if isinstance(value, tuple) else value)
    row.at, row.sentiment, row.opens = now, str(verdict.sentiment), str(verdict.opens)
    session.add(row)
    session.flush()
    seal_id = session.scalar(select(Article.seal_id).where(Article.id == article_id))
    if seal_id is not None:
        seals.shut_later(session, row, seal_id)
    elif verdict.sealed is not None:
        seals.by_system(session, article_id, row, now)
    if "person" in known:
        corrections.renew(session, row, known["person"])
    return row


def verdict_of(article: Article) -> Judged | None:
    """Return the verdict that counts: a person's where there is one, else the system's."""
    by_maker = {judged.maker: judged for judged in article.judged}
    return by_maker.get("person") or by_maker.get("system")


def counts() -> ColumnElement[bool]:
    """Return the condition under which a row of `Judged` is the one that counts, as `verdict_of` says."""
    other = aliased(Judged)
    corrected = select(other.id).where(other.article_id == Judged.article_id, other.maker == "person")
    return or_(Judged.maker == "person", ~corrected.exists())


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. Empty fields do not narrow; `words` are all looked for in title and body, in traditional and
    simplified characters."""

    words: str = ""
    section: str = ""
    sentiment: str = ""
    opens: str = ""
    source_id: int | None = None
    event_id: int | None = None
    relevant: bool = False
    corrected: bool = False
    priority: str = ""
    theme: str = ""
    must_respond: str = ""
    since: datetime | None = None
    until: datetime | None = None


def listed(session: Session, asked: Filter, limit: int = 30, offset: int = 0) -> Sequence[Article]:
    """Return articles, newest first seen first."""
    order = (
        select(Article)
        .where(Article.id.in_(_narrowed(asked)))
        .order_by(Article.first_seen_at.desc(), Article.id.desc())
    )
    return session.scalars(order.limit(limit).offset(offset)).all()


def count(session: Session, asked: Filter) -> int:
    """Return how many articles a filter finds."""
    return session.scalar(select(func.count()).select_from(_narrowed(asked).subquery())) or 0


def _said_of(asked: Filter, person: type[Judged]) -> dict[Any, Any]:
    """Return what the counting verdict has to say: one of the priorities, a kind that must be responded to."""
    wanted: dict[Any, Any] = {}
    if asked.priority in PRIORITIES:
        flag = asked.priority
        wanted[func.coalesce(getattr(person, flag), getattr(Judged, flag))] = True
    if asked.must_respond in MUST_RESPOND:
        wanted[func.coalesce(person.must_respond, Judged.must_respond)] = asked.must_respond
    return wanted


_SAID = (Article.title, Article.body, Article.simple)


def _narrowed(asked: Filter) -> Select[int]:
    """Return the ids a filter finds."""
    person = aliased(Judged)
    ids = (
        select(Article.id)
        .outerjoin(Judged, and_(Judged.article_id == Article.id, Judged.maker == "system"))
        .outerjoin(person, and_(person.article_id == Article.id, person.maker == "person"))
    )
    for word in asked.words.split():
        ids = ids.where(or_(*(column.icontains(one, autoescape=True) for one in spellings(word) for column in _SAID)))
    exact = {Article.source_id: asked.source_id, Article.event_id: asked.event_id}
    for column, value in exact.items():
        ids = ids.where(column == value) if value is not None else ids
    if asked.sentiment:
        ids = ids.where(func.coalesce(person.sentiment, Judged.sentiment) == asked.sentiment)
    if asked.opens:
        ids = ids.where(func.coalesce(person.opens, Judged.opens) == asked.opens)
    if asked.relevant:
        ids = ids.where(func.coalesce(person.relevance, Judged.relevance) >= 0.5)
    if asked.corrected:
        ids = ids.where(person.id.is_not(None))
    for column, value in _said_of(asked, person).items():
        ids = ids.where(column == value)
    if asked.theme:
        themes = cast(func.coalesce(person.themes, Judged.themes), Text)
        ids = ids.where(themes.contains(f'"{asked.theme}"', autoescape=True))
    if asked.section:
        section = func.coalesce(person.sections[0].as_string(), Judged.sections[0].as_string())
        ids = ids.where(section == asked.section)
    if asked.since is not None:
        ids = ids.where(Article.first_seen_at >= asked.since)
    if asked.until is not None:
        ids = ids.where(Article.first_seen_at < asked.until)
    return ids
