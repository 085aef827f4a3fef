"""Visits side by side, but one after the other on one host, with a pause: polite, and no slow host stops another."""

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

THREADS = 16
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a host. `go` makes it; `give_back` returns the row where time ran out before its turn."""

    host: str
    go: Callable[[], None]
    give_back: Callable[[], None]


class Crew:
    """Runs visits until told to stop: at most `THREADS` hosts at once, one visit a host."""

    def __init__(self, pause: Callable[[str], float], seconds: float) -> None:
        """`pause(host)` gives the seconds between two visits to a host; after `seconds` no visit begins."""
        self._pause = pause
        self._end = time.monotonic() + seconds
        self._waiting: dict[str, deque[Visit]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._running: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="visit")

    def add(self, visit: Visit) -> None:
        """Queue a visit behind those of its host."""
        with self._lock:
            self._waiting[visit.host].append(visit)
            if visit.host not in self._running:
                self._running[visit.host] = self._pool.submit(self._serve, visit.host)

    @property
    def queued(self) -> int:
        """How many visits wait for their turn."""
        with self._lock:
            return sum(len(queue) for queue in self._waiting.values())

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        with self._lock:
            return not self._running

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def close(self) -> None:
        """Wait for the visits under way; give back what did not get its turn."""
        self._pool.shutdown(wait=True)

    def _serve(self, host: str) -> None:
        """Make the visits to one host, one after the other."""
        while (visit := self._next(host)) is not None:
            if self.over:
                visit.give_back()
                continue
            try:
                visit.go()
            except Exception:
                log.exception("a visit to %s failed, its row comes back after its hold", host)
            time.sleep(min(self._pause(host), max(0.0, self._end - time.monotonic())))

    def _next(self, host: str) -> Visit | None:
        with self._lock:
            if self._waiting[host]:
                return self._waiting[host].popleft()
            del self._waiting[host], self._running[host]
            return None
