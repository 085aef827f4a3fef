"""专题: what may be set of one, what its hits mean for a verdict, and when its subscribers are told."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.verdict import RELEVANT, Opens, Reason, Verdict, opens
from domain.workdays import BEIJING

LONGEST_NAME = 60
COOL_MINUTES = 120
MOST_COOL = 14 * 24 * 60
QUIET = ("22:00", "07:00")
"""Quiet hours of a new 专题, Beijing."""
PACE = timedelta(minutes=10)
"""So long after one letter a subscriber's further hits are collected for the next."""
SETTLE = timedelta(seconds=30)
"""A hit waits so long before anybody is told: by then its article belongs to an event."""
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class WatchFields:
    """What people set of a 专题. `quiet` is (from, to) as HH:MM in Beijing, or None for no quiet hours."""

    name: str
    query: str
    general: bool = False
    as_lead: bool = False
    unit_ids: tuple[int, ...] = ()
    subscriber_ids: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    quiet: tuple[str, str] | None = QUIET
    cool_minutes: int = COOL_MINUTES


def checked(said: WatchFields, channels: Collection[str]) -> WatchFields:
    """Return the fields as they are kept. ValueError in the user's words; the query is for `domain.query` to check."""
    name = " ".join(said.name.split())
    if not name:
        raise ValueError("请给专题起一个名称")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"名称最多 {LONGEST_NAME} 个字")
    if said.quiet and not all(map(_CLOCK.fullmatch, said.quiet)):
        raise ValueError("免打扰时段要写成 22:00 这样的时间")
    if not 0 <= said.cool_minutes <= MOST_COOL:
        raise ValueError(f"同一话题的间隔应为 0 到 {MOST_COOL} 分钟")
    if unknown := [one for one in said.channels if one not in channels]:
        raise ValueError(f"没有通知渠道 {'、'.join(unknown)}")
    quiet = None if said.quiet and said.quiet[0] == said.quiet[1] else said.quiet
    return replace(said, name=name, query=said.query.strip(), quiet=quiet)


@dataclass(frozen=True, slots=True)
class Watched:
    """A 专题 as far as its hits touch a verdict: its name, its first unit's name, whether each hit becomes a lead."""

    name: str
    unit: str | None = None
    as_lead: bool = False


def counted(verdict: Verdict, hits: Sequence[tuple[Watched, Sequence[tuple[int, int]]]], channel: str) -> Verdict:
    """Return a verdict in which the hits count: what the office watches for concerns it.

    The article is relevant at least as far as that a person may look, and opens what the same rule then says; where no
    duty word decided, the unit of the 专题 comes first. A watch word alone never starts a clock: at most it opens a
    lead.
    """
    if not hits:
        return verdict
    relevance = max(verdict.relevance, RELEVANT)
    opened = opens(
        relevance=relevance,
        emergency=verdict.emergency,
        ours=verdict.ours,
        grave=verdict.grave,
        sentiment=verdict.sentiment,
        intent=verdict.intent,
        channel=channel,
    )
    if opened is Opens.PROVISIONAL or (opened is Opens.NONE and any(watch.as_lead for watch, _ in hits)):
        opened = Opens.LEAD
    if verdict.opens is not Opens.NONE:
        opened = verdict.opens
    reasons = [Reason(f"命中专题：{watch.name}", 0.0, "watch", spans[0] if spans else None) for watch, spans in hits]
    decided = any(reason.about == "section" for reason in verdict.reasons)
    unit = None if decided else next((watch.unit for watch, _ in hits if watch.unit in verdict.sections), None)
    return replace(
        verdict,
        relevance=relevance,
        opens=opened,
        sections=_first(verdict.sections, unit),
        reasons=(*reasons, *verdict.reasons),
    )


def _first(sections: Iterable[str], unit: str | None) -> tuple[str, ...]:
    return tuple(sections) if unit is None else (unit, *(name for name in sections if name != unit))


def told_from(now: datetime, quiet: tuple[str, str] | None) -> datetime:
    """Return when somebody may be told who is not to be told in the quiet hours: `now`, or when they are over."""
    if quiet is None:
        return now
    local = now.astimezone(BEIJING)
    clock, (begin, end) = f"{local:%H:%M}", quiet
    within = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not within:
        return now
    over = local.replace(hour=int(end[:2]), minute=int(end[3:]), second=0, microsecond=0)
    return (over if over > local else over + timedelta(days=1)).astimezone(now.tzinfo)
