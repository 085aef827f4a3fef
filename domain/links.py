"""What fetching the link of a release means: it can be opened, has moved, is gone, or nobody can say. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

WATCHED = timedelta(days=7)
"""For so long after it was recorded the link of a release is fetched every day. Ours."""
DAILY = timedelta(days=1)
TRIES = 3
PAUSES = (timedelta(minutes=10), timedelta(hours=1))
"""Between the tries of a link that could not be fetched just now."""
GONE = frozenset({"gone", "url"})
REFUSED = frozenset({"forbidden", "private", "address", "own_port", "port", "status", "robots", "downgrade"})
UNSEEN = frozenset({"robots_away", "resting"})
"""The link was not even asked for, out of politeness: that never makes it broken."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one fetch came to: `ok` False where the link is broken, None where only a person can tell."""

    ok: bool | None
    words: str
    again: bool = False
    """Whether it is to be tried again soon: the network or the site may have failed for a moment."""


def reached(link: str, final: str, title: str | None) -> Found:
    """Return what it means that a page came: with its title, and where it stands now if that is another address."""
    named = f"《{title}》" if title else ""
    moved = _place(link) != _place(final)
    return Found(
        True, f"链接已跳转到 {final}{named and '：'}{named}" if moved else f"链接打得开{named and '：'}{named}"
    )


def _place(url: str) -> tuple[str, str, str]:
    """Return what makes two addresses the same page for a reader: not the scheme, not the slash at the end."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query


def not_reached(code: str, words: str, tries: int) -> Found:
    """Return what a failed fetch means, by its code; `tries` counts this one.

    A page that is gone is broken at once. A site that does not let us look says nothing about its readers. Anything
    else is tried three times before the link counts as broken.
    """
    if code in GONE:
        return Found(False, f"链接打不开：{words}")
    if code in REFUSED:
        return Found(None, f"系统看不到这个链接，请人工打开确认：{words}")
    if code in UNSEEN and tries >= TRIES:
        return Found(None, f"系统看不到这个链接，请人工打开确认：{words}")
    if tries < TRIES:
        return Found(None, f"暂时没有打开，稍后再试：{words}", again=True)
    return Found(False, f"链接打不开：{words}")


def next_check(recorded_at: datetime, now: datetime, tries: int, found: Found) -> datetime | None:
    """Return when the link is fetched next: soon after a failure that may pass, else daily for a week, then never."""
    if found.again:
        return now + PAUSES[min(tries, len(PAUSES)) - 1]
    following = now + DAILY
    return following if following <= recorded_at + WATCHED else None
