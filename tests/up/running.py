"""`huiying up` as a real process over a temporary Procfile of tiny children, and what can be asked of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.ports import free_port

# Runs up() with the real Procfile reader, and an announcement that can be found in the output.
LAUNCH = """
import sys
from pathlib import Path
from huiying.guard import CannotStart
from huiying.up import up
data, bind, procfile, *redis = sys.argv[1:]
try:
    up(Path(data), bind, lambda: "READY", procfile=Path(procfile), redis_url=redis[0] if redis else None)
except CannotStart as refused:
    sys.exit(str(refused))
"""

# Each child appends "<pid> <word>" to journal: `up` at its start, `term` when asked to end.
CHILD = """
import os, signal, sys, time
from pathlib import Path
def note(word):
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(f"{time.time()} {sys.argv[1]} {os.getpid()} {word}\\n")
def end(*_):
    note("term")
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else end)
note("up")
print("你好", sys.argv[1])
while True:
    time.sleep(0.05)
"""

# Answers /healthz, as the web process does, at HUIYING_BIND.
WEB = """
import http.server, os
host, port = os.environ["HUIYING_BIND"].split(":")
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer((host, int(port)), Health).serve_forever()
"""


@dataclass
class Up:
    """One running `up`: its process, its folder, where it serves."""

    process: subprocess.Popen[bytes]
    data: Path
    bind: str
    screen: Path
    journal: Path

    def printed(self) -> str:
        """Everything shown so far."""
        return self.screen.read_text("utf-8")

    def noted(self, word: str) -> list[tuple[float, str, int]]:
        """Return (time, name, pid) of each child's note `word`, in order."""
        lines = self.journal.read_text("ascii").splitlines() if self.journal.exists() else []
        rows = [line.split() for line in lines]
        return [(float(at), name, int(pid)) for at, name, pid, said in rows if said == word]

    def pid_of(self, name: str, times: int = 1) -> int:
        """Wait for the `times`-th start of a child; return its pid."""
        wait_for(lambda: len(self.starts(name)) >= times, f"{name} started {times} times")
        return self.starts(name)[times - 1]

    def starts(self, name: str) -> list[int]:
        """Return the pids of a child, in the order of its starts."""
        return [pid for _, noted, pid in self.noted("up") if noted == name]


def wait_for(happened: Callable[[], bool], what: str, within: float = 10.0) -> float:
    """Return after how many seconds `happened()` was true; AssertionError naming `what` if it was not in time."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < within, f"not within {within} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


def alive(pid: int) -> bool:
    """Return whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int) -> list[int]:
    """Return the pids of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def procfile(folder: Path, **arguments: str) -> Path:
    """Write the programs and a Procfile: a `web` that answers, and one child for each argument."""
    (folder / "child.py").write_text(CHILD, "utf-8")
    (folder / "web.py").write_text(WEB, "utf-8")
    lines = [f"web: {sys.executable} {folder / 'web.py'}"]
    lines += [f"{name}: {sys.executable} {folder / 'child.py'} {name} {more}" for name, more in arguments.items()]
    path = folder / "Procfile"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def launch(folder: Path, path: Path, bind: str, *redis: str) -> subprocess.Popen[bytes]:
    """Start `up` on `folder`/data in a session of its own, its output in `folder`/screen."""
    (folder / "data").mkdir(exist_ok=True)
    with open(folder / "screen", "ab") as screen:
        return subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(folder / "data"), bind, str(path), *redis],
            stdout=screen,
            stderr=screen,
            env={**os.environ, "JOURNAL": str(folder / "journal")},
            start_new_session=True,
        )


@contextmanager
def running(folder: Path, path: Path, *redis: str, ready: bool = True) -> Iterator[Up]:
    """Give a running `up`, ready unless told otherwise; it and its children are gone after the `with`."""
    bind = f"127.0.0.1:{free_port()}"
    process = launch(folder, path, bind, *redis)
    up = Up(process, folder / "data", bind, folder / "screen", folder / "journal")
    try:
        if ready:
            wait_for(lambda: "READY" in up.printed() or process.poll() is not None, "announcement")
        yield up
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(15)
