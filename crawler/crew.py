"""Visits side by side, but one after the other on one host, with a pause: polite, and no slow host stops another."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

THREADS = 32
PATIENCE = 2.0
"""Seconds for which the visits under way are waited for when time is up; slower ones end by themselves."""
_LOOK = 1.0
log = logging.getLogger(__name__)

# Of the whole process, because two stages may want the same host, and a slow visit may outlive its crew.
_lock = threading.Lock()
_busy: set[str] = set()
_ready_at: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a host. `go` makes it; `give_back` returns the row where time ran out before its turn."""

    host: str
    go: Callable[[], None]
    give_back: Callable[[], None]


class Crew:
    """Makes visits until told to stop: at most `THREADS` hosts at once, one visit a host."""

    def __init__(self, pause: Callable[[str], float], seconds: float) -> None:
        """`pause(host)` gives the seconds between two visits to a host; after `seconds` no visit begins."""
        self._pause = pause
        self._end = time.monotonic() + seconds
        self._waiting: dict[str, deque[Visit]] = {}
        self._changed = threading.Condition(_lock)
        self._threads: list[threading.Thread] = []
        self._under_way = 0
        self._closed = False

    def add(self, visit: Visit) -> None:
        """Queue a visit behind those of its host."""
        with _lock:
            self._waiting.setdefault(visit.host, deque()).append(visit)
            if len(self._threads) < min(THREADS, len(self._waiting) + self._under_way):
                thread = threading.Thread(target=self._work, name=f"visit-{len(self._threads)}")
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    @property
    def queued(self) -> int:
        """How many visits wait for their turn."""
        with _lock:
            return sum(len(queue) for queue in self._waiting.values())

    def crowded(self, count: int) -> list[str]:
        """Return the hosts that at least `count` visits wait for."""
        with _lock:
            return [host for host, queue in self._waiting.items() if len(queue) >= count]

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        with _lock:
            return not self._waiting and not self._under_way

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def close(self) -> None:
        """Return when all visits are made, or when time is up: then what did not get its turn is given back."""
        with _lock:
            while (self._waiting or self._under_way) and not self.over:
                self._changed.wait(min(_LOOK, max(0.0, self._end - time.monotonic())))
            left = [visit for queue in self._waiting.values() for visit in queue]
            self._waiting.clear()
            self._closed = True
            self._changed.notify_all()
        for visit in left:
            visit.give_back()
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        """Make one visit after the other until the crew is closed."""
        while (visit := self._next()) is not None:
            try:
                visit.go()
            except Exception:
                log.exception("a visit to %s failed, its row comes back after its hold", visit.host)
            finally:
                self._done(visit.host, self._pause(visit.host))

    def _next(self) -> Visit | None:
        with _lock:
            while not self._closed:
                visit, wait = self._choice()
                if visit is not None:
                    _busy.add(visit.host)
                    self._under_way += 1
                    return visit
                self._changed.wait(wait)
            return None

    def _choice(self) -> tuple[Visit | None, float]:
        """Take the first visit whose host is free and has had its pause, else return how long to wait for one."""
        now = time.monotonic()
        soonest = _LOOK
        for host in self._waiting if now < self._end else ():
            left = _ready_at.get(host, 0.0) - now
            if host not in _busy and left <= 0:
                queue = self._waiting.pop(host)
                visit = queue.popleft()
                if queue:
                    self._waiting[host] = queue  # Behind all others.
                return visit, 0.0
            soonest = min(soonest, left) if host not in _busy else soonest
        return None, soonest

    def _done(self, host: str, pause: float) -> None:
        now = time.monotonic()
        with _lock:
            self._under_way -= 1
            _busy.discard(host)
            for past in [one for one, at in _ready_at.items() if at <= now]:
                del _ready_at[past]
            if pause > 0:
                _ready_at[host] = now + pause
            self._changed.notify_all()
