"""Run by a test in a process of its own: fetches addresses one by one and prints what each cost."""

import json
import os
import sys
import time
from datetime import UTC, datetime

from crawler.fetch import FetchError, Getter, Rules

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def megabytes(field: str) -> float:
    """Return a figure of this process, in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


def main(place: str, *paths: str) -> None:
    """Print a JSON line for each path: outcome, bytes, seconds, and by how many MB the process grew meanwhile."""
    with Getter(Rules(frozenset([place]))) as getter:
        getter.get(f"http://{place}/ok", now=NOW)
        for path in paths:
            with open("/proc/self/clear_refs", "w", encoding="ascii") as peak:
                peak.write("5")  # The highest mark is set back to what is used now.
            before, began = megabytes("VmRSS"), time.monotonic()
            try:
                size, code = len(getter.get(f"http://{place}{path}", now=NOW).body), "fetched"
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
