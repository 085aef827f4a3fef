"""Tells the queue which stage has work; the only file that names every stage."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from huiying.folder import with_demo
from store import office
from store.db import reading, transaction
from store.heat_file import read_numbers
from store.org import read_org
from store.settings import Settings
from store.tables.articles import Article
from store.tables.cases import Release
from store.tables.events import Event
from store.tables.opinion import Consultation
from store.tables.sources import Ask, Source
from store.tables.watches import WatchTrial

JOB_SECONDS = 20
JOB_TIMEOUT = JOB_SECONDS + 70
EVERY = 0.5
BEAT_EVERY = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: the columns by which its rows ask for work, and the function that works until nothing is due."""

    asks: tuple[InstrumentedAttribute[Any], ...]
    run: Callable[[Settings, float], int]

    def has_work(self, now: datetime) -> bool:
        """Return whether any row is due."""
        with reading() as session:
            return any(
                session.scalar(select(ask.class_.id).where(ask <= now).limit(1)) is not None for ask in self.asks
            )


def now() -> datetime:
    """Return the present instant; the outermost shell's clock."""
    return datetime.now(UTC)


def _crawl(settings: Settings, seconds: float) -> int:
    from crawler.jobs import crawl_due

    return crawl_due(settings, now, seconds)


def _judge(settings: Settings, seconds: float) -> int:
    from classifier.jobs import judge_due

    return judge_due(_judge_of(settings), now, seconds, _live())


def _try_out(settings: Settings, seconds: float) -> int:
    from classifier.trials import answer_due

    return answer_due(now, seconds)


def _check(settings: Settings, seconds: float) -> int:
    from crawler.confirm import confirm_due

    return confirm_due(settings, now, seconds)


def _heat(settings: Settings, seconds: float) -> int:
    from classifier.heat import heat_due

    return heat_due(read_numbers(settings), now, seconds)


def _consult(settings: Settings, seconds: float) -> int:
    from classifier.consulting import group_due

    return group_due(now, seconds)


@cache
def _judge_of(settings: Settings) -> Any:
    """Return the judge of the office's own template; it is compiled once a process and follows what was learned."""
    from classifier.standing import Standing

    return Standing(read_org(settings.org_file), settings.data_dir)


@cache
def _live() -> Any:
    """Return what keeps the compiled watch words; they are compiled once a process and after every change."""
    from classifier.watching import Live

    return Live()


STAGES = {
    "crawl": Stage((Ask.ask_at, Source.fetch_at, Article.page_at), _crawl),
    "judge": Stage((Article.judge_at,), _judge),
    "heat": Stage((Event.heat_at,), _heat),
    "watch": Stage((WatchTrial.ask_at,), _try_out),
    "check": Stage((Release.check_at,), _check),
    "consult": Stage((Consultation.group_at,), _consult),
}


def work(stage: str, seconds: float = JOB_SECONDS) -> int:
    """Work at one stage until nothing is due or `seconds` are over; return how many rows were done. The RQ job."""
    return STAGES[stage].run(with_demo(Settings.from_env()), seconds)


def queues(redis: Redis) -> dict[str, Queue]:
    """Return one queue a stage; bodies never travel through them."""
    return {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in STAGES}


def connect_redis(url: str) -> Redis:
    """Return a client that never waits long for a server that is gone or frozen."""
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)


def ask(redis: Redis, at: datetime) -> list[str]:
    """Ask the queue for every stage that has work and is not asked for yet; return their names."""
    asked = []
    for name, queue in queues(redis).items():
        if STAGES[name].has_work(at) and queue.count == 0:
            queue.enqueue(work, name, job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=3600, ttl=120)
            asked.append(name)
    return asked


def run(settings: Settings, stop: threading.Event) -> None:
    """Ask for work until `stop` is set. Without Redis it waits: the workers then look for work themselves."""
    redis = connect_redis(settings.redis_url) if settings.redis_url else None
    beaten = 0.0
    while not stop.wait(EVERY):
        words = _once(redis)
        if time.monotonic() - beaten > BEAT_EVERY:
            beaten = time.monotonic()
            _note(words)


def _once(redis: Redis | None) -> str:
    if redis is None:
        return "未设 Redis"
    try:
        ask(redis, now())
    except RedisError as error:
        return f"Redis 连不上：{type(error).__name__}"
    except Exception:
        log.exception("asking for work failed")
        return "出错，见日志"
    return ""


def _note(words: str) -> None:
    try:
        with transaction() as session:
            office.beat(session, "beat", now(), words)
    except Exception:
        log.exception("the sign of life could not be written")
