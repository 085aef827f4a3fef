"""Everything on one machine: an own Redis if none is given, all processes of the Procfile, one Ctrl-C to end it."""

import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from huiying.guard import address_is_free, only_one
from huiying.output import Output
from huiying.procfile import PROCFILE, read_procfile
from huiying.redis_server import RedisServer, prepare_redis
from huiying.supervisor import Child, Supervisor

TURN = 0.2
REDIS_PATIENCE = 5.0
WEB_PATIENCE = 60.0


def up(
    data_dir: Path,
    bind: str,
    announce: Callable[[], str],
    *,
    redis_url: str | None = None,
    leave_out: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    procfile: Path = PROCFILE,
    screen: int = 1,
) -> None:
    """Run the service until SIGINT, SIGTERM or SIGHUP; nothing is left running on return. Call from the main thread.

    `announce()` is asked once for the text that is shown when the web process answers. Processes named in `leave_out`
    are not started; `env` is added to what the children inherit. Raises CannotStart, NoRedisServer, and ValueError for
    the Procfile.
    """
    commands = {name: argv for name, argv in read_procfile(procfile).items() if name not in leave_out}
    width = max(map(len, [*commands, "redis"]))
    with (
        only_one(data_dir),
        _signals() as asked,
        Output(data_dir / "log", width, screen) as output,
    ):
        address_is_free(bind)
        server = None if redis_url else prepare_redis(data_dir / "redis")
        environment = _environment(data_dir, bind, server.url if server else redis_url or "", env or {})
        with Supervisor(output, hurry=lambda: len(asked) > 1) as supervisor:
            if server:
                _start_redis(server, supervisor, output, asked)
            for name, argv in commands.items():
                supervisor.start(Child(name, argv, environment))
            threading.Thread(target=_greet, args=(bind, announce, output, asked), daemon=True).start()
            while not asked:
                supervisor.turn(TURN)


def _start_redis(server: RedisServer, supervisor: Supervisor, output: Output, asked: list[int]) -> None:
    """Start our own Redis and give it a moment; the service goes on without it if it does not answer.

    It is stopped last, so that what the others still want to hand over finds it there.
    """
    supervisor.start(Child("redis", server.argv, dict(os.environ), last=True, quiet=True))
    until = time.monotonic() + REDIS_PATIENCE
    while not asked and not server.answers():
        supervisor.turn(0.05)
        if time.monotonic() > until:
            output.say("up", "Redis 还没有应答；其余进程照常启动，时限不受影响。")
            return


def _greet(bind: str, announce: Callable[[], str], output: Output, asked: list[int]) -> None:
    """Wait until the web process answers, then show the announcement once; say so if it takes long."""
    output.say("up", "正在启动，请稍候……")
    patience = time.monotonic() + WEB_PATIENCE
    while not asked:
        if healthy(bind):
            output.show(announce())
            return
        if time.monotonic() > patience:
            output.say("up", f"网页在 {bind} 上还没有应答，仍在等待；原因见数据文件夹里的 log/web.log。")
            patience = float("inf")
        time.sleep(TURN)


def healthy(bind: str) -> bool:
    """Return True if the web process at `bind` answers /healthz with 200 within 2 s."""
    host, _, port = bind.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104, compared, not bound
    connection = http.client.HTTPConnection(host, int(port), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _environment(data_dir: Path, bind: str, redis_url: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return what the children inherit: ours, with the settings that were decided here."""
    inherited = dict(os.environ)
    programs = str(Path(sys.executable).parent)
    return {
        **inherited,
        "PATH": f"{programs}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "HUIYING_DATA_DIR": str(data_dir.absolute()),
        "HUIYING_BIND": bind,
        "REDIS_URL": redis_url,
        **more,
    }


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Give a list that grows with each request to stop: one asks, a second one is impatient."""
    asked: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda got, _frame: asked.append(got)) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
