"""What a source normally brings, when less is worth a word, and when that word may wait. Pure; the numbers are ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median, quantiles

from domain.workdays import BEIJING

LOOK_BACK = timedelta(days=28)
ENOUGH = 7
"""Days of history below which nothing is said about what is normal."""
BUSY = 5.0
"""Items a day from which on a drop can be told from chance."""
FAR_BELOW = 0.2
PER_VISIT = 4
"""Entries a page or feed normally shows from which on a drop means that it is read wrongly."""
NIGHT, MORNING = time(22), time(8, 30)
"""Beijing time between which nobody is woken for one source; the day's shift begins in the morning."""
WIDE, FEWEST = 0.8, 3
"""Part of the sources, and the fewest, from which on a failure is more likely ours than theirs."""


@dataclass(frozen=True, slots=True)
class Normal:
    """What is normal: the middle of the days seen, and the range of the middle half. None of a day counts as 0."""

    middle: float
    low: float
    high: float
    days: int

    @property
    def words(self) -> str:
        """In words: 平日约3条（2–5）."""
        return f"平日约{self.middle:.0f}条（{self.low:.0f}–{self.high:.0f}）"


def normal(counts: Sequence[int]) -> Normal | None:
    """Return what is normal by the counts of the days seen, None for fewer than 7 days."""
    if len(counts) < ENOUGH:
        return None
    low, middle, high = quantiles(counts, n=4, method="inclusive")
    return Normal(middle, low, high, len(counts))


def drop(days: Sequence[int], today: int) -> str | None:
    """Return in words that the last 24 hours (`today`) brought far less than the days before, None if they did not.

    Far less is under a fifth of the middle day, for a source that brings at least 5 items on one.
    """
    if len(days) < ENOUGH or (usual := median(days)) < BUSY or today >= usual * FAR_BELOW:
        return None
    return f"近24小时只有{today}条新信息，平日约{usual:.0f}条，可能栏目改版、限流或停更"


def thin(visits: Sequence[float], found: int) -> str | None:
    """Return in words that one visit found far fewer entries than the visits before did on average, None if not."""
    if len(visits) < ENOUGH or (usual := median(visits)) < PER_VISIT or found >= usual * FAR_BELOW:
        return None
    return f"这次只读到{found}条，平时每次约{usual:.0f}条，可能页面结构变了"


def wide(failing: int, watched: int) -> bool:
    """Return whether all sources or nearly all fail; `watched` counts those that are fetched, failing or not."""
    return failing >= FEWEST and failing >= watched * WIDE


def tell_from(now: datetime, *, own: bool, failing: int, watched: int) -> datetime:
    """Return from when on the duty officer is told of a source in trouble: `now`, or the end of the night, Beijing.

    Told at once at any hour: of an `own` channel of the bureau, and when the failure is wide. ValueError for a naive
    `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now is naive")
    here = now.astimezone(BEIJING)
    if own or wide(failing, watched) or MORNING <= here.time() < NIGHT:
        return now
    day = here.date() + timedelta(days=here.time() >= NIGHT)
    return datetime.combine(day, MORNING, BEIJING).astimezone(now.tzinfo)
