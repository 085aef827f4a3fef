"""One connection to an IMAP server: dialled, encrypted, limited in time and bytes; its trouble in Chinese words."""

import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

Dial = Callable[[str, int, float], socket.socket]
"""Host, port and seconds to an open connection; raises OSError, or what its own caller wants to see."""
_ROOM = 1_200_000
"""Bytes beside the mail itself that the server may send in one step: the list of a folder's mails is the longest."""
_PORTS = {"imap": 143, "imaps": 993}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is and how to get in. `folder` is as people write it."""

    host: str
    port: int
    tls: bool
    user: str
    folder: str
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return it as errors name it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each answer of the server (`verb`) and for each step (`step`): opening the folder, one mail.

    Of mails of more than `largest` bytes only the headers are fetched. All ends at `until`, of the monotonic clock.
    """

    verb: float
    step: float
    largest: int
    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to where a mailbox was read: it numbers its mails upwards as long as `validity` stays."""

    validity: int
    uid: int


class Trouble(Exception):
    """The mailbox cannot be read now; the words say why, in Chinese, and never quote the password.

    `code` is `timeout`, `dns`, `tls`, `connect`, `broken`, `server`, `forbidden` or `gone`; `at` the mail it broke
    at.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.at: Seen | None = None


def place_of(url: str) -> Place:
    """Return the place `imaps://user:password@host:port/FOLDER` names. ValueError, in Chinese, where it names none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ValueError("信箱地址的格式不正确") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("信箱地址要写成 imaps://用户名@服务器:端口/文件夹")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Place(parts.hostname, port, parts.scheme == "imaps", user, folder, password)


def plain_dial(host: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to whatever the name leads to: for addresses the administrator has set."""
    return socket.create_connection((host, port), seconds)


class _TooSlow(TimeoutError):
    """A step that was cut off."""


class Client(imaplib.IMAP4):
    """A connection whose steps end with their time and bytes, whatever the server sends."""

    sock: socket.socket

    def __init__(self, place: Place, limits: Limits, dial: Dial) -> None:
        self._place, self._limits, self._dial = place, limits, dial
        self._room = 0
        self._line: socket.socket | None = None
        self._too_slow = False
        with self.step():
            super().__init__(place.host, place.port, timeout=limits.verb)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Give what is done inside its seconds and bytes, then cut the line, from another thread."""
        self._room = self._limits.largest + _ROOM
        seconds = min(self._limits.step, self._limits.until - time.monotonic())
        if seconds <= 0:
            raise _TooSlow
        watch = threading.Timer(seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        except (OSError, ValueError, imaplib.IMAP4.error):
            if self._too_slow:
                raise _TooSlow from None
            raise
        finally:
            watch.cancel()

    def _cut(self) -> None:
        """End a step that takes too long: whoever waits for the server gets an error."""
        self._too_slow = True
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _create_socket(self, timeout: float) -> socket.socket:
        """Dial, and where it is wanted encrypt; the certificate has to be one of the name, however it was resolved."""
        line = self._dial(self._place.host, self._place.port, timeout)
        self._line = line
        if not self._place.tls:
            return line
        try:
            context = ssl.create_default_context()
            safe = context.wrap_socket(line, server_hostname=self._place.host, do_handshake_on_connect=False)
        except BaseException:
            line.close()
            raise
        self._line = safe
        try:
            safe.do_handshake()
        except BaseException:
            safe.close()
            raise
        return safe

    def read(self, size: int) -> bytes:
        """Return so many bytes; asked before they are fetched, for the server says how many there will be."""
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Return a line."""
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise self.abort("发来的数据远超应有的大小")


@contextmanager
def connected(place: Place, limits: Limits, dial: Dial) -> Iterator[Client]:
    """Give a connection, and say goodbye in the end; nobody waits long for the answer."""
    with told(place):
        server = Client(place, limits, dial)
    try:
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.sock.settimeout(1)
            server.logout()
        with suppress(OSError):
            server.shutdown()


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Turn what goes wrong inside into Trouble."""
    try:
        yield
    except (OSError, UnicodeError, ValueError, imaplib.IMAP4.error) as error:
        trouble = _trouble(place, error)
    else:
        return
    raise trouble


def _trouble(place: Place, error: Exception) -> Trouble:
    """Return in words what an error means."""
    if isinstance(error, _TooSlow):
        return Trouble("timeout", f"邮件服务器 {place} 没有在限定时间内传完，已中止，稍后会再试")
    if isinstance(error, TimeoutError):
        return Trouble("timeout", f"邮件服务器 {place} 没有回答，稍后会再试")
    if isinstance(error, socket.gaierror):
        return Trouble("dns", f"查不到邮件服务器 {place.host} 的地址，请核对域名或网络")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble("tls", f"邮件服务器 {place} 的安全证书没有通过校验（可能过期或不属于它），没有登录")
    if isinstance(error, ssl.SSLError):
        return Trouble("tls", f"与邮件服务器 {place} 建立加密连接失败")
    if isinstance(error, ConnectionRefusedError):
        return Trouble("connect", f"连不上邮件服务器 {place}：对方没有开放该端口")
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
        return Trouble("server", f"邮件服务器 {place} 不接受：{said(error)}")
    # imaplib turns a connection that ended while it waits into an abort.
    return Trouble("broken", f"连不上邮件服务器 {place}，或连接中断：{said(error) or type(error).__name__}")


def said(error: Exception) -> str:
    """Return what a server said, on one line."""
    first = error.args[0] if error.args else ""
    return flat(first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first))


def flat(text: str) -> str:
    """Return a text on one line, at most 200 characters."""
    return " ".join(text.split())[:200]
