"""Run by a test in a process of its own: fetches addresses one by one, parses feeds, and prints what each cost."""

import json
import os
import sys
import time
from datetime import UTC, datetime

from crawler import apart
from crawler.fetch import Fetched, FetchError, Getter, Rules

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def megabytes(field: str) -> float:
    """Return a figure of this process, in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


def read(fetched: Fetched) -> int:
    """Have a feed parsed, and return the size of an answer."""
    if fetched.url.endswith("/feed"):
        apart.parse("feed", fetched.body, fetched.url, NOW)
    return len(fetched.body)


def main(place: str, *paths: str) -> None:
    """Print a JSON line for each path: outcome, bytes, seconds, and by how many MB the process grew meanwhile."""
    with Getter(Rules(frozenset([place]))) as getter:
        read(getter.get(f"http://{place}/ok", now=NOW))
        for path in paths:
            with open("/proc/self/clear_refs", "w", encoding="ascii") as peak:
                peak.write("5")  # The highest mark is set back to what is used now.
            before, began = megabytes("VmRSS"), time.monotonic()
            try:
                size, code = read(getter.get(f"http://{place}{path}", now=NOW)), "fetched"
            except FetchError as error:
                size, code = 0, error.code
            said = {
                "code": code,
                "size": size,
                "seconds": time.monotonic() - began,
                "open": len(os.listdir("/proc/self/fd")),
            }
            print(json.dumps({"path": path, "grown": megabytes("VmHWM") - before, **said}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
