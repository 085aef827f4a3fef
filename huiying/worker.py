"""Works at the stages that crawl and judge: woken by the queue, and by itself where the queue is silent or gone."""

import logging
import threading
import time
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from huiying import beat
from store import office
from store.db import transaction
from store.settings import Settings

SWEEP = 10.0
"""Seconds after which due work is taken up even if nobody asked for it."""
LOOK = 1.0
log = logging.getLogger(__name__)


class ThreadWorker(SimpleWorker):
    """Runs jobs in this thread: signals belong to `huiying worker`, and time limits cannot use them."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        """Keep the handlers of the command."""


def run(settings: Settings, stop: threading.Event) -> None:
    """Work until `stop` is set, one thread a stage, so that a slow website never holds up the judging."""
    threads = [
        threading.Thread(target=_serve, args=(settings, name, stop), name=name, daemon=True) for name in beat.STAGES
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(beat.BEAT_EVERY):
        _note("、".join(t.name for t in threads if not t.is_alive()))
    for thread in threads:
        thread.join(timeout=5)


def _serve(settings: Settings, stage: str, stop: threading.Event) -> None:
    """Do the jobs of one stage as they are asked for; sweep while Redis is away or where a job was lost."""
    redis = beat.connect_redis(settings.redis_url) if settings.redis_url else None
    swept = time.monotonic()
    while not stop.is_set():
        reached = redis is not None and _work_asked(redis, stage)
        if not reached or time.monotonic() - swept > SWEEP:
            swept = time.monotonic()
            _sweep(stage)
        stop.wait(0.2 if reached else LOOK)


def _work_asked(redis: Redis, stage: str) -> bool:
    """Do the jobs that wait; return whether Redis could be reached."""
    try:
        queue = beat.queues(redis)[stage]
        if queue.count:
            worker: Any = ThreadWorker([queue], connection=redis, serializer=JSONSerializer)
            worker.work(burst=True, logging_level="WARNING", with_scheduler=False)
        return True
    except (RedisError, OSError):
        return False


def _sweep(stage: str) -> None:
    """Work at a stage that has due rows, whoever should have asked."""
    try:
        if beat.STAGES[stage].has_work(beat.now()):
            beat.work(stage)
    except Exception:
        log.exception("stage %s: sweep failed", stage)


def _note(dead: str) -> None:
    try:
        with transaction() as session:
            office.beat(session, "worker", beat.now(), f"停止的环节：{dead}" if dead else "")
    except Exception:
        log.exception("the sign of life could not be written")
