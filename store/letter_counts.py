"""来件统计: the letters of a year by kind, how many were due and how many in time; articles by theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from domain.case import LETTER_CHANNELS
from domain.verdict import LETTER_OF, LETTERS, THEMES
from domain.workdays import BEIJING
from store.tables.articles import Article, Judged
from store.tables.cases import Deadline, Lead

CHANNELS = ("message", "hotline", *LETTER_CHANNELS)
"""What people write or say to the bureau itself."""
ALL = "all"
_System, _Person = aliased(Judged), aliased(Judged)


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind of letters in a time: all of them, those whose limit was met or is over, and those of them in time."""

    kind: str
    letters: int
    due: int
    on_time: int

    @property
    def rate(self) -> float | None:
        """The part that was in time, 0–1; None where nothing was due."""
        return self.on_time / self.due if self.due else None


def year_of(year: int) -> tuple[datetime, datetime]:
    """Return the beginning of a Beijing year and that of the next."""
    return datetime(year, 1, 1, tzinfo=BEIJING), datetime(year + 1, 1, 1, tzinfo=BEIJING)


def by_kind(session: Session, year: int, now: datetime) -> list[Counted]:
    """Return the letters first seen in a Beijing year, by kind of LETTERS, every kind, also where there is none."""
    one = (
        select(_kind().label("kind"), _due(now).label("due"), _late(now).label("late"))
        .select_from(Article)
        .outerjoin(_System, and_(_System.article_id == Article.id, _System.maker == "system"))
        .outerjoin(_Person, and_(_Person.article_id == Article.id, _Person.maker == "person"))
        .where(*_letters(year))
        .subquery()
    )
    in_time = and_(one.c.due, ~one.c.late)
    asked = select(
        one.c.kind, func.count(), func.sum(case((one.c.due, 1), else_=0)), func.sum(case((in_time, 1), else_=0))
    ).group_by(one.c.kind)
    found = {kind: Counted(kind, letters, due, on_time) for kind, letters, due, on_time in session.execute(asked)}
    return [found.get(kind, Counted(kind, 0, 0, 0)) for kind in LETTERS]


def letters_of(
    session: Session, year: int, kind: str, now: datetime, limit: int = 500
) -> Sequence[tuple[Article, str]]:
    """Return the letters of one kind or of ALL, the newest first, each with late, on_time or waiting."""
    state = case((_late(now), "late"), (_due(now), "on_time"), else_="waiting")
    asked = (
        select(Article, state)
        .outerjoin(_System, and_(_System.article_id == Article.id, _System.maker == "system"))
        .outerjoin(_Person, and_(_Person.article_id == Article.id, _Person.maker == "person"))
        .where(*_letters(year), *([] if kind == ALL else [_kind() == kind]))
        .order_by(Article.first_seen_at.desc(), Article.id.desc())
        .options(joinedload(Article.source))
    )
    return [(article, state) for article, state in session.execute(asked.limit(limit))]


def by_theme(session: Session, year: int) -> list[tuple[str, int, int]]:
    """Return each theme of THEMES with its articles first seen in a Beijing year, and how many of them are negative."""
    start, end = year_of(year)
    found = []
    for theme in THEMES:
        asked = (
            select(func.count(), func.sum(case((Judged.sentiment == "negative", 1), else_=0)))
            .join(Article, Article.id == Judged.article_id)
            .where(Judged.maker == "system", Article.first_seen_at >= start, Article.first_seen_at < end)
            .where(cast(Judged.themes, Text).contains(f'"{theme}"', autoescape=True))
        )
        number, negative = session.execute(asked).one()
        found.append((theme, number, negative or 0))
    return found


def _letters(year: int) -> tuple[ColumnElement[bool], ...]:
    start, end = year_of(year)
    own = (Article.channel.in_(CHANNELS), Article.copy_of.is_(None))
    return (*own, Article.first_seen_at >= start, Article.first_seen_at < end)


def _kind() -> ColumnElement[str]:
    """Return the kind of a letter: sealed ones first, the others by what their writer wants."""
    intent = func.coalesce(_Person.intent, _System.intent)
    sealed = or_(Article.seal_id.is_not(None), func.coalesce(_Person.sealed, _System.sealed).is_not(None))
    wanted = [(intent == word, literal(kind)) for word, kind in LETTER_OF.items()]
    return case((sealed, literal("integrity")), *wanted, else_=literal("other"))


def _duty(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a letter's matter has a legal duty of which `more` holds."""
    mine = or_(Lead.article_id == Article.id, and_(Lead.event_id == Article.event_id, Article.event_id.is_not(None)))
    legal = (Deadline.ladder == "duty", Deadline.state != "void")
    return exists().where(Deadline.lead_id == Lead.id, mine, *legal, *more).correlate(Article)


def _due(now: datetime) -> ColumnElement[bool]:
    return _duty(or_(Deadline.state == "met", Deadline.due_at < now))


def _late(now: datetime) -> ColumnElement[bool]:
    over = and_(Deadline.state == "open", Deadline.due_at < now)
    return _duty(Deadline.found_late.is_(False), or_(Deadline.met_at > Deadline.due_at, over))
