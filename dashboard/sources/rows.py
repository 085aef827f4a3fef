"""The list of sources as it is asked for: narrowed, the troubled ones first, each with why in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from dashboard import words
from domain.silence import Normal
from domain.workdays import beijing_day
from store import seasons, yields
from store import sources as store
from store.sources import (
    AUTHORITY_LABELS,
    CHANNEL_LABELS,
    PASSIVE,
    ROLE_LABELS,
    Health,
    health_of,
    seconds_between,
    undocumented,
)
from store.tables.sources import Source

ORDER = (Health.NEVER, Health.REFUSED, Health.FAILING, Health.SPARSE, Health.QUIET, Health.WORKING, Health.OFF)
PAGE = 50
NARROWING = ("words", "role", "kind", "channel", "authority")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; nothing does not narrow."""

    words: str = ""
    role: str = ""
    kind: str = ""
    channel: str = ""
    authority: str = ""
    health: Health | None = None
    undocumented: bool = False

    def address(self, **other: str) -> str:
        """Return the address of the same list with something changed, ready for one more field."""
        said = {name: getattr(self, name) for name in NARROWING}
        said |= {"health": str(self.health or ""), "basis": "missing" if self.undocumented else "", **other}
        return "/sources?" + "".join(f"{urlencode([pair])}&" for pair in said.items() if pair[1])


@dataclass(frozen=True, slots=True)
class Row:
    """One source: how it is doing and why, and how often it is asked now (`None` where it is not)."""

    source: Source
    health: Health
    reason: str
    every: str | None
    undocumented: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A count that leads to what it counts."""

    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list."""

    rows: list[Row]
    total: int
    everything: int
    chips: list[Chip]
    season: bool
    kinds: list[tuple[str, str]] = field(default_factory=list)


def asked(sent: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what it cannot mean does not narrow."""
    health = sent.get("health", "")
    return Asked(
        words=sent.get("words", "").strip()[:100],
        role=sent.get("role", "") if sent.get("role") in ROLE_LABELS else "",
        kind=sent.get("kind", "")[:20],
        channel=sent.get("channel", "") if sent.get("channel") in CHANNEL_LABELS else "",
        authority=sent.get("authority", "") if sent.get("authority") in AUTHORITY_LABELS else "",
        health=Health(health) if health in list(Health) else None,
        undocumented=sent.get("basis") == "missing",
    )


def listing(session: Session, wanted: Asked, page: int, now: datetime) -> Listing:
    """Return one page of the list."""
    everything = store.listed(session)
    near = [(source, health_of(source, now)) for source in everything if _fits(source, wanted)]
    chosen = [pair for pair in near if _is_chosen(pair, wanted)]
    chosen.sort(key=lambda pair: ORDER.index(pair[1]))
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    return Listing(
        rows=_rows(session, shown, now),
        total=len(chosen),
        everything=len(everything),
        chips=_chips(near, wanted),
        season=seasons.in_season(session, beijing_day(now)),
        kinds=sorted({source.kind: source.kind_label for source in everything}.items(), key=lambda pair: pair[1]),
    )


def _fits(source: Source, wanted: Asked) -> bool:
    """Return whether a source fits everything but health and basis: those are counted."""
    for name in NARROWING[1:]:
        if getattr(wanted, name) and getattr(source, name) != getattr(wanted, name):
            return False
    said = f"{source.name} {source.url} {source.region or ''} {source.owner or ''} {source.kind_label}".casefold()
    return all(word in said for word in wanted.words.casefold().split())


def _is_chosen(pair: tuple[Source, Health], wanted: Asked) -> bool:
    return wanted.health in (None, pair[1]) and (not wanted.undocumented or undocumented(pair[0]))


def _chips(near: list[tuple[Source, Health]], wanted: Asked) -> list[Chip]:
    """Return how many sources are in which health, and how many lack their basis."""
    plain = Chip("全部", len(near), wanted.address(health="", basis=""), not wanted.health and not wanted.undocumented)
    counted = [(health, sum(found is health for _, found in near)) for health in ORDER]
    by_health = [
        Chip(health.label, number, wanted.address(health=str(health)), wanted.health is health)
        for health, number in counted
        if number or wanted.health is health
    ]
    missing = sum(undocumented(source) for source, _ in near)
    basis = Chip("未登记依据", missing, wanted.address(basis="missing"), wanted.undocumented)
    return [plain, *by_health, *([basis] if missing or wanted.undocumented else [])]


def _rows(session: Session, shown: list[tuple[Source, Health]], now: datetime) -> list[Row]:
    quiet = [source.id for source, health in shown if health is Health.QUIET]
    normal = yields.normal_now(session, now, quiet) if quiet else {}
    season = seasons.in_season(session, beijing_day(now))
    return [
        Row(
            source,
            health,
            reason(source, health, now, normal.get(source.id)),
            every(source, season),
            undocumented(source),
        )
        for source, health in shown
    ]


def reason(source: Source, health: Health, now: datetime, normal: Normal | None = None) -> str:
    """Return in words why a source is not simply working; empty where there is nothing to say."""
    if health is Health.QUIET:
        new = f"上次有新信息 {words.when(source.last_new_at, now)}" if source.last_new_at else "还没有过新信息"
        return f"{new}；这一小时{normal.words}" if normal else new
    if health is Health.SPARSE:
        return source.warning or ""
    if source.failing_since is not None and health is not Health.OFF:
        times = f" {source.failures} 次" if source.failures > 1 else ""
        return f"{words.when(source.failing_since, now)} 起{times}：{source.error or '原因不详'}"
    if health is Health.NEVER:
        waits = "还没有收到过推送" if source.kind == "push" else "等第一次抓取"
        return f"登记于 {words.when(source.created_at, now)}，{waits}"
    return ""


def every(source: Source, season: bool) -> str | None:
    """Return in words how often a source is asked, None where its items come by themselves."""
    return None if source.kind in PASSIVE else length(seconds_between(source, season))


def length(seconds: int) -> str:
    """Return an interval in the largest unit that says it whole: 90 秒, 5 分钟, 6 小时."""
    for size, unit in ((3600, "小时"), (60, "分钟")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"
