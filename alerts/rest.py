"""Waiting by a clock that nobody can set."""

import threading
import time

STEP = 0.05
"""Seconds until an event that was set meanwhile is seen."""


def rest(seconds: float, end: threading.Event) -> bool:
    """Wait until `end` is set, for at most so many seconds; return whether it is.

    `Event.wait` goes by the wall clock where the C library is older than glibc 2.30: with the clock set back by two
    hours, a second of it lasts two hours.
    """
    until = time.monotonic() + seconds
    while not end.is_set() and (left := until - time.monotonic()) > 0:
        time.sleep(min(STEP, left))
    return end.is_set()
