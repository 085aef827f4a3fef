"""When two emergencies are one matter although their words differ: a parent's post and a news report of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

IDLE = {"message": timedelta(days=180), "news": timedelta(days=14), "weibo": timedelta(days=14)}
"""After so long without an article an event takes no more, but for copies of its articles; doubts about it end too."""
APART = timedelta(hours=6)
"""Emergencies of one unit in one place this close together are taken for one matter; the figure is ours."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An emergency as one article tells it: the unit ranked first, the places named, when it was told."""

    section: str
    places: frozenset[str]
    at: datetime


def same_emergency(one: Sighting, other: Sighting, wide: Iterable[str] = ()) -> bool:
    """Return whether two emergencies are one matter: same unit, a shared or unnamed place, 6 h at most apart.

    `wide` are names of the whole area, which tell no two places apart. A person may split what was joined.
    """
    if one.section != other.section or abs(one.at - other.at) > APART:
        return False
    return not elsewhere(one.places, other.places, wide)


def elsewhere(one: Iterable[str], other: Iterable[str], wide: Iterable[str] = ()) -> bool:
    """Return whether two texts name different places: both name some beside the `wide` ones, and share none."""
    here, there = set(one) - set(wide), set(other) - set(wide)
    return bool(here and there and not here & there)
