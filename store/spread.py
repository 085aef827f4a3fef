"""传播: the posts of a topic as they are told apart by time, and which outlets took up a release of our own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.spread import FOLLOWED, MAINSTREAM, Carried, Post, carried
from store.heat import OWN
from store.tables.articles import Article, Judged
from store.tables.cases import Case, Release
from store.tables.sources import Source
from store.volumes import told

MOST = 5000
"""Posts of one topic that are read at most, the latest."""
COLUMNS = (
    Article.id,
    Article.published_at,
    Article.date_only,
    Article.first_seen_at,
    Article.source_id,
    Source.name,
    Source.authority,
    Source.region,
    Article.title,
    Article.link,
    Article.copy_of,
    Article.similarity,
    Article.channel,
    Judged.casualties,
    Source.role,
)


def posts(session: Session, event_id: int) -> list[Post]:
    """Return the posts of a topic, at most the latest 5,000; our own publications are among them."""
    return _posts(session, _asked().where(Article.event_id == event_id))


def _asked() -> Select[*tuple[Any, ...]]:
    return (
        select(*COLUMNS)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(Judged, and_(Judged.article_id == Article.id, Judged.maker == "system"))
        .order_by(Article.first_seen_at.desc(), Article.id.desc())
        .limit(MOST)
    )


def _posts(session: Session, asked: Select[*tuple[Any, ...]]) -> list[Post]:
    return [
        Post(
            id=row.id,
            at=told(row.published_at, row.first_seen_at, date_only=row.date_only),
            source_id=row.source_id,
            source=row.name,
            authority=row.authority,
            region=row.region or "",
            title=row.title,
            link=row.link if row.link.startswith(("http://", "https://")) else "",
            copy_of=row.copy_of,
            similarity=row.similarity,
            casualties=row.casualties,
            channel=row.channel,
            own=row.role == OWN,
        )
        for row in session.execute(asked)
    ]


@dataclass(frozen=True, slots=True)
class Effect:
    """发布效果 of one release: who carried it, and which registered mainstream outlets were not seen to."""

    release: Release
    carried: list[Carried]
    missing: list[Source]

    @property
    def copied(self) -> int:
        """How many outlets repeated our text."""
        return sum(one.copied for one in self.carried)


def effects(session: Session, case: Case) -> list[Effect]:
    """Return what became of each release of a case at the registered mainstream outlets, the latest release first.

    Counted are posts on the case's topic and on that of our own text, for seven days after the release.
    """
    registry = mainstream(session)
    made = []
    for release in sorted(case.releases, key=lambda one: (one.published_at, one.id), reverse=True):
        if release.kind == "release":
            ours = _our_texts(session, release)
            found = carried(_after(session, case, release, ours), release.published_at, ours)
            seen = {one.post.source_id for one in found}
            made.append(Effect(release, found, [one for one in registry if one.id not in seen]))
    return made


def mainstream(session: Session) -> list[Source]:
    """Return the mainstream outlets that are watched, the highest rank first."""
    asked = select(Source).where(
        Source.authority.in_(MAINSTREAM), Source.channel == "news", Source.role == "open", Source.enabled
    )
    return sorted(session.scalars(asked), key=lambda one: (MAINSTREAM.index(one.authority), one.name))


def _our_texts(session: Session, release: Release) -> set[int]:
    """Return the ids of our own text among the articles, and of the text it was taken for a copy of."""
    if not release.link:
        return set()
    asked = select(Article.id, Article.copy_of).where(
        Article.source_id.in_(select(Source.id)), Article.link == release.link
    )
    return {id_ for pair in session.execute(asked) for id_ in pair if id_ is not None}


def _after(session: Session, case: Case, release: Release, ours: Iterable[int]) -> list[Post]:
    ours = list(ours)
    topics = [case.event_id] if case.event_id else []
    if ours:
        topics += [id_ for id_ in session.scalars(select(Article.event_id).where(Article.id.in_(ours))) if id_]
    asked = _asked().where(
        Article.event_id.in_(topics),
        or_(Article.published_at >= release.published_at, Article.first_seen_at >= release.published_at),
        func.coalesce(Article.published_at, Article.first_seen_at) <= release.published_at + FOLLOWED,
    )
    return _posts(session, asked)
