"""How much memory this process took at the most while something was done."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Grown:
    """Bytes by which the memory grew at the most; known when the block is left."""

    most = 0


@contextmanager
def growth() -> Iterator[Grown]:
    """Measure the block."""
    gc.collect()
    _FORGET.write_text("5")  # The peak counts from here.
    before, grown = _kilobytes("VmRSS"), Grown()
    yield grown
    grown.most = (_kilobytes("VmHWM") - before) << 10


def _kilobytes(what: str) -> int:
    found = re.search(rf"^{what}:\s+(\d+) kB", _STATUS.read_text(), re.M)
    assert found
    return int(found[1])
