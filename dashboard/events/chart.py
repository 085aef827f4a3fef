"""A topic's articles hour by hour in seven days beside what is usual, as shapes for a drawing. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from domain.baseline import Baseline
from domain.workdays import BEIJING

DAYS = 7
HOURS = DAYS * 24
TALL = 100
"""Height of the drawing; it is as wide as there are hours."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = (4, 10, 20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000)
SURE = 1.96
"""The band holds nineteen of twenty usual hours."""


@dataclass(frozen=True, slots=True)
class Point:
    """One hour: how many articles, and between which numbers it usually lies (0, 0 where that is not known)."""

    place: int
    at: datetime
    number: int
    low: float
    high: float
    over: bool

    @property
    def day(self) -> date:
        """The Beijing day."""
        return self.at.astimezone(BEIJING).date()

    @property
    def key(self) -> str:
        """The hour as an address names it."""
        return self.at.astimezone(BEIJING).strftime("%Y-%m-%dT%H")

    @property
    def words(self) -> str:
        """What is said of it: `11月20日 14时：3条，平日 0–2 条`."""
        local = self.at.astimezone(BEIJING)
        usual = f"，平日 {self.low:.0f}–{self.high:.0f} 条" if self.high else ""
        return f"{local.month}月{local.day}日 {local.hour}时：{self.number}条{usual}"


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: paths of the line and the usual band, the count at the upper edge, the place of the end."""

    days: list[list[Point]]
    line: str
    band: str
    top: int
    peak: Point | None
    end: float


def chart(times: Iterable[datetime], usual: Baseline, now: datetime, last: datetime) -> Chart:
    """Return the drawing of the seven days up to now, or of the seven up to the day after a topic's last article."""
    until = min(now, last + DAY)
    start = until.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    counts = Counter(int((at - start) // HOUR) for at in times)
    points = [_point(place, start + place * HOUR, counts[place], usual, now) for place in range(HOURS)]
    known = [point for point in points if point.over]
    highest = max([float(point.number) for point in known] + [point.high for point in points], default=0.0)
    top = next((step for step in STEPS if step >= highest), int(highest) + 1)
    peak = max(known, key=lambda point: (point.number, point.place), default=None)
    return Chart(
        days=[points[day * 24 : day * 24 + 24] for day in range(DAYS)],
        line=_line(known, top),
        band=_band(points, top) if not usual.thin else "",
        top=top,
        peak=peak if peak and peak.number else None,
        end=round((now - start) / HOUR, 2) if now - start < HOURS * HOUR else HOURS,
    )


def _point(place: int, at: datetime, number: int, usual: Baseline, now: datetime) -> Point:
    middle = 0.0 if usual.thin else usual.at(at)
    low, high = max(0.0, middle - SURE * sqrt(middle)), middle + SURE * sqrt(middle)
    return Point(place, at, number, low, high, at <= now)


def _y(value: float, top: int) -> float:
    return round(TALL - value / top * TALL, 1)


def _line(points: Sequence[Point], top: int) -> str:
    return "M" + "L".join(f"{point.place + 0.5} {_y(point.number, top)}" for point in points) if points else ""


def _band(points: Sequence[Point], top: int) -> str:
    there = [f"{point.place + side} {_y(point.high, top)}" for point in points for side in (0, 1)]
    back = [f"{point.place + side} {_y(point.low, top)}" for point in points for side in (0, 1)]
    return "M" + "L".join([*there, *reversed(back)]) + "Z"


def sentence(times: Sequence[datetime], usual: Baseline, now: datetime) -> str:
    """Return what the chart says, as its title: the last 24 hours against the same hours of usual weeks."""
    today = sum(now - DAY < at <= now for at in times)
    if not today:
        return "近 24 小时没有新信息"
    if usual.thin:
        return (
            f"近 24 小时 {today} 条；收集不满 {usual.days:.0f} 天，历史太少，还不能与平日比较"
            if usual.days >= 1
            else (f"近 24 小时 {today} 条；历史太少，还不能与平日比较")
        )
    expected = usual.expected(now - DAY, now)
    if expected < 1:
        return f"近 24 小时 {today} 条，平日同时段不到 1 条"
    share = today / expected
    return (
        f"近 24 小时声量是平日同时段的 {share:.1f} 倍" if share >= 0.1 else f"近 24 小时 {today} 条，远低于平日同时段"
    )


def spark(day: Sequence[int]) -> str:
    """Return the path of bars of 24 hours, 72 wide and 20 high, from zero; empty where nothing came."""
    top = max(day, default=0)
    if not top:
        return ""
    return "".join(
        f"M{place * 3 + 1.5} 20V{round(20 - 20 * number / top, 1)}" for place, number in enumerate(day) if number
    )
