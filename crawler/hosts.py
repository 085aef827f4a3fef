"""What is known of hosts while this process lives: one caller at a time, and a rest for those that keep failing."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from crawler.dates import BEIJING
from crawler.fetch_words import FetchError

PATIENCE = 5
"""Failures one after the other, whatever the address on the host, after which it is left alone for a while."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=6)
FAILURES = frozenset({"timeout", "connect", "dns", "tls", "broken", "server", "throttled", "forbidden"})
"""Codes that speak against a host; any other outcome of a request shows that it answers."""
_NOT_ASKED = frozenset({"robots", "robots_away"})
_MOST = 5000


def host_of(url: str) -> str:
    """Return host:port of an address, empty where it has none."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    except ValueError:
        return ""


class Turns:
    """One lock a host, kept only while somebody holds or waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()

    def of(self, host: str) -> "_Turn":
        """Return the lock of a host; keep the result for as long as it is needed."""
        with self._guard:
            turn = self._turns.get(host)
            if turn is None:
                turn = self._turns[host] = _Turn()
            return turn


class _Turn:
    """A lock that can be forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass
class _Trouble:
    failures: int = 0
    rests_until: datetime | None = None
    asked: bool = False


class Hosts:
    """The hosts in trouble. A host rests after some failures, longer after each further one, or as long as it asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._troubles: OrderedDict[str, _Trouble] = OrderedDict()

    def check(self, host: str, now: datetime) -> None:
        """Raise FetchError `resting`, with the seconds still to wait, if the host is to be left alone at `now`."""
        with self._lock:
            trouble = self._troubles.get(host)
            if trouble is None or trouble.rests_until is None or now >= trouble.rests_until:
                return
            left = int((trouble.rests_until - now).total_seconds()) + 1
            raise FetchError("resting", _words(host, trouble, now), retry_after=left)

    def note(self, host: str, error: FetchError | None, now: datetime) -> None:
        """Note how a visit ended; `error` is None for an answer."""
        if error is not None and error.code in _NOT_ASKED:
            return
        with self._lock:
            if error is None or error.code not in FAILURES:
                self._troubles.pop(host, None)
                return
            trouble = self._troubles.setdefault(host, _Trouble())
            self._troubles.move_to_end(host)
            trouble.failures += 1
            rest = rest_after(trouble.failures)
            asked = timedelta(seconds=error.retry_after or 0)
            trouble.asked = asked > rest
            if longer := max(rest, asked):
                trouble.rests_until = now + longer
            while len(self._troubles) > _MOST:
                self._troubles.popitem(last=False)


def rest_after(failures: int) -> timedelta:
    """Return how long a host rests after so many failures one after the other."""
    if failures < PATIENCE:
        return timedelta(0)
    return min(SHORTEST * (1 << min(failures - PATIENCE, 10)), LONGEST)


def _words(host: str, trouble: _Trouble, now: datetime) -> str:
    until = (trouble.rests_until or now).astimezone(BEIJING)
    day = "" if until.date() == now.astimezone(BEIJING).date() else f"{until:%m月%d日}"
    why = "要求稍后再来" if trouble.asked else f"连续 {trouble.failures} 次访问失败"
    return f"{host} {why}，对它的采集暂停到{day} {until:%H:%M}，到时自动再试"
