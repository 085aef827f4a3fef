"""A mailbox over IMAP: what is new, without marking, moving or deleting anything, never longer than its limit."""

import imaplib
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.dates import BEIJING, read_time
from crawler.fetch_words import FetchError, for_connect
from domain.imap_names import on_the_wire

VERB = 15.0
"""Seconds for connecting and for each answer of the server."""
WHOLE = 45.0
"""Seconds for opening the folder, and for each mail: a server that drips one byte a second is cut off."""
VISIT = 60.0
"""Seconds after which no further mail of this visit is begun; the next visit goes on where it ended."""
LARGEST = 5 * 1024 * 1024
MOST = 100
"""Mails of one visit."""
TRIES = 2
"""Conversations that broke at one mail after which only its headers are fetched."""
MOST_HEADERS = 65_536
_PORTS = {"imap": 143, "imaps": 993}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_ARRIVAL = re.compile(rb'INTERNALDATE "([^"]{10,40})"')


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is, without its password. `folder` is as people write it."""

    host: str
    port: int
    tls: bool
    user: str
    folder: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to where a mailbox was read: it numbers its mails upwards as long as `validity` stays."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """One new mail and when the server got it, UTC. `whole` is False where only its headers were fetched."""

    seen: Seen
    raw: bytes
    whole: bool
    at: datetime | None


class _Broken(Exception):
    """A conversation that broke at one mail."""

    def __init__(self, at: Seen, error: FetchError) -> None:
        super().__init__(str(error))
        self.at, self.error = at, error


def place_of(url: str) -> Place:
    """Return the place of `imaps://user@host:port/FOLDER`. FetchError says what is wrong with an address."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise FetchError("url", "信箱地址的格式不正确") from None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise FetchError("url", "信箱地址要写成 imaps://用户名@服务器:端口/文件夹")
    if parts.password:
        raise FetchError("url", "信箱地址里不要写密码，密码单独填写")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Place(parts.hostname, port, parts.scheme == "imaps", unquote(parts.username), folder)


def new_mails(place: Place, secret: str, seen: Seen | None, now: datetime, back: timedelta) -> list[Arrived]:
    """Return the mails that came after `seen`, the oldest first, at most 100. FetchError if none could be read.

    Without `seen`, or where the mailbox numbered its mails anew, those since `now - back`. Where the conversation
    breaks, what was read is returned and the next visit goes on there; a mail at which it broke twice comes with its
    headers alone, as does one that is larger than 5 MB.
    """
    found: list[Arrived] = []
    broke: Counter[Seen] = Counter()
    ends = time.monotonic() + VISIT
    while True:
        try:
            _read_on(found, _conversation(place, secret, found[-1].seen if found else seen, now, back, broke), ends)
            return found
        except _Broken as broken:
            broke[broken.at] += 1
            if broke[broken.at] <= TRIES and time.monotonic() < ends:
                continue
            error = broken.error
        except FetchError as trouble:
            error = trouble
        if not found:
            raise error from None
        return found


def _read_on(found: list[Arrived], mails: Generator[Arrived], ends: float) -> None:
    """Add mails to `found` until there are enough or the time is over."""
    with closing(mails):
        for mail in mails:
            found.append(mail)
            if len(found) >= MOST or time.monotonic() > ends:
                return


def _conversation(
    place: Place, secret: str, seen: Seen | None, now: datetime, back: timedelta, broke: Mapping[Seen, int]
) -> Generator[Arrived]:
    """Yield the mails after `seen` in one connection. Raises FetchError, or _Broken with the mail it broke at."""
    with _connected(place) as server:
        with _limited(server, place):
            validity = _opened(server, place, secret)
            known = seen if seen is not None and seen.validity == validity else None
            uids = _uids(server, known, now - back)
        for at in (Seen(validity, uid) for uid in uids):
            try:
                with _limited(server, place):
                    mail = _fetched(server, at, 0 if broke.get(at, 0) == TRIES else LARGEST, now)
            except FetchError as error:
                raise _Broken(at, error) from None
            if mail is not None:
                yield mail


@contextmanager
def _connected(place: Place) -> Iterator[imaplib.IMAP4]:
    """Give a connection, and say goodbye in the end; nobody waits long for the answer."""
    with _told(place):
        server = _client(place)
    try:
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.sock.settimeout(1)
            server.logout()
        with suppress(OSError):
            server.shutdown()


