"""Keep child processes alive: start them, restart what dies, stop them in order, leave nothing running."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Self, cast

from huiying.output import Output
from huiying.tether import tethered

LONGEST_PAUSE = 10.0
STEADY_AFTER = 30.0
GRACE = 10.0


@dataclass
class Child:
    """One process to keep alive. `deaths` in a row decide how long the next start waits.

    `last` is stopped last; what `quiet` prints goes to its log, not to the screen.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    last: bool = False
    quiet: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    deaths: int = 0


def pause_after(deaths: int) -> float:
    """Return the seconds to wait before the next start: none after the first death, then 0.5, 1, 2, 4, 8, 10, 10 …"""
    return 0.0 if deaths <= 1 else min(LONGEST_PAUSE, 0.5 * 2.0 ** min(deaths - 2, 8))


class Supervisor:
    """Parent of all children; on leaving its `with`, all are stopped.

    Used from one thread that lives as long: a child dies with the thread that started it.
    """

    def __init__(self, output: Output, hurry: Callable[[], bool] = lambda: False) -> None:
        """`hurry()` is asked while stopping; true means that SIGKILL need not wait for the grace to end."""
        self._children: list[Child] = []
        self._output = output
        self._hurry = hurry
        self._pipes = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._output.say("up", "正在停止各个进程……")
        self._stop([child for child in self._children if not child.last])
        self._stop([child for child in self._children if child.last])
        self._pipes.close()
        self._output.say("up", "已全部停止。")

    def start(self, child: Child) -> None:
        """Start a child and keep it alive from now on."""
        self._children.append(child)
        self._start(child)

    def turn(self, wait: float) -> None:
        """Relay output for up to `wait` seconds, then restart what died and whose pause is over."""
        self._relay(wait)
        for child in self._children:
            if child.process is not None and self._reap(child):
                self._plan(child)
            if child.process is None and child.start_at and time.monotonic() >= child.start_at:
                self._start(child)

    def _stop(self, children: Sequence[Child]) -> None:
        """SIGTERM, then SIGKILL after `GRACE` seconds; one that still waits for its next start has none."""
        for child in children:
            self._signal(child, signal.SIGTERM)
        until = time.monotonic() + GRACE
        while (alive := [child for child in children if not self._gone(child)]) and time.monotonic() < until:
            if self._hurry():
                break
            self._relay(0.05)
        for child in alive:
            self._output.say(child.name, "没有按时退出，强制结束")
            self._signal(child, signal.SIGKILL)
            while not self._gone(child):
                self._relay(0.05)
        while self._relay(0) and time.monotonic() < until:
            pass

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.start_at = 0.0
        try:
            # A session of its own keeps the terminal's Ctrl-C from the child: Redis has to outlive the others.
            child.process = subprocess.Popen(
                tethered(list(child.argv)),
                env=child.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._output.say(child.name, f"不能启动：{error.strerror}")
            self._plan(child)
            return
        pipe = child.process.stdout
        assert pipe is not None  # noqa: S101, asked for above
        self._pipes.register(pipe, selectors.EVENT_READ, child)

    def _plan(self, child: Child) -> None:
        """Decide when a dead child starts again; a child that had lived long enough starts with a clean record."""
        now = time.monotonic()
        child.deaths = 1 if now - child.started >= STEADY_AFTER else child.deaths + 1
        pause = pause_after(child.deaths)
        child.start_at = now + pause
        self._output.say(child.name, f"{pause:g} 秒后重新启动" if pause else "立即重新启动")

    def _reap(self, child: Child) -> bool:
        """Return True, once, if the child is dead; whatever it left in its session is ended with it."""
        process = child.process
        if process is None or os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        # Before the pid is given back, so that the group can only be this child's.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        child.process = None
        self._output.say(child.name, _ended(status))
        return True

    def _gone(self, child: Child) -> bool:
        return child.process is None or self._reap(child)

    def _signal(self, child: Child, number: signal.Signals) -> None:
        child.start_at = 0.0
        if child.process is not None:
            # Not by `send_signal`: of a child that has just died it would take the status for which `_reap` looks.
            os.kill(child.process.pid, number)

    def _relay(self, wait: float) -> bool:
        """Hand on what the children print within `wait` seconds; return False if they printed nothing."""
        ready = self._pipes.select(wait)
        for key, _ in ready:
            pipe = cast(IO[bytes], key.fileobj)
            if data := os.read(key.fd, 65536):
                self._output.feed(key.data.name, data, not key.data.quiet)
            else:
                self._pipes.unregister(pipe)
                pipe.close()
                self._output.end(key.data.name, not key.data.quiet)
        return bool(ready)


def _ended(status: int) -> str:
    """Return in words how a process ended."""
    if status < 0:
        with suppress(ValueError):
            return f"进程被信号 {signal.Signals(-status).name} 结束"
    return f"进程结束，状态 {status}"
