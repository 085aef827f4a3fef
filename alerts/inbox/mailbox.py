"""The office's mailbox, to which people reply: what is new, without marking or deleting anything.

Its address is the administrator's own setting (`IMAP_URL`), trusted like that of the database and usually one in the
office's network: it is dialled without the crawler's guard, which is for addresses that people enter on screens.
"""

from collections.abc import Container, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice

from store import imap
from store.imap import Arrived, Seen, Trouble

__all__ = ["Arrived", "Seen", "Trouble", "new_mails"]

VERB = 15.0
"""Seconds for connecting and for each answer of the server."""
WHOLE = 45.0
"""Seconds for opening the folder, and for each mail: a server that drips one byte a second is cut off."""
LARGEST = 25 * 1024 * 1024
MOST = 50
"""Mails of one conversation."""
BACK = timedelta(days=3)
"""How far back a mailbox is read that is seen for the first time, or that numbered its mails anew."""


def new_mails(url: str, seen: Seen | None, now: datetime, stuck: Container[Seen] = ()) -> Iterator[Arrived]:
    """Yield the mails that came after `seen`, the oldest first, at most 50. Raises Trouble.

    Without `seen`, or where the mailbox numbered its mails anew, those of the last three days. Of the mails in `stuck`,
    and of those larger than 25 MB, only the headers are fetched.
    """
    found = imap.mails(imap.place_of(url), seen, now - BACK, imap.Limits(VERB, WHOLE, LARGEST), stuck)
    with closing(found):
        yield from islice(found, MOST)
