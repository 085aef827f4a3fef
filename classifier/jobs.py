"""Judging what is due: articles in batches, verdicts and hits of watch words out, each handed on to the grouping."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from classifier.judge import Judge
from classifier.text import Item
from classifier.watcher import Seen
from classifier.watching import Compiled, Live, seen_of
from domain.verdict import Verdict
from store import seals, watch_hits
from store.articles import save_verdict
from store.db import reading, transaction
from store.due import PARK_AFTER, Taken, finish, take
from store.tables.articles import Article

HOLD = timedelta(seconds=60)
BATCH = 200
log = logging.getLogger(__name__)


def judge_due(judge: Judge, now: Callable[[], datetime], seconds: float = 50, live: Live | None = None) -> int:
    """Judge articles until none is due or `seconds` are over; return how many.

    `live` keeps the compiled watch words from one call to the next; changes count from the next batch.
    """
    end, done, live = time.monotonic() + seconds, 0, live or Live()
    while time.monotonic() < end:
        with transaction() as session:
            taken = take(session, Article.judge_at, now(), HOLD, BATCH)
        if not taken:
            break
        done += _judge(judge, live.current(), taken, now())
    return done


def _judge(judge: Judge, watch: Compiled, taken: Sequence[Taken], now: datetime) -> int:
    """Judge one batch; where the batch fails, article by article, so that one bad text spoils no other."""
    items, shut = _items(taken)
    wanted = [(row, items[row.id]) for row in taken if row.id in items]
    try:
        verdicts: Sequence[Verdict | None] = judge.judge([seen.item for _, seen in wanted])
    except Exception:
        log.exception("a batch of %s articles could not be judged at once, trying one by one", len(wanted))
        verdicts = [_single(judge, row.id, seen.item) for row, seen in wanted]
    hits = [
        watch.hits(seen, verdict) if verdict and not (verdict.sealed or row.id in shut) else {}
        for (row, seen), verdict in zip(wanted, verdicts, strict=True)
    ]
    with transaction() as session:
        for (row, seen), verdict, found in zip(wanted, verdicts, hits, strict=True):
            if verdict is not None:
                save_verdict(session, row.id, watch.counted(verdict, found, seen.item.channel), now)
                finish(session, Article.judge_at, row, group_at=now)
            elif row.attempts >= PARK_AFTER:
                finish(session, Article.judge_at, row, parked="研判多次失败，请人工查看")
        hit = {row.id: found for (row, _), found, verdict in zip(wanted, hits, verdicts, strict=True) if verdict}
        watch_hits.write(session, hit, now, watch.watching.subscribers)
    return sum(verdict is not None for verdict in verdicts)


def _items(taken: Sequence[Taken]) -> tuple[dict[int, Seen], set[int]]:
    """Return the articles to judge, by id, and which of them are sealed: no 专题 hits those."""
    asked = select(Article).where(Article.id.in_([t.id for t in taken])).options(joinedload(Article.source))
    with reading() as session:
        found = list(session.scalars(asked))
        seen = {article.id: seen_of(article) for article in found}
        shut = [article for article in found if article.seal_id is not None]
        for article in shut:
            item = Item(*seals.text_of(session, article), seen[article.id].item.channel)
            seen[article.id] = replace(seen[article.id], item=item)
        return seen, {article.id for article in shut}


def _single(judge: Judge, article_id: int, item: Item) -> Verdict | None:
    try:
        return judge.judge([item])[0]
    except Exception:
        log.exception("article %s could not be judged", article_id)
        return None
