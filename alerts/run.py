"""The clock process: one thread ticks, others send, so that a hanging mail server never stops a tick."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from alerts import jump
from alerts.clock import tick
from alerts.sender import Send, send_due
from store.db import transaction
from store.settings import Settings

log = logging.getLogger(__name__)

PERIOD = 1.0
SENDERS = 3
"""Threads that send: one hanging conversation holds up only its own."""
STUCK = 120.0
"""Seconds without a finished tick after which the process gives up, so that it is started anew."""


def present() -> datetime:
    """Return the present instant; the outermost shell's clock."""
    return datetime.now(UTC)


def run(
    settings: Settings, stop: threading.Event, send: Send | None = None, now: Callable[[], datetime] = present
) -> None:
    """Tick and send until `stop` is set. SystemExit(1) if ticking stood still for two minutes.

    Needs the database alone, and survives it being locked or away for a while. `now` gives the present instant.
    """
    work = threading.Event()
    done = [time.monotonic()]
    threads = [_thread("ticker", _ticking, stop, work, done, settings, now)]
    threads += [_thread(f"sender-{number}", _sending, stop, work, settings, send, now) for number in range(SENDERS)]
    _watch(stop, done)
    for thread in threads:
        thread.join(0.4)


def _thread(name: str, target: Callable[..., None], *args: object) -> threading.Thread:
    # Daemon threads, because a conversation with a hanging mail server must not delay the end; its notice comes back.
    thread = threading.Thread(target=target, args=args, name=name, daemon=True)
    thread.start()
    return thread


def _ticking(
    stop: threading.Event,
    work: threading.Event,
    done: list[float],
    settings: Settings,
    now: Callable[[], datetime],
) -> None:
    last = jump.Reading(now(), time.monotonic())
    while not stop.is_set():
        told = 0
        try:
            last = _held_against(last, now())
            told = tick(last.wall, settings)
        except Exception as error:
            log.error("tick failed, next try in %s s: %s", PERIOD, _short(error))
        done[0] = time.monotonic()
        if told:
            log.info("told %s rungs", told)
            work.set()
        stop.wait(0 if told else PERIOD)


def _held_against(last: jump.Reading, at: datetime) -> jump.Reading:
    """Return the present reading; a jump of the wall clock since the last one is written down."""
    reading = jump.Reading(at, time.monotonic())
    found = jump.jump(last, reading)
    if found is not None:
        log.warning("the wall clock jumped by %s s", round(found.total_seconds()))
        with transaction() as session:
            jump.note(session, at, found)
    return reading


def _sending(
    stop: threading.Event,
    work: threading.Event,
    settings: Settings,
    send: Send | None,
    now: Callable[[], datetime],
) -> None:
    while not stop.is_set():
        try:
            sent = send_due(now(), send, settings)
            if sent:
                log.info("sent %s notices", sent)
        except Exception as error:
            log.error("sending failed, next try in %s s: %s", PERIOD, _short(error))
        work.wait(PERIOD)
        work.clear()


def _short(error: Exception) -> str:
    """Return the first line of an error: the rest would quote rows."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]


def _watch(stop: threading.Event, done: list[float]) -> None:
    while not stop.wait(PERIOD):
        if time.monotonic() - done[0] > STUCK:
            log.critical("no tick for %s s: giving up, to be started anew", STUCK)
            raise SystemExit(1)
