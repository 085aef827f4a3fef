"""Topics for tests: articles of several outlets that come in over time, judged and grouped as the stages do it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.verdict import Opens, Sentiment, Verdict
from store import articles, events, sources
from store.articles import NewArticle
from store.db import transaction
from store.tables import Article, Event, Source, Volume

WORDS = Verdict(
    relevance=0.9,
    sections=("食品安全科",),
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.7,
    intent="投诉",
    topic="食品安全",
    emergency=0.0,
    emergency_kind=None,
    casualties=None,
    rumour=0.0,
    place=("清源市",),
    ours=True,
    grave=False,
    opens=Opens.NONE,
    reasons=(),
)
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""A Friday, 14:00 in Beijing."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def outlet(session: Session, name: str, now: datetime, authority: str = "city", **fields: object) -> Source:
    """Return the outlet of this name, added where it is not there yet."""
    known = session.scalars(select(Source).where(Source.name == name)).first()
    return known or sources.add_source(
        session, f"https://{name}.example/feed", now, name=name, authority=authority, **fields
    )


def tell(
    session: Session,
    at: datetime,
    source: Source,
    title: str = "奶茶店用过期原料",
    key: str = "tea",
    copy_of: int | None = None,
    **verdict: object,
) -> Article:
    """Let one article be published and seen at `at`, judged and put into its topic."""
    number = session.query(Article).count() + 1
    item = NewArticle(f"https://{source.name}.example/{number}", title, "正文", published_at=at)
    made = articles.add_articles(session, source, [item], at, with_page=False)[0]
    articles.save_verdict(session, made.id, replace(WORDS, **verdict), at)
    session.refresh(made, ["judged"])
    events.put(session, made, events.Grouping(key, copy_of, 1.0), at)
    session.flush()
    return made


def burst(now: datetime, names: Sequence[str] = ("清源晚报", "清源日报", "东岭都市报"), **more: object) -> int:
    """Let every outlet tell a topic four times in the last hour; return the topic's id."""
    authority = str(more.pop("authority", "city"))
    with transaction() as session:
        first = None
        for place in range(4 * len(names)):
            source = outlet(session, names[place % len(names)], now, authority)
            made = tell(session, now - (4 * len(names) - place) * 4 * MINUTE, source, copy_of=first, **more)
            first = first or made.id
        found = session.scalars(select(Event).where(Event.key == str(more.get("key", "tea")))).one()
        return found.id


def history(now: datetime, weeks: int = 4, an_hour: int = 0, topic: str = "食品安全") -> None:
    """Let the office have watched for some weeks, with so many articles of a subject every hour."""
    with transaction() as session:
        hour = now.replace(minute=0, second=0, microsecond=0)
        for back in range(25, weeks * 168):
            at = hour - back * HOUR
            session.add(Volume(scope="all", name="", hour=at, articles=an_hour + 1))
            if an_hour:
                session.add(Volume(scope="topic", name=topic, hour=at, articles=an_hour))
                session.add(Volume(scope="unit", name="食品安全科", hour=at, articles=an_hour))
