"""A real redis-server for the tests: the one that `huiying up` would use."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huiying.redis_server import RedisServer, prepare_redis
from huiying.tether import tethered


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """Give a running server whose files are in `folder`; it ends with the `with`, or with this process."""
    server = prepare_redis(folder)
    process = subprocess.Popen(tethered(server.argv), stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while not server.answers():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{server.argv[0]} does not answer")
            time.sleep(0.02)
        yield server
    finally:
        process.terminate()
        process.wait(10)
