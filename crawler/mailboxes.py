"""Visiting a mailbox (局长信箱): its new mails one by one, each read by the parsing child; nothing in it changes."""

import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from crawler import apart
from crawler.dates import Moment
from crawler.fetch_words import FetchError
from crawler.items import Collected, Item
from store import imap
from store.imap import Arrived, Dial, Place, Seen, Trouble

VISIT = 30.0
"""Seconds for a whole visit, as for any fetch; the next one goes on where it ended."""
VERB = 10.0
"""Seconds for each answer of the server."""
STEP = 15.0
"""Seconds for opening the folder, and for each mail; of one that takes longer only the headers are fetched then."""
LARGEST = 5 * 1024 * 1024
MOST = 100
"""Mails of one visit."""
MOST_TEXT = 4_000_000
"""Characters of one visit: the worker keeps them until they are stored."""
TRIES = 2
"""Conversations that broke at one mail after which only its headers are fetched."""
BACK = timedelta(days=7)
"""How far back a mailbox is read that is seen for the first time; the option `days` says otherwise."""
UNREAD = "（读不出的来信）"


def collect(
    kind: str,
    url: str,
    secret: str | None,
    now: datetime,
    options: Mapping[str, Any] | None,
    known: Mapping[str, int] | None,
    dial: Dial,
    seconds: float = VISIT,
) -> Collected:
    """Return the mails that came since the last visit; `known` is what that one returned, None for the first.

    `url` is `imaps://user@host:port/FOLDER` without the password, which is `secret`. Delivery reports and automatic
    replies are left out and counted, everything else is an item, also a mail that could not be read: somebody has to
    look at it. Raises FetchError, in Chinese, if the mailbox cannot be read.
    """
    place = _place(url, secret or "")
    seen = _seen(known)
    items, left_out, unread = list[Item](), Counter[str](), 0
    room = MOST_TEXT
    with closing(new_mails(place, seen, now, timedelta(days=_days(options)), dial, seconds)) as mails:
        for mail in mails:
            try:
                read = apart.letter(kind, mail.raw, url, now, mail.at, whole=mail.whole)
            except LookupError as error:
                read, unread = _unread(mail, str(error)), unread + 1
            except FetchError:
                if not items and not left_out:
                    raise
                break  # No parser is free: the next visit goes on with this mail.
            seen = mail.seen
            if isinstance(read, Item):
                items.append(read)
                room -= len(read.title) + len(read.text)
            else:
                left_out[read] += 1
            if len(items) + left_out.total() >= MOST or room < 0:
                break
    return Collected(items, {"validity": seen.validity, "uid": seen.uid} if seen else {}, left_out, unread)


def new_mails(
    place: Place, seen: Seen | None, now: datetime, back: timedelta, dial: Dial, seconds: float
) -> Generator[Arrived]:
    """Yield the mails that came after `seen`, the oldest first. FetchError if none could be read.

    Without `seen`, or where the mailbox numbered its mails anew, those since `now - back`. Where the conversation
    breaks another one goes on; a mail at which it broke twice, or once for taking too long, comes with its headers
    alone, as does one that is larger than 5 MB. Ends without a word when the time is over and any was read.
    """
    limits = imap.Limits(VERB, STEP, LARGEST, time.monotonic() + seconds)
    broke: Counter[Seen] = Counter()
    first = seen
    while True:
        stuck = {at for at, times in broke.items() if times >= TRIES}
        try:
            for mail in imap.mails(place, seen, now - back, limits, stuck, dial):
                seen = mail.seen
                yield mail
            return
        except Trouble as trouble:
            at = trouble.at
            if at is None or at in stuck or time.monotonic() >= limits.until:
                if seen == first:
                    raise FetchError(trouble.code, str(trouble)) from None
                return
            broke[at] += TRIES if trouble.code == "timeout" else 1


def _place(url: str, secret: str) -> Place:
    try:
        place = imap.place_of(url)
    except ValueError as error:
        raise FetchError("url", str(error)) from None
    if not place.user:
        raise FetchError("url", "信箱地址要写成 imaps://用户名@服务器:端口/文件夹")
    if place.password:
        raise FetchError("url", "信箱地址里不要写密码，密码单独填写")
    return replace(place, password=secret)


def _seen(known: Mapping[str, int] | None) -> Seen | None:
    return Seen(known["validity"], known["uid"]) if known and {"validity", "uid"} <= known.keys() else None


def _days(options: Mapping[str, Any] | None) -> float:
    try:
        return min(max(float((options or {}).get("days", BACK.days)), 0), 3650)
    except (TypeError, ValueError):
        return BACK.days


def _unread(mail: Arrived, reason: str) -> Item:
    """Return an item in the place of a mail that could not be read, so that a person looks at it."""
    return Item(
        title=UNREAD,
        link="",
        published=Moment(mail.at, "second") if mail.at else None,
        author=None,
        text=f"这封来信没有读出来，请到信箱里查看。原因：{reason}。",
        has_page=False,
        number=sha256(mail.raw).hexdigest()[:20],
        channel="message",
    )
