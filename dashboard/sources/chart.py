"""What a source brought hour by hour in seven days beside what is normal, as shapes for a drawing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from domain.silence import Normal
from domain.workdays import BEIJING
from store.tables.sources import Yield

DAYS = 7
HOURS = DAYS * 24
TALL = 100
"""Height of the drawing; it is as wide as there are hours."""
HOUR = timedelta(hours=1)
STEPS = (4, 10, 20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000)


@dataclass(frozen=True, slots=True)
class Point:
    """One hour. `new` is None where the source was not visited in it; `over` says that the hour has begun."""

    place: int
    at: datetime
    new: int | None
    normal: Normal | None
    over: bool

    @property
    def day(self) -> date:
        """The Beijing day."""
        return self.at.astimezone(BEIJING).date()

    @property
    def words(self) -> str:
        """What is said of it: `11月20日 14时：3条，平日约2条（1–4）`."""
        local = self.at.astimezone(BEIJING)
        brought = "没有抓取" if self.new is None else f"{self.new}条"
        usual = f"，{self.normal.words}" if self.normal else ""
        return f"{local.month}月{local.day}日 {local.hour}时：{brought}{usual}"


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: paths of the line and of the normal band, the hours without a visit as (place, length).

    `top` is the count at its upper edge, `now` the place of the present hour.
    """

    days: list[list[Point]]
    line: str
    band: str
    gaps: list[tuple[int, int]]
    top: int
    peak: Point | None
    now: float


def begins(now: datetime) -> datetime:
    """Return when the chart begins: the midnight of Beijing six days ago."""
    return now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)


def chart(rows: Sequence[Yield], normals: Mapping[int, Normal], now: datetime) -> Chart:
    """Return the drawing of the hours of one source, the oldest first."""
    start = begins(now)
    visited = {row.hour: row.new for row in rows if row.visits}
    points = [_point(place, start + place * HOUR, visited, normals, now) for place in range(HOURS)]
    known = [point for point in points if point.new is not None]
    highest = max([point.new or 0 for point in known] + [one.high for one in normals.values()], default=0)
    top = next((step for step in STEPS if step >= highest), int(highest) + 1)
    peak = max(known, key=lambda point: (point.new or 0, point.place), default=None)
    return Chart(
        days=[points[day * 24 : day * 24 + 24] for day in range(DAYS)],
        line=_line(points, top),
        band=_band(points, top),
        gaps=_gaps(points, known[0].place if known else HOURS),
        top=top,
        peak=peak if peak and peak.new else None,
        now=round((now - start) / HOUR, 2),
    )


def _point(
    place: int, at: datetime, visited: Mapping[datetime, int], normals: Mapping[int, Normal], now: datetime
) -> Point:
    return Point(place, at, visited.get(at), normals.get(at.astimezone(BEIJING).hour), at <= now)


def _y(value: float, top: int) -> float:
    return round(TALL - value / top * TALL, 1)


def _line(points: Sequence[Point], top: int) -> str:
    """Return the path through the middle of the hours; it breaks where there was no visit, a single hour is a dot."""
    runs = [list(run) for visited, run in groupby(points, key=lambda point: point.new is not None) if visited]
    parts = []
    for run in runs:
        places = [f"{point.place + 0.5} {_y(point.new or 0, top)}" for point in run]
        parts.append("M" + "L".join(places) if len(places) > 1 else f"M{places[0]}h.01")
    return "".join(parts)


def _band(points: Sequence[Point], top: int) -> str:
    """Return the path around what is normal: its upper edge there, its lower edge back."""
    runs = [list(run) for known, run in groupby(points, key=lambda point: point.normal is not None) if known]
    parts = []
    for run in runs:
        there = [
            f"{point.place + side} {_y(point.normal.high, top)}" for point in run if point.normal for side in (0, 1)
        ]
        back = [f"{point.place + side} {_y(point.normal.low, top)}" for point in run if point.normal for side in (0, 1)]
        parts.append("M" + "L".join([*there, *reversed(back)]) + "Z")
    return "".join(parts)


def _gaps(points: Sequence[Point], first: int) -> list[tuple[int, int]]:
    """Return the hours without a visit after the first one with, but for the present hour."""
    past = [point for point in points[first:] if point.over]
    runs = groupby(past[:-1], key=lambda point: point.new is None)
    found = [list(run) for missed, run in runs if missed]
    return [(run[0].place, len(run)) for run in found]


def sentence(today: int, usual: Normal | None) -> str:
    """Return what the chart says, as its title: the last 24 hours against what is normal in 24 hours."""
    said = f"近 24 小时 {today} 条新信息" if today else "近 24 小时没有新信息"
    if usual is None:
        return f"{said}，观察满 7 天后可与平日比较"
    if usual.middle < 1:
        return f"{said}，平日一天不到 1 条"
    share = today / usual.middle
    if today == 0 or usual.middle < 5:
        return f"{said}，平日一天约 {usual.middle:.0f} 条"
    if 0.8 <= share <= 1.25:
        return f"{said}，与平日相当"
    return f"{said}，是平日的 {share:.1f} 倍" if share > 1 else f"{said}，只有平日的 {share:.0%}"
