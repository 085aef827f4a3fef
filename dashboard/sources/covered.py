"""覆盖面: which kinds, channels, ranks and regions are watched, how they are doing, and what is not watched at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.case import LETTER_CHANNELS
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS, Health, health_of
from store.tables.sources import Source

WELL = (Health.WORKING, Health.QUIET)
"""Reached at the last visit, whether or not there was anything new."""
NOWHERE = "没有写地区"


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that have something in common: how many are used, how many were reached, the last success and item."""

    label: str
    code: str
    used: int
    reached: int
    last_ok_at: datetime | None
    last_new_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sources in use, in groups. `lacking` are the channels and ranks without any; a column for
    letters is one of several ways in, and none is missed where another is there."""

    used: int
    reached: int
    kinds: list[tuple[Group, dict[str, Group]]]
    channels: list[Group]
    authorities: list[Group]
    regions: list[Group]
    lacking: list[str]


def covered(sources: Iterable[Source], now: datetime) -> Coverage:
    """Return what the enabled sources cover."""
    used = [source for source in sources if source.enabled]
    whole = _group("", "", used, now)
    kinds = _by(used, lambda one: (one.kind, one.kind_label), now)
    channels = _all_of(CHANNEL_LABELS, _by(used, lambda one: (one.channel, one.channel), now))
    authorities = _all_of(AUTHORITY_LABELS, _by(used, lambda one: (one.authority, one.authority), now))
    return Coverage(
        used=whole.used,
        reached=whole.reached,
        kinds=[(kind, _channels_of(used, kind.code, now)) for kind in kinds],
        channels=channels,
        authorities=authorities,
        regions=_by(used, lambda one: (one.region or "", one.region or NOWHERE), now),
        lacking=[one.label for one in (*channels, *authorities) if not one.used and one.code not in LETTER_CHANNELS],
    )


def _channels_of(used: list[Source], kind: str, now: datetime) -> dict[str, Group]:
    mine = [source for source in used if source.kind == kind]
    return {group.code: group for group in _by(mine, lambda one: (one.channel, one.channel), now)}


def _by(sources: list[Source], key: Callable[[Source], tuple[str, str]], now: datetime) -> list[Group]:
    """Return the sources in groups of one code, the largest first, those without one last; each names its code."""
    found: dict[str, list[Source]] = {}
    labels: dict[str, str] = {}
    for source in sources:
        code, label = key(source)
        found.setdefault(code, []).append(source)
        labels.setdefault(code, label)
    groups = [_group(labels[code], code, mine, now) for code, mine in found.items()]
    return sorted(groups, key=lambda group: (not group.code, -group.used, group.label))


def _all_of(labels: dict[str, str], groups: list[Group]) -> list[Group]:
    """Return a group for each code there can be, in its order, empty ones too."""
    known = {group.code: group for group in groups}
    empty = Group("", "", 0, 0, None, None)
    found = ((code, label, known.get(code, empty)) for code, label in labels.items())
    return [Group(label, code, one.used, one.reached, one.last_ok_at, one.last_new_at) for code, label, one in found]


def _group(label: str, code: str, sources: list[Source], now: datetime) -> Group:
    return Group(
        label=label,
        code=code,
        used=len(sources),
        reached=sum(health_of(source, now) in WELL for source in sources),
        last_ok_at=max((source.last_ok_at for source in sources if source.last_ok_at), default=None),
        last_new_at=max((source.last_new_at for source in sources if source.last_new_at), default=None),
    )