@contextmanager
def _limited(server: imaplib.IMAP4, place: Place) -> Iterator[None]:
    """Cut the connection off when what is done takes too long; trouble of any kind leaves as FetchError."""
    watch = threading.Timer(WHOLE, _cut, (server,))
    watch.daemon = True
    watch.start()
    try:
        with _told(place):
            yield
    finally:
        watch.cancel()


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Turn what goes wrong into a FetchError whose words never quote the password."""
    host = f"{place.host}:{place.port}"
    try:
        yield
    except TimeoutError:
        raise FetchError("timeout", f"信箱服务器 {host} 在 {VERB:g} 秒内没有回答，稍后会再试") from None
    except socket.gaierror:
        raise FetchError(*for_connect(host, OSError("dns"))) from None
    except (ssl.SSLError, ConnectionRefusedError) as error:
        raise FetchError(*for_connect(host, error)) from None
    except (OSError, UnicodeError, ValueError, imaplib.IMAP4.abort) as error:
        # imaplib turns a connection that ended while it waits into an abort.
        words = _said(error) or type(error).__name__
        raise FetchError("broken", f"信箱服务器 {host} 的连接中断：{words}") from None
    except imaplib.IMAP4.error as error:
        raise FetchError("server", f"信箱服务器 {host} 不接受：{_said(error)}") from None


def _client(place: Place) -> imaplib.IMAP4:
    if place.tls:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=VERB)
    return imaplib.IMAP4(place.host, place.port, timeout=VERB)


def _cut(server: imaplib.IMAP4) -> None:
    """End a conversation that takes too long, from another thread: whoever waits for the server gets an error."""
    with suppress(OSError):
        server.sock.shutdown(socket.SHUT_RDWR)


def _opened(server: imaplib.IMAP4, place: Place, secret: str) -> int:
    """Sign in, open the folder without the right to change it, and return its validity."""
    try:
        server.login(place.user, secret)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        said = "" if isinstance(error, UnicodeError) else f"：{_said(error)}"
        raise FetchError("forbidden", f"信箱 {place.user} 登录被拒绝，请核对用户名和密码（授权码）{said}") from None
    if "ID" in server.capabilities:
        server.xatom("ID", '("name" "huiying")')  # Some providers open no folder for a program without a name.
    folder = on_the_wire(place.folder).replace("\\", r"\\").replace('"', r"\"")
    answer = server.select(f'"{folder}"', readonly=True)
    if answer[0] != "OK":
        raise FetchError("gone", f"信箱里没有文件夹“{place.folder}”，或不能打开")
    _, found = server.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def _uids(server: imaplib.IMAP4, known: Seen | None, since: datetime) -> list[int]:
    if known is not None:
        asked = f"UID {known.uid + 1}:*"
    else:
        day = since.astimezone(BEIJING)
        asked = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
    found = _ok(server.uid("SEARCH", asked))
    least = known.uid if known is not None else 0
    # A range that ends with * holds the last mail even where it begins behind it.
    return sorted(uid for line in found if line for uid in map(int, line.split()) if uid > least)


def _fetched(server: imaplib.IMAP4, at: Seen, largest: int, now: datetime) -> Arrived | None:
    """Return a mail; None for one that was deleted meanwhile."""
    answer = _ok(server.uid("FETCH", str(at.uid), "(RFC822.SIZE INTERNALDATE)"))
    said = b" ".join(line for line in answer if isinstance(line, bytes))
    size = _SIZE.search(said)
    if size is None:
        return None
    whole = int(size[1]) <= largest
    part = f"BODY.PEEK[]<0.{LARGEST}>" if whole else f"BODY.PEEK[HEADER]<0.{MOST_HEADERS}>"
    found = _ok(server.uid("FETCH", str(at.uid), f"({part})"))
    raw = next((one[1] for one in found if isinstance(one, tuple)), None)
    return None if raw is None else Arrived(at, raw, whole, _arrival(said, now))


def _arrival(said: bytes, now: datetime) -> datetime | None:
    found = _ARRIVAL.search(said)
    return read_time(found[1].decode("ascii", "replace"), now) if found else None


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] if data else status)
    return data


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200]
