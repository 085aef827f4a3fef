"""A mailbox over IMAP: what is new, without marking, moving or deleting anything, never longer than its limits.

Two parts of the line read mailboxes and may not know each other: the crawler citizens' letters, the alerts replies.
"""

import imaplib
import re
from collections.abc import Container, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from domain.imap_names import on_the_wire
from domain.workdays import BEIJING
from store.imap_line import (
    Client,
    Dial,
    Limits,
    Place,
    Seen,
    Trouble,
    connected,
    flat,
    place_of,
    plain_dial,
    said,
    told,
)

__all__ = ["Arrived", "Dial", "Limits", "Place", "Seen", "Trouble", "mails", "place_of"]

MOST_HEADERS = 65_536
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})")
_ARRIVAL = re.compile(rb'INTERNALDATE "([^"]{10,40})"')


@dataclass(frozen=True, slots=True)
class Arrived:
    """One new mail and when the server got it, UTC. `whole` is False where only its headers were fetched."""

    seen: Seen
    raw: bytes
    whole: bool
    at: datetime | None


def mails(
    place: Place,
    seen: Seen | None,
    since: datetime,
    limits: Limits,
    stuck: Container[Seen] = (),
    dial: Dial = plain_dial,
) -> Generator[Arrived]:
    """Yield the mails that came after `seen`, the oldest first, in one connection. Raises Trouble.

    Without `seen`, or where the mailbox numbered its mails anew, those since the day of `since`. Of the mails in
    `stuck` only the headers are fetched.
    """
    with connected(place, limits, dial) as server:
        with _step(server, place):
            validity = _opened(server, place)
            known = seen if seen is not None and seen.validity == validity else None
            uids = _uids(server, known, since)
        for at in (Seen(validity, uid) for uid in uids):
            with _step(server, place, at):
                mail = _fetched(server, at, 0 if at in stuck else limits.largest)
            if mail is not None:
                yield mail


@contextmanager
def _step(server: Client, place: Place, at: Seen | None = None) -> Iterator[None]:
    """Limit what is done inside; trouble of any kind leaves as Trouble."""
    try:
        with told(place), server.step():
            yield
    except Trouble as trouble:
        trouble.at = at
        raise


def _opened(server: Client, place: Place) -> int:
    """Sign in, open the folder without the right to change it, and return its validity."""
    try:
        server.login(place.user, place.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        reason = "" if isinstance(error, UnicodeError) else f"：{said(error)}"
        words = f"邮件服务器 {place} 拒绝 {place.user} 登录，请核对用户名和密码（授权码）{reason}"
        raise Trouble("forbidden", words) from None
    if "ID" in server.capabilities:
        server.xatom("ID", '("name" "huiying")')  # Some providers open no folder for a program without a name.
    folder = on_the_wire(place.folder).replace("\\", r"\\").replace('"', r"\"")
    answer = server.select(f'"{folder}"', readonly=True)
    try:
        _ok(answer)
    except imaplib.IMAP4.error as error:
        raise Trouble("gone", f"邮件服务器 {place} 打不开文件夹“{flat(place.folder)}”：{said(error)}") from None
    _, found = server.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def _uids(server: Client, known: Seen | None, since: datetime) -> list[int]:
    if known is not None:
        asked = f"UID {known.uid + 1}:*"
    else:
        day = since.astimezone(BEIJING)
        asked = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
    found = _ok(server.uid("SEARCH", asked))
    least = known.uid if known is not None else 0
    # A range that ends with * holds the last mail even where it begins behind it.
    return sorted(uid for line in found if line for uid in map(int, line.split()) if uid > least)


def _fetched(server: Client, at: Seen, largest: int) -> Arrived | None:
    """Return a mail; None for one that was deleted meanwhile."""
    answer = _ok(server.uid("FETCH", str(at.uid), "(RFC822.SIZE INTERNALDATE)"))
    facts = b" ".join(line for line in answer if isinstance(line, bytes))
    size = _SIZE.search(facts)
    if size is None:
        return None
    whole = int(size[1]) <= largest
    part = f"BODY.PEEK[]<0.{largest}>" if whole else f"BODY.PEEK[HEADER]<0.{MOST_HEADERS}>"
    found = _ok(server.uid("FETCH", str(at.uid), f"({part})"))
    raw = next((one[1] for one in found if isinstance(one, tuple)), None)
    return None if raw is None else Arrived(at, raw, whole, _arrival(facts))


def _arrival(facts: bytes) -> datetime | None:
    found = _ARRIVAL.search(facts)
    try:
        at = parsedate_to_datetime(found[1].decode("ascii", "replace")) if found else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] if data else status)
    return data
