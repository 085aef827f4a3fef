"""One HTTP request to a provider: no redirects, no longer than the hard limit, and no address in any error."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from alerts.channels import Retry

PART = 5.0
"""Seconds for connecting and for each read."""
WHOLE = 10.0
"""Seconds for the whole request: a provider that drips one byte a second is cut off."""
MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """A provider's address without its secrets, and the user and password that stood in it."""

    url: str
    user: str
    password: str


def place(url: str) -> Place:
    """Return an address with what stands before the @ taken out."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Place(bare, unquote(parts.username or ""), unquote(parts.password or ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said."""

    status: int
    body: bytes


def post(
    url: str,
    body: Mapping[str, Any] | bytes,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Answer:
    """Send JSON (or bytes that are JSON already) and return the answer. Raises Retry where there was none."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    said = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return call("POST", url, content=content, headers=said, auth=auth)


def call(method: str, url: str, limit: float | None = None, **request: Any) -> Answer:
    """Send one request within `limit` seconds and return the answer, at most 64 KB of it.

    Raises Retry, which quotes no address: it may hold a key.
    """
    limit = limit or WHOLE
    headers = {"Accept-Encoding": "identity", "User-Agent": "huiying", **request.pop("headers", {})}
    try:
        with (
            _cutting(limit) as watch,
            httpx.Client(follow_redirects=False, timeout=min(PART, limit), trust_env=False) as client,
            client.stream(method, url, headers=headers, extensions={"trace": watch}, **request) as answer,
        ):
            return Answer(answer.status_code, b"".join(_bounded(answer)))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise Retry(_words(error)) from None


def _bounded(answer: httpx.Response) -> Iterator[bytes]:
    taken = 0
    for part in answer.iter_raw():
        taken += len(part)
        if taken > MOST:
            raise ValueError("too long")
        yield part


@contextmanager
def _cutting(seconds: float) -> Iterator[Any]:
    """Give a trace for httpcore that learns the socket, and shut that down when the time is up."""
    held: list[Any] = []

    def watch(event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            held[:] = [info["return_value"].get_extra_info("socket")]

    def cut() -> None:
        with suppress(OSError):
            for one in held:
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()


def _words(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"{PART:g} 秒没有回答"
    if isinstance(error, httpx.ConnectError):
        return "连不上对方服务器"
    return f"没有回答或连接中断（{type(error).__name__}）"
