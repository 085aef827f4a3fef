"""What letters need to know of a matter, read from the database: office, evidence, people told and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from alerts.letter import Evidence, Office
from alerts.words import day, moment
from domain.workdays import BEIJING
from store.office import fact
from store.people import POST_NAMES, at_post, recipients
from store.tables.articles import Article
from store.tables.cases import Case, Lead
from store.tables.people import Person, Unit

MOST_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One person to tell, and the post for which; None where nobody holds a post and somebody had to be told."""

    person: Person
    post: str | None


def to_tell(session: Session, posts: Iterable[str], unit_id: int | None, now: datetime) -> list[Told]:
    """Return whom to tell at this moment, once each, with the first post for which they are told."""
    posts = list(posts)
    held: dict[int, str] = {}
    for post in posts:
        for person in at_post(session, post, unit_id, now):
            held.setdefault(person.id, post)
    return [Told(person, held.get(person.id)) for person in recipients(session, posts, unit_id, now)]


def why_words(post: str | None, unit: Unit | None) -> str:
    """Return why this person is told: 谁主管谁负责 for the unit, the post for others."""
    if post == "liaison":
        name = unit.name if unit else "承办单位"
        return f"谁主管谁负责：本事项由{name}承办，你是{name}联络员。"
    if post is None:
        return "应通知的岗位无人登记，按规定改为通知你。"
    return f"你是{'当前' if post.startswith('duty_') else ''}{POST_NAMES[post]}。"


def greeting(post: str | None, person: Person, unit: Unit | None) -> str:
    """Return how a letter opens: with the unit, or with the post, or with the name."""
    if post == "liaison" and unit:
        return unit.name
    return POST_NAMES[post] if post else person.name


def office(session: Session) -> Office:
    """Return who signs."""
    return Office(str(fact(session, "name") or "本局"), fact(session, "telephone"))


def telephones(people: Iterable[Person]) -> str:
    """Return names with their telephone numbers: `王一（0000-12）、李二（未登记电话）`."""
    return "、".join(f"{person.name}（{person.phone or '未登记电话'}）" for person in people)


def call_note(people: Iterable[Person]) -> tuple[str, str]:
    """Return the note of a letter that names whom no message reaches: they have to be telephoned."""
    return "须电话通知", f"以下人员没有登记邮箱：{telephones(people)}。"


def evidence(session: Session, lead: Lead, now: datetime) -> tuple[tuple[Evidence, ...], int]:
    """Return up to five articles of the matter, originals and the earliest first, and how many there are in all."""
    return _first(
        session, Article.id == lead.article_id if lead.event_id is None else Article.event_id == lead.event_id, now
    )


def evidence_of_event(session: Session, event_id: int, now: datetime) -> tuple[tuple[Evidence, ...], int]:
    """Return up to five articles of a topic without a matter, as `evidence` does."""
    return _first(session, Article.event_id == event_id, now)


def _first(session: Session, mine: ColumnElement[bool], now: datetime) -> tuple[tuple[Evidence, ...], int]:
    total = session.scalar(select(func.count()).where(mine)) or 0
    order = (Article.copy_of.is_not(None), func.coalesce(Article.published_at, Article.first_seen_at), Article.id)
    found = session.scalars(select(Article).where(mine).order_by(*order).limit(MOST_EVIDENCE))
    return tuple(_evidence(article, now) for article in found), total


def _evidence(article: Article, now: datetime) -> Evidence:
    at = article.published_at or article.first_seen_at
    when = day(at.astimezone(BEIJING)) if article.date_only else moment(at, now)
    words = "发布" if article.published_at else "首次看到"
    link = article.link if article.link.startswith(("http://", "https://")) else None
    return Evidence(article.title or article.body[:40], link, f"{article.source.name} · {when}{words}")


def unit_of(lead: Lead, case: Case | None) -> Unit | None:
    """Return the unit of a matter: the case's, else the one the system proposes."""
    return case.unit if case else lead.unit
