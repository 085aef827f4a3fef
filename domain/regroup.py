"""Events in the hands of people: what may be merged, split and undone, and what goes on in which part."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the grouping was not sure of: the key of the other event, how likely it is the same (0-1), why in words."""

    other: str
    alike: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open lead as a merge sees it: `here` is true for the event that goes on."""

    id: int
    quiet: bool
    suspected: bool
    here: bool


def goes_on(leads: Iterable[Waiting]) -> Waiting:
    """Return the open lead that goes on for the others of one event.

    One whose clocks run before one that only waits, one somebody waits for before a quiet one, then that of the event
    that goes on, then the oldest.
    """
    return min(leads, key=lambda one: (one.quiet, not one.suspected, not one.here, one.id))


def following(chosen: Collection[int], copy_of: Mapping[int, int | None]) -> frozenset[int]:
    """Return those chosen that are in an event, with all copies of theirs; `copy_of` has every article of the event."""
    found = set(chosen) & copy_of.keys()
    while more := {id_ for id_, original in copy_of.items() if original in found} - found:
        found |= more
    return frozenset(found)


def with_copies(chosen: Collection[int], copy_of: Mapping[int, int | None]) -> frozenset[int]:
    """Return the chosen articles of an event with all copies of theirs, as `following`.

    ValueError where a copy is chosen whose original stays: copies follow their original.
    """
    found = following(chosen, copy_of)
    if any(copy_of.get(id_) in copy_of.keys() - found for id_ in chosen):
        raise ValueError("转载随原文走：请选择它的原文，转载会一起移动")
    return found


def check_split(chosen: Collection[int], here: Collection[int]) -> None:
    """Raise ValueError, in the user's words, where nothing or everything would be split off, or what is not here."""
    if not chosen:
        raise ValueError("请选择要拆出的信息")
    if not set(chosen) <= set(here):
        raise ValueError("选中的信息里有的已不在本话题，请刷新后再选")
    if set(chosen) == set(here):
        raise ValueError("选中了全部信息：拆分要留下至少一条；如果两个话题是一回事，请用合并")


def check_undo(moved: Collection[int], there: Collection[int], stays: Collection[int]) -> None:
    """Raise ValueError where articles of a change cannot go back: `there` are those of the event they went to.

    `stays` are those that would be left in it.
    """
    gone = len(set(moved) - set(there))
    if gone:
        raise ValueError(f"不能撤销：其中 {gone} 条信息后来又被整理到别的话题，请先撤销后来的那次整理")
    if not stays:
        raise ValueError("不能撤销：另一个话题原来的信息后来都被整理走了，请先撤销后来的那次整理")


def pair(one: int, other: int) -> tuple[int, int]:
    """Return two events in the order in which a pair is kept. ValueError for one and the same."""
    if one == other:
        raise ValueError("这是同一个话题")
    return min(one, other), max(one, other)


def earliest(times: Sequence[datetime | None]) -> datetime | None:
    """Return the earliest time that is known, None where none is."""
    return min((at for at in times if at is not None), default=None)


def alike(one: str, other: str) -> float:
    """Return how much two titles share: pairs of characters in both, of those in either, 0-1."""
    mine, theirs = ({title[i : i + 2] for i in range(len(title) - 1)} for title in (one, other))
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
