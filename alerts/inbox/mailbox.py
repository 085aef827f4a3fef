"""The office's mailbox over IMAP: what is new, without marking or deleting anything, never longer than its limit."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from domain.imap_names import on_the_wire

VERB = 15.0
"""Seconds for connecting and for each answer of the server."""
WHOLE = 45.0
"""Seconds for opening the folder, and for each mail: a server that drips one byte a second is cut off."""
LARGEST = 25 * 1024 * 1024
MOST = 50
"""Mails of one conversation."""
BACK = timedelta(days=3)
"""How far back a mailbox is read that is seen for the first time, or that numbered its mails anew."""
MOST_HEADERS = 65_536
_PORTS = {"imap": 143, "imaps": 993}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Trouble(Exception):
    """The mailbox cannot be read now; the words say why and never quote the password. `at`: the mail it broke at."""

    at: "Seen | None" = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to where a mailbox was read: it numbers its mails upwards as long as `validity` stays."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """One new mail. Of one that is larger than 25 MB only the headers were fetched: `whole` is False."""

    seen: Seen
    raw: bytes
    whole: bool


def new_mails(url: str, seen: Seen | None, now: datetime, stuck: Container[Seen] = ()) -> Iterator[Arrived]:
    """Yield the mails that came after `seen`, the oldest first, at most 50. Raises Trouble.

    Without `seen`, or where the mailbox numbered its mails anew, those of the last three days. Of the mails in `stuck`
    only the headers are fetched.
    """
    parts = urlsplit(url)
    with _connected(parts) as server:
        with _limited(server, parts):
            validity = _opened(server, parts)
            known = seen if seen is not None and seen.validity == validity else None
            uids = _uids(server, known, now)[:MOST]
        for at in (Seen(validity, uid) for uid in uids):
            with _limited(server, parts, at):
                found = _fetched(server, at.uid, 0 if at in stuck else LARGEST)
            if found is not None:
                yield Arrived(at, *found)


@contextmanager
def _connected(parts: SplitResult) -> Iterator[imaplib.IMAP4]:
    """Give a connection, and say goodbye in the end; nobody waits long for the answer."""
    with _told(parts):
        server = _client(parts)
    try:
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.sock.settimeout(1)
            server.logout()
        with suppress(OSError):
            server.shutdown()


@contextmanager
def _limited(server: imaplib.IMAP4, parts: SplitResult, at: Seen | None = None) -> Iterator[None]:
    """Cut the connection off when what is done takes too long; trouble of any kind leaves as Trouble."""
    watch = threading.Timer(WHOLE, _cut, (server,))
    watch.daemon = True
    watch.start()
    try:
        with _told(parts, at):
            yield
    finally:
        watch.cancel()


@contextmanager
def _told(parts: SplitResult, at: Seen | None = None) -> Iterator[None]:
    place = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
    try:
        yield
    except (OSError, UnicodeError, imaplib.IMAP4.abort) as error:
        # imaplib turns a connection that ended while it waits into an abort.
        words = f"{VERB:g} 秒没有回答" if isinstance(error, TimeoutError) else _said(error) or type(error).__name__
        trouble = Trouble(f"连不上收信服务器 {place}，或连接中断：{words}")
    except imaplib.IMAP4.error as error:
        trouble = Trouble(f"收信服务器 {place} 不接受：{_said(error)}")
    else:
        return
    trouble.at = at
    raise trouble


def _client(parts: SplitResult) -> imaplib.IMAP4:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=VERB)
    return imaplib.IMAP4(host, port, timeout=VERB)


def _cut(server: imaplib.IMAP4) -> None:
    """End a conversation that takes too long, from another thread: whoever waits for the server gets an error."""
    with suppress(OSError):
        server.sock.shutdown(socket.SHUT_RDWR)


def _opened(server: imaplib.IMAP4, parts: SplitResult) -> int:
    """Sign in, open the folder without the right to change it, and return its validity."""
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))
    if "ID" in server.capabilities:
        server.xatom("ID", '("name" "huiying")')  # Some providers open no folder for a program without a name.
    folder = unquote(parts.path.strip("/")) or "INBOX"
    status, said = server.select(_quoted(folder), readonly=True)
    if status != "OK":
        raise imaplib.IMAP4.error(f"打不开文件夹“{folder}”：{_text(said[0] if said else status)}")
    _, found = server.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def _quoted(folder: str) -> str:
    """Return the name of a folder as a quoted string of the protocol."""
    name = on_the_wire(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"'


def _uids(server: imaplib.IMAP4, known: Seen | None, now: datetime) -> list[int]:
    if known is not None:
        asked = f"UID {known.uid + 1}:*"
    else:
        day = now - BACK
        asked = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
    found = _ok(server.uid("SEARCH", asked))
    least = known.uid if known is not None else 0
    # A range that ends with * holds the last mail even where it begins behind it.
    return sorted(uid for line in found if line for uid in map(int, line.split()) if uid > least)


def _fetched(server: imaplib.IMAP4, uid: int, largest: int) -> tuple[bytes, bool] | None:
    """Return a mail and whether it is whole; None for one that was deleted meanwhile."""
    answer = _ok(server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    size = next((int(one[1]) for line in answer if isinstance(line, bytes) and (one := _SIZE.search(line))), None)
    if size is None:
        return None
    whole = size <= largest
    part = f"BODY.PEEK[]<0.{LARGEST}>" if whole else f"BODY.PEEK[HEADER]<0.{MOST_HEADERS}>"
    found = _ok(server.uid("FETCH", str(uid), f"({part})"))
    raw = next((one[1] for one in found if isinstance(one, tuple)), None)
    return (raw, whole) if raw is not None else None


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] if data else status)
    return data


def _said(error: Exception) -> str:
    return " ".join(_text(error.args[0] if error.args else "").split())[:200]


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
