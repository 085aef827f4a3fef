"""What the children print: each line on the screen with time and name, and in a log of bounded size."""

import os
import queue
import threading
from contextlib import suppress
from datetime import UTC, datetime
from logging import LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Self

from domain.workdays import BEIJING

LOG_BYTES = 5_000_000
LOG_COPIES = 3
LONGEST_LINE = 32_768
WAITING_LINES = 10_000


class _Log(RotatingFileHandler):
    """A full disk must not stop the supervisor: what cannot be written is left out."""

    def handleError(self, record: LogRecord) -> None:
        pass


class Output:
    """Screen and logs of one run. Lines of one child come whole; the screen never makes anybody wait."""

    def __init__(self, folder: Path, width: int = 8, screen: int = 1, log_bytes: int = LOG_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._width, self._log_bytes = folder, width, log_bytes
        self._screen = screen
        self._logs: dict[str, _Log] = {}
        self._rest: dict[str, bytes] = {}
        self._lines: queue.Queue[str | None] = queue.Queue(WAITING_LINES)
        # Its own thread, because a terminal that is held (Ctrl-S) blocks whoever writes to it.
        self._writer = threading.Thread(target=self._write, daemon=True, name="screen")
        self._writer.start()

    def feed(self, name: str, data: bytes, shown: bool = True) -> None:
        """Take bytes as a child printed them; whole lines are kept and `shown`, the rest waits for its end."""
        *lines, rest = (self._rest.pop(name, b"") + data).split(b"\n")
        if len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        self._rest[name] = rest
        for line in lines:
            self.say(name, line.decode("utf-8", "replace").rstrip("\r"), shown)

    def end(self, name: str, shown: bool = True) -> None:
        """Keep and show what a child printed last without ending the line."""
        if rest := self._rest.pop(name, b""):
            self.say(name, rest.decode("utf-8", "replace"), shown)

    def say(self, name: str, text: str, shown: bool = True) -> None:
        """Keep `text` in the log of `name`, line by line, and show it."""
        now = datetime.now(UTC).astimezone(BEIJING)
        for line in text.splitlines():
            self._log(name).emit(makeLogRecord({"msg": f"{now:%Y-%m-%d %H:%M:%S} {line}"}))
            if shown:
                self.show(f"{now:%H:%M:%S} {name:<{self._width}} | {line}")

    def show(self, text: str) -> None:
        """Show `text` as it is, on the screen only: sign-in words belong in no log."""
        with suppress(queue.Full):
            self._lines.put_nowait(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Show what is waiting (at most 2 s) and close the logs."""
        with suppress(queue.Full):
            self._lines.put_nowait(None)
        self._writer.join(2)
        for log in self._logs.values():
            log.close()

    def _log(self, name: str) -> _Log:
        if name not in self._logs:
            path = self._folder / f"{name}.log"
            self._logs[name] = _Log(
                path, maxBytes=self._log_bytes, backupCount=LOG_COPIES, encoding="utf-8", delay=True
            )
        return self._logs[name]

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            # A closed terminal or pipe is no reason to stop: the logs have everything.
            with suppress(OSError):
                data = f"{line}\n".encode()
                while data:
                    data = data[os.write(self._screen, data) :]
