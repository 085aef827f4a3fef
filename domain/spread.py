"""传播: who published when, by time and likeness alone (按时间推断): no real edge of a repost is ever claimed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.heat import RANKS

MAINSTREAM = ("central", "provincial", "city")
"""Registered authorities of 主流媒体. Ours."""
LABELS = {4: "中央", 3: "省级", 2: "市级、政府网站", 1: "自媒体", 0: "未登记级别"}
FIRSTS = {4: "首家中央媒体", 3: "首家省级媒体", 2: "首家市级媒体或政府网站", 1: "首家自媒体"}
NO_PLACE = "未登记地区"
FOLLOWED = timedelta(days=7)
"""What appears later than this after a release is not counted as carrying it. Ours."""


@dataclass(frozen=True, slots=True)
class Post:
    """One article of a topic. `copy_of` is the id of the text it repeats; `casualties` None where none are named."""

    id: int
    at: datetime
    source_id: int
    source: str
    authority: str
    region: str
    title: str
    link: str = ""
    copy_of: int | None = None
    similarity: float | None = None
    casualties: int | None = None
    channel: str = "news"
    own: bool = False
    """Published by the bureau itself."""

    @property
    def rank(self) -> int:
        """Its outlet's registered rank, 0 for none."""
        return RANKS.get(self.authority, 0)

    @property
    def mainstream(self) -> bool:
        """Whether it is news of a mainstream outlet."""
        return not self.own and self.channel == "news" and self.authority in MAINSTREAM


@dataclass(slots=True)
class Row:
    """One post that is shown, why it is never folded away, and the copies folded behind it."""

    post: Post
    why: tuple[str, ...]
    hidden: list[Post] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """Posts of one rank or place: how many, at how many outlets, the first of them."""

    key: str
    number: int
    outlets: int
    first: Post


def ordered(posts: Iterable[Post]) -> list[Post]:
    """Return posts by time."""
    return sorted(posts, key=lambda post: (post.at, post.id))


def timeline(posts: Iterable[Post]) -> list[Row]:
    """Return the posts by time, copies folded behind what they repeat (另有 N 篇转载).

    A copy is shown all the same where it is the first from a region, from a higher-ranked outlet than any before, or
    the first to name more dead or injured.
    """
    rows: list[Row] = []
    by_text: dict[int, Row] = {}
    regions: set[str] = set()
    rank = casualties = -1
    for post in ordered(posts):
        news = _news(post, regions, rank, casualties, first=not rows)
        regions.add(post.region)
        rank, casualties = max(rank, post.rank), max(casualties, post.casualties or 0)
        text = post.copy_of or post.id
        known = by_text.get(text)
        if known is not None and post.copy_of is not None and not news:
            known.hidden.append(post)
            continue
        row = Row(post, news)
        rows.append(row)
        by_text.setdefault(text, row)
        by_text.setdefault(post.id, row)
    return rows


def _news(post: Post, regions: set[str], rank: int, casualties: int, *, first: bool) -> tuple[str, ...]:
    if first:
        return ("首发（按时间推断）",)
    why = []
    if post.region and post.region not in regions:
        why.append(f"首次见于{post.region}")
    if post.rank > rank:
        why.append(FIRSTS[post.rank])
    if (post.casualties or 0) > max(casualties, 0):
        why.append(f"首次提到伤亡 {post.casualties} 人")
    return tuple(why)


def by_rank(posts: Iterable[Post]) -> list[Share]:
    """Return the posts by rank of their outlets, the highest first."""
    found = _grouped((post.rank, post) for post in posts)
    return [_share(LABELS[rank], found[rank]) for rank in sorted(found, reverse=True)]


def by_place(posts: Iterable[Post]) -> list[Share]:
    """Return the posts by the registered region of their outlets, the most first."""
    found = _grouped((post.region or NO_PLACE, post) for post in posts)
    shares = [_share(place, found[place]) for place in found]
    return sorted(shares, key=lambda share: (-share.number, share.first.at, share.key))


def _grouped(pairs: Iterable[tuple[object, Post]]) -> dict[Any, list[Post]]:
    found: dict[Any, list[Post]] = {}
    for key, post in pairs:
        found.setdefault(key, []).append(post)
    return found


def _share(key: str, posts: Sequence[Post]) -> Share:
    return Share(key, len(posts), len({post.source_id for post in posts}), ordered(posts)[0])


@dataclass(frozen=True, slots=True)
class Carried:
    """A mainstream outlet that took up a release: its first post after it, and whether that repeats our text."""

    post: Post
    copied: bool


def carried(posts: Iterable[Post], released_at: datetime, ours: Iterable[int] = ()) -> list[Carried]:
    """Return which mainstream outlets took up a release of our own, one row an outlet: copies, then reports, the
    highest rank first.

    `ours` are the ids of our own text and of what stands for it: a post that repeats one of them is 转载, any other on
    the matter after the release is 后续报道, and whether it was made because of the release nobody can say. A copy is
    preferred to an earlier report. Source: 三明市商务局, 重要信息、重大政策发布后注重运用主流媒体 (row DL8).
    """
    texts = set(ours)
    first: dict[int, Carried] = {}
    for post in ordered(posts):
        if not post.mainstream or not released_at <= post.at <= released_at + FOLLOWED:
            continue
        found = Carried(post, post.copy_of in texts)
        known = first.get(post.source_id)
        if known is None or (found.copied and not known.copied):
            first[post.source_id] = found
    return sorted(first.values(), key=lambda one: (not one.copied, -one.post.rank, one.post.at, one.post.id))
