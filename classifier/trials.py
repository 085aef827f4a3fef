"""试查: what a query would have hit among what came in, with what the whole-word guard left out."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, selectinload

from classifier.watcher import Hit, Span, Watcher
from classifier.watching import compiled, seen_of
from domain.query import Node, parse
from domain.query_words import QueryError
from domain.synonyms import general_of, names_of
from store import watch_hits, watch_trials, watches
from store.articles import verdict_of
from store.db import reading, transaction
from store.due import PARK_AFTER, Taken, finish, take_due
from store.tables.articles import Article
from store.tables.watches import WatchTrial

HOLD = timedelta(minutes=5)
BATCH = 500
EXAMPLES, FRIENDS = 12, 8
log = logging.getLogger(__name__)
Found = list[tuple[Article, Hit[int]]]


@dataclass(slots=True)
class Outcome:
    """What a query hit among `articles`: when, the newest first with the places of words, what the guard dropped."""

    articles: int = 0
    times: list[datetime] = field(default_factory=list)
    newest: list[tuple[Article, tuple[Span, ...]]] = field(default_factory=list)
    friends: Counter[tuple[str, str]] = field(default_factory=Counter)


def run(
    watcher: Watcher[int], start: datetime, seen: Callable[[int, Found], None] = lambda articles, found: None
) -> Outcome:
    """Match everything first seen since `start`, oldest first; `seen` hears of each batch: how many, and its hits."""
    outcome = Outcome()
    for articles in _batches(start):
        found: Found = []
        for article in articles:
            verdict, drops = verdict_of(article), []  # type: ignore[var-annotated]
            hits = watcher.match(seen_of(article, verdict.place if verdict else ()), drops)
            outcome.friends.update(set(drops))
            found += [(article, hit) for hit in hits]
        outcome.articles += len(articles)
        outcome.times += [article.first_seen_at for article, _ in found]
        latest = [*outcome.newest, *((article, hit.spans) for article, hit in found)]
        outcome.newest = nlargest(EXAMPLES, latest, key=lambda one: (one[0].first_seen_at, one[0].id))
        seen(len(articles), found)
    return outcome


def _batches(start: datetime) -> Iterator[list[Article]]:
    """Yield what was first seen since `start` in short readings, so that no writer waits."""
    last = 0
    loaded = (joinedload(Article.source), selectinload(Article.judged))
    while True:
        with reading() as session:
            asked = select(Article).where(Article.first_seen_at >= start, Article.id > last).options(*loaded)
            found = list(session.scalars(asked.order_by(Article.id).limit(BATCH)))
        if not found:
            return
        last = found[-1].id
        yield found


def watcher_of(node: Node, *, general: bool = False) -> Watcher[int]:
    """Return one query ready to be matched with the office's words."""
    with reading() as session:
        names, never = names_of(watches.synonyms(session)), general_of(watches.general(session))
    return Watcher({0: node}, names, never, [0] if general else [])


def answer_due(now: Callable[[], datetime], seconds: float = 50) -> int:
    """Answer what is asked until nothing is or `seconds` are over; return how many."""
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        taken = take_due(WatchTrial.ask_at, now(), HOLD, 1)
        if not taken:
            break
        done += _answered(taken[0], now())
    return done


def _answered(taken: Taken, now: datetime) -> bool:
    try:
        answer = _answer(taken, now)
    except QueryError as error:
        return _settle(taken, now, error=str(error))
    except NoResultFound:
        log.info("trial %s was withdrawn", taken.id)
        return False
    except Exception:
        log.exception("trial %s could not be answered", taken.id)
        return taken.attempts >= PARK_AFTER and _settle(taken, now, error="试查出错，请稍后再试")
    return _settle(taken, now, answer=answer)


def _settle(taken: Taken, now: datetime, **values: Any) -> bool:
    with transaction() as session:
        return finish(session, WatchTrial.ask_at, taken, answered_at=now, **values)


def _answer(taken: Taken, now: datetime) -> dict[str, Any]:
    """Return what a trial found; hits of a 专题 are written as they are found, nobody is told of them."""
    start = watch_trials.since(now)
    with transaction() as session:
        asked = session.get_one(WatchTrial, taken.id)
        asked.read, asked.total = 0, watch_trials.total(session, start)
        watcher = compiled(watches.watching(session)).watcher if asked.query == watch_trials.ALL else None
        node = None if watcher else parse(asked.query, watches.allowed(session))

    def seen(articles: int, found: Found) -> None:
        by_watch: dict[int, list[tuple[int, tuple[Span, ...]]]] = {}
        for article, hit in found:
            by_watch.setdefault(asked.watch_id or hit.key, []).append((article.id, hit.spans))
        with transaction() as session:
            row = session.get_one(WatchTrial, taken.id)
            row.read, row.total = row.read + articles, max(row.total, row.read + articles)
            for watch_id, hits in by_watch.items():
                if watch_id:
                    watch_hits.add(session, watch_id, hits)

    return _told(run(watcher or watcher_of(node, general=asked.general), start, seen), now)  # type: ignore[arg-type]


def _told(outcome: Outcome, now: datetime) -> dict[str, Any]:
    examples = [{"id": article.id, "spans": [list(span) for span in spans]} for article, spans in outcome.newest]
    return {
        "articles": outcome.articles,
        "hits": len(outcome.times),
        "days": watch_hits.by_day(outcome.times, now, watch_trials.DAYS),
        "examples": examples,
        "friends": [[word, friend, times] for (word, friend), times in outcome.friends.most_common(FRIENDS)],
    }
