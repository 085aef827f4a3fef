"""What a source brings: one item a row, whatever kind of source it is; and what the page behind an item says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.dates import Moment

LONGEST_TITLE, LONGEST_TEXT = 500, 200_000
"""Characters; a longer text is no article, and everything after this stage takes time with its length."""

MOST_ITEMS = 5000


def check_count(count: int) -> None:
    """Raise LookupError, in Chinese, if a source gives more items at once than is sane: each asks for a page."""
    if count > MOST_ITEMS:
        raise LookupError(f"订阅源一次给出 {count} 条，超过 {MOST_ITEMS} 条的上限，已拒绝")


@dataclass(frozen=True)
class Item:
    """One entry, whatever it comes from. `link` is absolute, or empty where there is none; `text` is plain."""

    title: str
    link: str
    published: Moment | None
    author: str | None
    text: str
    has_page: bool = True
    """Whether `link` leads to a page with more than `text`, which is then read."""
    number: str | None = None
    """Number of a ticket or document, or a vendor's id; with it the item is known even where it has no link."""
    limit_at: datetime | None = None
    """The item's own limit, UTC: 办件单 or 转办文件 says it."""
    origin: str | None = None
    """来源 as the item names it."""
    channel: str | None = None
    """news, message or weibo, where it is another than its source's."""
    place: str | None = None
    """Where it happened, as a column of an export says it."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """reads, comments, likes, shares: those shown."""
    rank: int | None = None
    """Place on a hot list, from 1."""
    heat: int | None = None
    """Heat as a hot list gives it."""
    as_of: datetime | None = None
    """When a hot list was made, UTC: one given out from a cache is not a new one."""


@dataclass(frozen=True)
class Collected:
    """What one visit to a mailbox brought."""

    items: list[Item]
    known: Mapping[str, int]
    """Up to where it was read; the next visit is told so. JSON can hold it."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many were not taken for items, by the reason in words."""
    unread: int = 0
    """How many of the items stand for mails that could not be read."""

    @property
    def note(self) -> str | None:
        """In words, what a person should know of it."""
        left_out = "、".join(f"{words}{count}封" for words, count in self.left_out.items())
        notes = (
            f"没有收作信件：{left_out}" if left_out else "",
            f"{self.unread}封来信读不出来，已登记，请到信箱里查看" if self.unread else "",
        )
        return "；".join(filter(None, notes)) or None


@dataclass(frozen=True)
class Page:
    """What an article page says; `canonical` is the address the page itself gives as its own, absolute, or None."""

    title: str
    body: str
    author: str | None
    source: str | None
    published: Moment | None
    canonical: str | None
    charset: str
