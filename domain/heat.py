"""热度: how loud a topic is, by one formula whose parts are kept and shown; and whether it is rising. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log1p, sqrt

from domain.baseline import Baseline
from domain.heat_table import Numbers

TEN, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
WINDOWS = {"ten_minutes": TEN, "hour": HOUR, "day": DAY}
RANKS = {"central": 4, "provincial": 3, "government": 2, "city": 2, "self_media": 1}
"""Rank of an outlet by its registered authority."""


class Direction(StrEnum):
    """Where a topic goes."""

    UP = "up"
    FLAT = "flat"
    DOWN = "down"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The Chinese word shown on screens."""
        return {"up": "上升", "flat": "平稳", "down": "下降", "unknown": "数据太少"}[self.value]


@dataclass(frozen=True, slots=True)
class Seen:
    """One article of a topic as heat sees it; `sentiment` None and `relevance` 0 where it was not judged."""

    at: datetime
    source: int
    authority: str
    channel: str
    engagement: float = 0.0
    sentiment: str | None = None
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the formula is told: articles (copies counted) and what is usual in each window, and the rest of a day.

    `usual` is None where there is too little history; `authority` is the highest registered, empty for none.
    """

    volume: Mapping[str, int]
    usual: Mapping[str, float] | None
    sources: int
    authority: str
    engagement: float
    judged: int
    negative: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sum: its name, its points, and what they rest on."""

    name: str
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Heat:
    """The sum, 0 to 100, and its parts: they add up to it exactly."""

    value: int
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The sum in one line: 热度 63 = 声量 30 + 信源 12 + …."""
        return f"热度 {self.value} = " + " + ".join(f"{part.name} {part.points}" for part in self.parts)


def facts_of(seen: Sequence[Seen], baseline: Baseline, now: datetime) -> Facts:
    """Return the facts of the last 24 hours; articles that lie outside do not count."""
    day = [one for one in seen if now - DAY < one.at <= now]
    volume = {name: sum(one.at > now - length for one in day) for name, length in WINDOWS.items()}
    usual = {name: baseline.expected(now - length, now) for name, length in WINDOWS.items()}
    judged = [one.sentiment for one in day if one.sentiment is not None]
    return Facts(
        volume=volume,
        usual=None if baseline.thin else usual,
        sources=len({one.source for one in day}),
        authority=max((one.authority for one in day), key=lambda name: (RANKS.get(name, 0), name), default=""),
        engagement=sum(one.engagement for one in day),
        judged=len(judged),
        negative=judged.count("negative"),
    )


def heat(facts: Facts, numbers: Numbers) -> Heat:
    """Return the heat of a topic. More articles, all else equal, never give less; without any in a day it is 0.

    Every number is ours (domain/heat.toml), none is from a regulation.
    """
    if not facts.volume["day"]:
        return Heat(0, ())
    parts = tuple(make(facts, numbers) for make in (_volume, _rise, _sources, _authority, _engagement, _negative))
    return Heat(sum(part.points for part in parts), parts)


def _log(value: float, full: float) -> float:
    """Return 0 to 1 by the logarithm: 1 from `full` on."""
    return min(log1p(max(value, 0.0)) / log1p(full), 1.0)


def _volume(facts: Facts, numbers: Numbers) -> Part:
    points = _log(facts.volume["day"], numbers.full["volume"]) * numbers.points["volume"]
    return Part("声量", round(points), f"近 24 小时 {facts.volume['day']} 条，含转载")


def _rise(facts: Facts, numbers: Numbers) -> Part:
    if facts.usual is None:
        return Part("升幅", 0, "历史太少，还不能与平日比较，不计分")
    share = 0.0
    for name, weight in numbers.windows.items():
        times = (1 + facts.volume[name]) / (1 + facts.usual[name])
        share += weight * _log(times - 1, numbers.full["times"])
    shown = (("10 分钟", "ten_minutes"), ("1 小时", "hour"), ("24 小时", "day"))
    words = "，".join(f"近 {label} {facts.volume[name]} 条（平日 {facts.usual[name]:.1f}）" for label, name in shown)
    return Part("升幅", round(share * numbers.points["rise"]), words)


def _sources(facts: Facts, numbers: Numbers) -> Part:
    points = _log(facts.sources, numbers.full["sources"]) * numbers.points["sources"]
    return Part("信源", round(points), f"{facts.sources} 个信源")


def _authority(facts: Facts, numbers: Numbers) -> Part:
    points = numbers.authority.get(facts.authority, 0.0) * numbers.points["authority"]
    words = {"central": "中央", "provincial": "省级", "government": "政府网站", "city": "市级", "self_media": "自媒体"}
    return Part("媒体级别", round(points), f"最高一级：{words.get(facts.authority, '未登记')}")


def _engagement(facts: Facts, numbers: Numbers) -> Part:
    points = _log(facts.engagement, numbers.full["engagement"]) * numbers.points["engagement"]
    words = f"评论、点赞、转发和阅读折合 {facts.engagement:.0f}" if facts.engagement else "来源没有给出互动数"
    return Part("互动", round(points), words)


def _negative(facts: Facts, numbers: Numbers) -> Part:
    points = facts.negative / (facts.judged + numbers.full["calm"]) * numbers.points["negative"]
    return Part("负面", round(points), f"已判 {facts.judged} 条，负面 {facts.negative} 条")


def engagement_of(counts: Mapping[str, int] | None) -> float:
    """Return the engagement a page shows: comments, likes and shares, and a hundredth of the reads; 0 for none."""
    known = counts or {}
    return sum(known.get(name, 0) for name in ("comments", "likes", "shares")) + known.get("reads", 0) / 100


def direction(times: Sequence[datetime], baseline: Baseline, now: datetime, numbers: Mapping[str, float]) -> Direction:
    """Return where a topic goes: its last hours against as many before, each beside what is usual then.

    Fewer articles than chance tells apart are 数据太少. `numbers` are those of [direction] in heat.toml.
    """
    length = timedelta(hours=numbers["hours"])
    recent = sum(now - length < at <= now for at in times)
    before = sum(now - 2 * length < at <= now - length for at in times)
    if recent + before < numbers["fewest"]:
        return Direction.UNKNOWN
    usual = (baseline.expected(now - length, now), baseline.expected(now - 2 * length, now - length))
    ratio = 1.0 if baseline.thin or not min(usual) else usual[0] / usual[1]
    sure = (recent - before * ratio) / sqrt(recent + before * ratio**2)
    if abs(sure) < numbers["sure"]:
        return Direction.FLAT
    return Direction.UP if sure > 0 else Direction.DOWN
