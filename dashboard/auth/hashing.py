"""At most two password hashes at a time: each costs 64 MB and a tenth of a second, a flood must not take the memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FREE = threading.BoundedSemaphore(2)
PATIENCE = 5.0


@contextmanager
def one_of_two() -> Iterator[bool]:
    """Wait at most 5 s for a place and give whether there is one; it is given back at the end."""
    taken = _FREE.acquire(timeout=PATIENCE)
    try:
        yield taken
    finally:
        if taken:
            _FREE.release()
