"""Answers that only say where the items are, like an index of site maps: the newest of those addresses are read too."""

import time
from dataclasses import dataclass, field

from crawler import apart, kinds
from crawler.fetch import Fetched, FetchError
from crawler.items import Item
from crawler.visited import Clock, Kit, get
from store.tables.sources import Source

MOST = 3
"""New pages stand in the newest maps; the others would be fetched in vain at every visit."""
PAUSE, LONGEST = 1.0, 40.0
"""Seconds between two requests, and for all of them: a visit has to end within its hold."""


@dataclass
class Followed:
    """What the addresses brought, and for each that failed its reason."""

    items: list[Item] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def words(self) -> str | None:
        """What failed, in a sentence; None if nothing did."""
        return f"{len(self.failures)} 份下级地图没有读到：{self.failures[0]}" if self.failures else None


def follow(kit: Kit, source: Source, fetched: Fetched, now: Clock) -> Followed:
    """Return what the addresses hold that an answer of the source refers to; nothing for kinds that refer to none.

    They are fetched whole even if unchanged, so that what a visit finds can be compared with what it found before.
    One that fails costs no other. Raises LookupError, in Chinese, if all of them failed.
    """
    follows = hasattr(kinds.named(source.kind), "follow")
    addresses = apart.follow(source.kind, fetched.body, fetched.url, now())[:MOST] if follows else []
    done = Followed()
    end = time.monotonic() + LONGEST
    for address in addresses:
        time.sleep(PAUSE)
        try:
            if time.monotonic() > end:
                raise LookupError("对方太慢，时间已用完")
            done.items += _read(kit, source, address, now)
        except LookupError as error:
            done.failures.append(str(error.args[0]))
    if addresses and len(done.failures) == len(addresses):
        raise LookupError(done.words)
    return done


def _read(kit: Kit, source: Source, address: str, now: Clock) -> list[Item]:
    """Return the items at an address. Raises LookupError, in Chinese, if it cannot be had or read."""
    visited = get(kit.getter, address, now)
    fetched = visited.fetched
    if fetched is None:
        raise LookupError(visited.error.words if visited.error else "没有内容")
    try:
        return apart.parse(source.kind, fetched.body, fetched.url, visited.at, fetched.charset, source.options)
    except FetchError as error:
        raise LookupError(error.words) from None
