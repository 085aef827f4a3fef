"""What must hold before the service starts: one `up` per data folder, and a free address to serve at."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DYING = 1.5  # seconds that the children of a killed predecessor may need to let go of the port


class CannotStart(RuntimeError):
    """The service cannot start here and now; the text is for the user and says what to do."""


def may_start(data_dir: Path, bind: str) -> None:
    """Raise CannotStart if another `up` runs on the folder or the address is taken; change nothing."""
    if (data_dir / "up.lock").exists():
        with only_one(data_dir):
            pass
    address_is_free(bind)


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the folder against a second `up`; the kernel lets go when this process dies. Raises CannotStart."""
    with open(os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = lock.read().strip() or "未知"
            raise CannotStart(
                f"数据文件夹 {data_dir} 已经有一个 huiying up 在运行（进程 {other}）。"
                f"请先停止它（kill {other}），或用 HUIYING_DATA_DIR 另选一个文件夹。"
            ) from None
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def address_is_free(bind: str, wait: float = DYING) -> None:
    """Return if `bind` (address:port) can be listened at within `wait` seconds. Raises CannotStart."""
    until = time.monotonic() + wait
    while (error := _try(bind)) is not None:
        if error.errno != errno.EADDRINUSE:
            raise CannotStart(f"不能在 {bind} 上监听：{error.strerror}。请改 HUIYING_BIND。") from None
        if time.monotonic() > until:
            raise CannotStart(
                f"{bind} 已被别的程序占用，服务没有启动，数据没有改动。"
                "请停止那个程序，或换一个端口，例如 HUIYING_BIND=127.0.0.1:8010。"
            ) from None
        time.sleep(0.1)


def _try(bind: str) -> OSError | None:
    host, _, port = bind.rpartition(":")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None
