"""Rows for the tests of the store: an office with people and posts, sources, articles with their verdicts, leads."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from domain.verdict import Opens, Reason, Sentiment, Verdict
from store import articles, events, people, sources
from store.tables import Article, Event, Lead, Person, Source, Unit

T = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
FOOD, OFFICE = "食品安全科", "办公室"


def unit(session: Session, name: str, rank: int = 0) -> Unit:
    made = Unit(name=name, rank=rank)
    session.add(made)
    session.flush()
    return made


def person(session: Session, name: str, *posts: str, at: Unit | None = None, **fields: object) -> Person:
    made = Person(name=name, **{"email": f"{name}@office.example", **fields})
    session.add(made)
    session.flush()
    for post in posts:
        people.appoint(session, post, made, at if post == "liaison" else None)
    return made


def office(session: Session) -> Person:
    """Make two units with their liaisons and one holder of every post; return the duty officer."""
    first, food = unit(session, OFFICE, 0), unit(session, FOOD, 1)
    officer = person(session, "值班员A", "duty_officer", at=first)
    person(session, "带班领导A", "duty_leader")
    person(session, "主任A", "office_director")
    person(session, "分管A", "deputy_chief")
    person(session, "局长A", "chief")
    person(session, "联络员A", "liaison", at=food)
    return officer


def source(session: Session, url: str = "https://news.example/feed", **fields: object) -> Source:
    return sources.add_source(session, url, T, **fields)


def article(
    session: Session, number: int = 1, *, published: datetime | None = T, seen: datetime = T, **more
) -> Article:
    """Store one article of the one source; `more` sets its fields."""
    item = articles.NewArticle(f"https://news.example/{number}", f"标题{number}", "正文", published_at=published)
    channel = more.pop("channel", "news")
    made = articles.add_articles(session, source(session, channel=channel), [item], seen)[0]
    for name, value in more.items():
        setattr(made, name, value)
    session.flush()
    return made


def verdict(opens: str = "lead", **fields: object) -> Verdict:
    said = {
        "relevance": 0.9,
        "sections": (FOOD,),
        "sentiment": Sentiment.NEGATIVE,
        "sentiment_score": -0.8,
        "intent": "投诉",
        "topic": None,
        "emergency": 0.9 if opens == "provisional" else 0.1,
        "emergency_kind": None,
        "casualties": None,
        "rumour": 0.0,
        "place": ("清源市",),
        "ours": True,
        "grave": opens == "provisional",
        "opens": Opens(opens),
        "reasons": (Reason("集体腹泻", 2.1, "emergency", (0, 4)),),
    }
    return Verdict(**{**said, **fields})


def arrives(
    session: Session, number: int, opens: str, *, published: datetime | None = T, now: datetime = T, key="e1", **more
) -> tuple[Event, Lead | None]:
    """Let an article come in, be judged and be put into its event."""
    made = article(session, number, published=published, seen=now, **more)
    articles.save_verdict(session, made.id, verdict(opens), now)
    return events.put(session, made, events.Grouping(key, None, 1.0), now)


def lead(session: Session, opens: str = "lead", **more) -> Lead:
    made = arrives(session, 1, opens, **more)[1]
    assert made is not None
    return made
