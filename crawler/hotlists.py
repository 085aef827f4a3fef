"""What hot lists of all makers have in common: links without the rank, ids that stay, times that are none."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit, urlunsplit

from crawler.dates import Moment, read_moment
from crawler.identity import number_of
from crawler.items import Item
from crawler.links import absolute

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_NO_TIME = 10**18
_ALIKE = 3
"""From so many entries on, a time they all share is the list's."""

_TOPICS = {
    "s.weibo.com": ("/weibo", {"q"}),
    "m.weibo.cn": ("/search", {"containerid"}),
    "www.baidu.com": ("/s", {"wd", "word"}),
    "m.baidu.com": ("/s", {"wd", "word"}),
    "tieba.baidu.com": ("/hottopic", {"topic_id", "topic_name"}),
    "www.douyin.com": ("/hot", set()),
    "www.toutiao.com": ("/trending", set()),
    "so.toutiao.com": ("/search", {"keyword"}),
    "www.kuaishou.com": ("/search", {"searchKey"}),
    "search.bilibili.com": ("/", {"keyword"}),
    "www.so.com": ("/s", {"q"}),
    "www.sogou.com": ("/web", {"query"}),
}
"""Searches and topics: the path each begins with and the parameters that name the topic, all others are of the hour."""
_RANK = re.compile(r"(?:band_|hot_|list_)?rank(?:ing)?|refer|topic_ad|log_pb|log_id|impr_id|enter_from", re.I)
_RANKED_ID = re.compile(r"\b(?:pos|rank|index|top)[:=_-]?\d", re.I)


def steady_link(link: str, base: str) -> str:
    """Return the absolute link of an entry without what tells its rank or the time; empty if it is no web address."""
    try:
        parts = urlsplit(absolute(link, base)) if link else None
    except ValueError:
        return ""
    if parts is None:
        return ""
    pairs = [pair for pair in parts.query.split("&") if pair and not _RANK.fullmatch(_name(pair))]
    naming = _topic(parts.hostname or "", parts.path)
    if naming is not None:
        pairs = [pair for pair in pairs if _name(pair) in naming] or (pairs if naming else [])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(pairs), parts.fragment))


def is_topic(link: str) -> bool:
    """Return whether a link leads to a search or a topic, which nobody has published."""
    parts = urlsplit(link)
    return _topic(parts.hostname or "", parts.path) is not None


def list_time(value: object, now: datetime) -> datetime | None:
    """Return when the list itself was made, UTC: milliseconds, seconds or a written time; None if that is no time."""
    moment = stamp(value, now)
    return moment.at if moment else None


def stamp(value: object, now: datetime) -> Moment | None:
    """Return the time a field says: seconds, milliseconds, ISO or as people write it.

    None for 0, for ids put where a time belongs, and for what lies before 2000 or more than a day ahead.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", value):
        moment = read_moment(value, now)
    else:
        moment = _counted(float(min(value, _NO_TIME) if isinstance(value, int) else value))
    return moment if moment and _EARLIEST <= moment.at <= now + timedelta(days=1) else None


def _counted(number: float) -> Moment | None:
    """Return the time of a count of seconds, milliseconds or microseconds since 1970."""
    seconds = next((number / by for most, by in ((1e11, 1), (1e14, 1e3), (1e17, 1e6)) if number < most), 0)
    return Moment(datetime.fromtimestamp(int(seconds), UTC), "second") if seconds > 0 else None


def ranked(items: Iterable[Item], as_of: datetime | None) -> list[Item]:
    """Return the entries with what only the whole list tells: rank, time of the list, and a number each.

    An entry that stands there twice is kept once. The number is the entry's id if ids do not merely count the ranks,
    else made of the title. A link that different entries share (the list's own page) leads to none of them and is left
    out. A topic has no time of publication: the one it carries says when it came on the list; nor has an entry a time
    that all of them share.
    """
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        first.setdefault((item.link, item.title), item)
    once = list(first.values())
    links = Counter(item.link for item in once)
    numbers = _steady_ids([item.number or "" for item in once])
    shared = len(once) >= _ALIKE and len({item.published for item in once}) == 1
    return [
        replace(
            item,
            link=item.link if links[item.link] == 1 else "",
            number=number or number_of(item.title, None) or item.title,
            published=None if shared or is_topic(item.link) else item.published,
            rank=rank,
            as_of=as_of,
            has_page=False,
        )
        for rank, (item, number) in enumerate(zip(once, numbers, strict=True), 1)
    ]


def _steady_ids(ids: list[str]) -> list[str]:
    """Return the ids, empty for those that are ranks, tell a rank or are not the entry's alone."""
    times = Counter(ids)
    if len(ids) > 1 and all(one.isdecimal() and len(one) < 5 for one in ids):
        counted = [int(one) for one in ids]
        if all(after == before + 1 for before, after in pairwise(counted)):
            return [""] * len(ids)
    return ["" if times[one] > 1 or _RANKED_ID.search(one) else one for one in ids]


def _topic(host: str, path: str) -> set[str] | None:
    """Return the parameters that name a topic of this host and path, or None if that is no topic."""
    begin, naming = _TOPICS.get(host.lower(), ("", None))
    return naming if naming is not None and (path or "/").startswith(begin) else None


def _name(pair: str) -> str:
    return pair.partition("=")[0]
