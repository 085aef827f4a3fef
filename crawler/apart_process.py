"""One parsing process seen from its parent: started when needed, asked, and ended when it oversteps or dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.fetch_words import FetchError
from crawler.wire import HEAD, MORE, MOST_FOUND

COMMAND = ("-m", "crawler.apart_child")
START_SECONDS = 30.0
_LONGEST_STATUS = 100


@dataclass(frozen=True)
class _Running:
    process: subprocess.Popen[bytes]
    line: socket.socket


class Child:
    """One parsing process, started when it is first asked and again after it ended. For one thread at a time."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._running: _Running | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None where none runs."""
        running = self._running
        return running.process.pid if running and running.process.poll() is None else None

    def ask(
        self, header: bytes, body: bytes, seconds: float, more: Callable[[bytes], None] | None = None
    ) -> tuple[str, bytes]:
        """Return the child's status and answer, or `wall`, `cpu` or `died` and nothing where it ended instead.

        `more` takes the pieces of an answer that comes in several; it raises ValueError for nonsense. Raises FetchError
        `parser` if the child cannot be started.
        """
        running = self._running
        if running is None or self.pid is None:
            running = self._start()
        try:
            running.line.settimeout(seconds)
            running.line.sendall(HEAD.pack(len(header), len(body)) + header)
            running.line.sendall(body)
            until = time.monotonic() + seconds
            status, found = _received(running.line, until)
            while more is not None and status == MORE.decode():
                more(found)
                status, found = _received(running.line, until)
        except TimeoutError:
            self.close()
            return "wall", b""
        except (OSError, ValueError):
            return self._ended(running), b""
        except BaseException:
            self.close()  # What it answers later must not pass for the answer to somebody else's question.
            raise
        if status.endswith(" bye"):
            self.close()
        return status.removesuffix(" bye"), found

    def close(self) -> None:
        """End the process."""
        if self._running is not None:
            self._running.line.close()
            self._running.process.kill()
            self._running.process.wait()
            self._running = None

    def _start(self) -> _Running:
        self.close()
        ours, theirs = socket.socketpair()
        # No secrets of ours in its environment, and only our own modules on its path.
        env = {"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": os.defpath}
        command = [sys.executable, "-P", *self._command]
        try:
            with theirs:
                process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=env)
            self._running = _Running(process, ours)
            _received(ours, time.monotonic() + START_SECONDS)
        except (OSError, ValueError):
            ours.close()
            self.close()
            raise FetchError("parser", "解析程序没有启动，内容留待稍后再读") from None
        return self._running

    def _ended(self, running: _Running) -> str:
        """Return why the child is gone."""
        try:
            code = running.process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0  # It lives and talks nonsense.
        self.close()
        return "cpu" if code == -signal.SIGXCPU else "died"


def _received(line: socket.socket, until: float) -> tuple[str, bytes]:
    """Return the next message. Raises TimeoutError, or ValueError if it ends early or is no message."""
    status, found = HEAD.unpack(_exactly(line, HEAD.size, until))
    if status > _LONGEST_STATUS or found > MOST_FOUND:
        raise ValueError("no answer of ours")
    return _exactly(line, status, until).decode("ascii", "replace"), _exactly(line, found, until)


def _exactly(line: socket.socket, size: int, until: float) -> bytes:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        line.settimeout(max(0.001, until - time.monotonic()))
        count = line.recv_into(view[got:])
        if not count:
            raise ValueError("ended")
        got += count
    return bytes(data)
