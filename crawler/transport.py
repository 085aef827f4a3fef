"""HTTP over connections that dial only what the guard allows, and end with the request's time and bytes."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from crawler import guard
from crawler.fetch_words import FetchError

HEAD_BYTES = 400_000
"""What one answer may send before its body begins: headers, and interim answers before them."""


# The instant (monotonic) at which the request under way has to be over; every read and write is cut to it.
deadline: ContextVar[float] = ContextVar("deadline")


@dataclass
class _Allowance:
    """The seconds the request under way was given at its start, and the bytes it may still receive."""

    seconds: float
    bytes: int = HEAD_BYTES


_allowance: ContextVar[_Allowance] = ContextVar("allowance")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give what is requested inside at most so many seconds, or what is left of those of a request around it."""
    around = deadline.get(None)
    seconds = seconds if around is None else min(seconds, around - time.monotonic())
    until, allowed = deadline.set(time.monotonic() + seconds), _allowance.set(_Allowance(seconds))
    try:
        yield
    finally:
        deadline.reset(until)
        _allowance.reset(allowed)


def given() -> float:
    """Return the seconds the request under way was given at its start."""
    return _allowance.get().seconds


def left() -> float:
    """Return the seconds left for the request under way; raises httpcore.ReadTimeout when there are none."""
    seconds = deadline.get() - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("deadline")
    return seconds


def allow(size: int) -> None:
    """Let the request under way receive `size` bytes from now on, of whatever: headers, framing, body."""
    _allowance.get().bytes = size


def _count(size: int) -> None:
    allowance = _allowance.get()
    allowance.bytes -= size
    if allowance.bytes < 0:
        raise FetchError("too_large", "网站发来的数据远超应有的大小，已停止下载")


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every read, write and handshake ends with the time of the request under way."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, left())
        _count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return GuardedStream(self._inner.start_tls(ssl_context, server_hostname, left()))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Dials only addresses that pass `check`, one after the other until one answers."""

    def __init__(
        self,
        allowed: frozenset[str],
        own_ports: frozenset[int],
        resolve: guard.Resolve = guard.resolve,
        dialler: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._allowed, self._own_ports, self._resolve = allowed, own_ports, resolve
        self._inner = dialler or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = guard.addresses(host, port, left(), self._allowed, self._own_ports, self._resolve)
        failure: Exception = httpcore.ConnectError("dns")
        for address in addresses:
            try:
                return self._dial(address, port, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _dial(self, address: str, port: int, options: Iterable[Any] | None) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(address, port, min(left(), 10.0), None, options)
        here, there = stream.get_extra_info("client_addr"), stream.get_extra_info("server_addr")
        try:
            # Connected from the very address we dialled: a public address of this machine.
            guard.check(there[0], port, self._allowed, self._own_ports, is_self=here[0] == there[0])
        except guard.Refused:
            stream.close()
            raise
        return GuardedStream(stream)


class GuardedTransport(httpx.BaseTransport):
    """Puts our guarded connection pool under an httpx client, which has no public setting for it."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method, target, headers=request.headers.raw, content=b"", extensions=request.extensions
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it arrives."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
