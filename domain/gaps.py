"""Where a rota has nobody at a post, or in a 敏感时期 fewer people than the season wants. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from domain.rota import DUTY_POSTS

LOOK_AHEAD = timedelta(days=14)
USUAL_PERSONS = 2
"""People a shift: one at each post."""
POST_WORDS = {"duty_officer": "值班员", "duty_leader": "带班领导"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without anybody at a post; with `post` empty one with fewer people than `wanted`, `why` more are."""

    post: str
    start: datetime
    end: datetime
    wanted: int = 1
    present: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        """What is missing: `值班员空缺`, or `每班应有3人，只排了2人（敏感时期：国庆）`."""
        if self.post:
            return f"{POST_WORDS[self.post]}空缺"
        return f"每班应有{self.wanted}人，只排了{self.present}人（{self.why}）"


@dataclass(frozen=True, slots=True)
class Raise:
    """A time in which a shift wants more people than usual, and why."""

    start: datetime
    end: datetime
    persons: int
    why: str


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person at one post for a time; `person` is their number."""

    post: str
    person: int
    start: datetime
    end: datetime


def gaps(shifts: Iterable[tuple[str, datetime, datetime]], start: datetime, end: datetime) -> list[Gap]:
    """Return the times from `start` to `end` without a shift of (post, start, end), by post and in order."""
    by_post: dict[str, list[tuple[datetime, datetime]]] = {post: [] for post in DUTY_POSTS}
    for post, begins, ends in shifts:
        by_post.setdefault(post, []).append((begins, ends))
    return [Gap(post, *free) for post, taken in by_post.items() for free in _free(sorted(taken), start, end)]


def _free(
    taken: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    at = start
    for begins, ends in taken:
        if begins > at and at < end:
            yield at, min(begins, end)
        at = max(at, ends)
    if at < end:
        yield at, end


def shortages(shifts: Sequence[OnDuty], raises: Sequence[Raise], start: datetime, end: datetime) -> list[Gap]:
    """Return the times from `start` to `end` with fewer people than a raise wants, in order.

    Somebody at both posts counts once. Times with nobody at a post are left out, `gaps` names them. Of several raises
    the one that wants most counts.
    """
    spans = [(one.start, one.end) for one in raises] + [(one.start, one.end) for one in shifts]
    marks = {start, end, *(at for span in spans for at in span)}
    found: list[Gap] = []
    for begins, ends in pairwise(sorted(at for at in marks if start <= at <= end)):
        gap = _shortage(shifts, raises, begins, ends)
        if gap is None:
            continue
        last = found[-1] if found else None
        if last and last.end == begins and replace(last, end=ends) == replace(gap, start=last.start):
            found[-1] = replace(last, end=ends)
        else:
            found.append(gap)
    return found


def _shortage(shifts: Iterable[OnDuty], raises: Iterable[Raise], begins: datetime, ends: datetime) -> Gap | None:
    """Return what is missing in a time within which nothing begins or ends."""
    asked = max((one for one in raises if one.start <= begins < one.end), key=lambda one: one.persons, default=None)
    there = [one for one in shifts if one.start <= begins < one.end]
    present = len({one.person for one in there})
    if asked is None or present >= asked.persons or not {one.post for one in there} >= set(DUTY_POSTS):
        return None
    return Gap("", begins, ends, asked.persons, present, asked.why)
