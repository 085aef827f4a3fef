"""The clock process: one thread ticks, others send, so that a hanging mail server never stops a tick."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from alerts import jump
from alerts.clock import tick
from alerts.rest import rest
from alerts.sender import Send, send_due
from alerts.set_back import bring_forward
from store.db import transaction
from store.settings import Settings

log = logging.getLogger(__name__)

PERIOD = 1.0
SENDERS = 3
"""Threads that send: one hanging conversation holds up only its own."""
PATIENCE = 0.4
"""Seconds that all threads together have to end by themselves."""
STUCK = 120.0
"""Seconds without a finished tick after which the process is ended, so that it is started anew."""


def present() -> datetime:
    """Return the present instant; the outermost shell's clock."""
    return datetime.now(UTC)


def run(
    settings: Settings,
    stop: threading.Event,
    send: Send | None = None,
    now: Callable[[], datetime] = present,
    alive: Callable[[], object] = lambda: None,
) -> None:
    """Tick and send until `stop` is set; `alive` is called before each tick.

    Needs the database alone, and survives it being locked or away for a while. `now` gives the present instant.
    """
    work = threading.Event()
    in_hand: set[int] = set()
    threads = [_thread("ticker", _ticking, stop, work, settings, now, alive, in_hand)]
    sending = (stop, work, settings, send, now, in_hand)
    threads += [_thread(f"sender-{number}", _sending, *sending) for number in range(SENDERS)]
    while not rest(PERIOD, stop):
        pass
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _thread(name: str, target: Callable[..., None], *args: object) -> threading.Thread:
    # Daemon threads, because a conversation with a hanging mail server must not delay the end; its notice comes back.
    thread = threading.Thread(target=target, args=args, name=name, daemon=True)
    thread.start()
    return thread


def _ticking(
    stop: threading.Event,
    work: threading.Event,
    settings: Settings,
    now: Callable[[], datetime],
    alive: Callable[[], object] = lambda: None,
    in_hand: Collection[int] = (),
) -> None:
    last: jump.Reading | None = None
    while not stop.is_set():
        alive()
        told = 0
        try:
            last = _held_against(last, now(), in_hand)
            told = tick(last.wall, settings)
        except Exception as error:
            log.error("tick failed, next try in %s s: %s", PERIOD, _short(error))
        if told:
            log.info("told %s rungs", told)
            work.set()
        rest(0 if told else PERIOD, stop)


def _held_against(last: jump.Reading | None, at: datetime, in_hand: Collection[int]) -> jump.Reading:
    """Return the present reading. A jump since the last one is written down; after one back, and at the start, nothing
    goes on waiting for the time that the clock showed before."""
    reading = jump.Reading(at, time.monotonic())
    found = jump.jump(last, reading) if last else None
    if last is None or found is not None:
        with transaction() as session:
            if found is not None:
                log.warning("the wall clock jumped by %s s", round(found.total_seconds()))
                jump.note(session, at, found)
            if found is None or found < timedelta(0):
                bring_forward(session, at, in_hand)
    return reading


def _sending(
    stop: threading.Event,
    work: threading.Event,
    settings: Settings,
    send: Send | None,
    now: Callable[[], datetime],
    in_hand: set[int],
) -> None:
    while not stop.is_set():
        try:
            sent = send_due(now(), send, settings, in_hand)
            if sent:
                log.info("sent %s notices", sent)
        except Exception as error:
            log.error("sending failed, next try in %s s: %s", PERIOD, _short(error))
        rest(PERIOD, work, stop)
        work.clear()


def _short(error: Exception) -> str:
    """Return the first line of an error: the rest would quote rows."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]
