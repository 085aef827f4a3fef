"""等级建议: which level the office's written criteria give a topic, with the reason. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case import Level
from domain.early_warning import higher, pace
from domain.heat import RANKS, Facts, Seen
from domain.heat_table import Criterion

FEWEST = 3
"""Judged articles below which no share of negative ones counts."""
_RANK_WORDS = {0: "没有登记级别的媒体", 1: "只有自媒体", 2: "市级媒体", 3: "省级媒体", 4: "中央媒体"}


@dataclass(frozen=True, slots=True)
class Measures:
    """What the criteria ask for, of the last 24 hours; `rate` in articles an hour, `negative` a share."""

    rank: int
    volume: int
    sources: int
    platforms: int
    rate: float
    negative: float
    season: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The level proposed, and why in words; blue without a reason where no line was reached."""

    level: Level
    reasons: tuple[str, ...] = ()


def measures(facts: Facts, seen: Sequence[Seen], now: datetime, half_life: float, *, season: bool) -> Measures:
    """Return what the criteria ask for."""
    return Measures(
        rank=RANKS.get(facts.authority, 0),
        volume=facts.volume["day"],
        sources=facts.sources,
        platforms=len({one.channel for one in seen}),
        rate=pace([one.at for one in seen], now, half_life),
        negative=facts.negative / facts.judged if facts.judged >= FEWEST else 0.0,
        season=season,
    )


def propose(found: Measures, criteria: Iterable[Criterion]) -> Proposal:
    """Return the highest level any line of the criteria gives, with what was reached."""
    best = Proposal(Level.BLUE)
    for line in criteria:
        if _reached(found, line) and higher(line.level, best.level):
            best = Proposal(line.level, _words(found, line))
    return best


def _reached(found: Measures, line: Criterion) -> bool:
    return (found.season or not line.season) and all(getattr(found, name) >= least for name, least in line.least)


def _words(found: Measures, line: Criterion) -> tuple[str, ...]:
    said = {
        "rank": _RANK_WORDS[found.rank] + "报道",
        "volume": f"近 24 小时 {found.volume} 条",
        "sources": f"{found.sources} 个信源",
        "platforms": f"{found.platforms} 类平台",
        "rate": f"每小时约 {found.rate:.0f} 条",
        "negative": f"负面占 {found.negative:.0%}",
    }
    return (*(said[name] for name, _ in line.least), *(("敏感时期",) if line.season else ()))
