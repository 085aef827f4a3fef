"""Judging what is due: articles in batches, verdicts out, each handed on to the grouping."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from classifier.judge import Judge
from classifier.text import Item
from domain.case import reads_like
from domain.verdict import Verdict
from store.articles import save_verdict
from store.db import reading, transaction
from store.due import PARK_AFTER, Taken, finish, take
from store.tables.articles import Article

HOLD = timedelta(seconds=60)
BATCH = 200
log = logging.getLogger(__name__)


def judge_due(judge: Judge, now: Callable[[], datetime], seconds: float = 50) -> int:
    """Judge articles until none is due or `seconds` are over; return how many."""
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        with transaction() as session:
            taken = take(session, Article.judge_at, now(), HOLD, BATCH)
        if not taken:
            break
        done += _judge(judge, taken, now())
    return done


def _judge(judge: Judge, taken: Sequence[Taken], now: datetime) -> int:
    """Judge one batch; where the batch fails, article by article, so that one bad text spoils no other."""
    items = _items(taken)
    wanted = [(row, items[row.id]) for row in taken if row.id in items]
    try:
        verdicts: Sequence[Verdict | None] = judge.judge([item for _, item in wanted])
    except Exception:
        log.exception("a batch of %s articles could not be judged at once, trying one by one", len(wanted))
        verdicts = [_single(judge, row.id, item) for row, item in wanted]
    with transaction() as session:
        for (row, _), verdict in zip(wanted, verdicts, strict=True):
            if verdict is not None:
                save_verdict(session, row.id, verdict, now)
                finish(session, Article.judge_at, row, group_at=now)
            elif row.attempts >= PARK_AFTER:
                finish(session, Article.judge_at, row, parked="研判多次失败，请人工查看")
    return sum(verdict is not None for verdict in verdicts)


def _items(taken: Sequence[Taken]) -> dict[int, Item]:
    asked = select(Article.id, Article.title, Article.body, Article.channel).where(
        Article.id.in_([t.id for t in taken])
    )
    with reading() as session:
        return {
            id_: Item(title=title, text=body, channel=reads_like(channel))
            for id_, title, body, channel in session.execute(asked)
        }


def _single(judge: Judge, article_id: int, item: Item) -> Verdict | None:
    try:
        return judge.judge([item])[0]
    except Exception:
        log.exception("article %s could not be judged", article_id)
        return None
