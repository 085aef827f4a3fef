"""Waiting by a clock that nobody can set."""

import threading
import time

STEP = 0.05
"""Seconds until an event that was set meanwhile is seen."""


def rest(seconds: float, *ends: threading.Event) -> bool:
    """Wait until one of `ends` is set, for at most so many seconds; return whether one is.

    `Event.wait` goes by the wall clock where the C library is older than glibc 2.30: with the clock set back by two
    hours, a second of it lasts two hours.
    """
    until = time.monotonic() + seconds
    while not (ended := any(end.is_set() for end in ends)) and (left := until - time.monotonic()) > 0:
        time.sleep(min(STEP, left))
    return ended
