"""How early a growing topic is known and how seldom a quiet one is warned of: real repost series, simulated quiet."""

import gzip
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import log, sqrt
from pathlib import Path
from random import Random
from statistics import median, quantiles

from domain.early_warning import cusum, pace
from domain.heat_table import WarningNumbers, shipped

SERIES = "ced_repost_series.jsonl.gz"
START = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = 3600
DAY_MINUTES = 24 * 60.0
DAYS = 10_000
"""Simulated quiet event-days a figure."""
RISES = 200
"""Simulated rises a figure."""
WARM = 200
"""Series laid over a quiet background for the delay."""
Series = Sequence[float]
"""Seconds from the first post to each of its reposts, in order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its floor or its ceiling; None for a figure that has none."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None
    shown: str = "{:.3f}"

    def __str__(self) -> str:
        said = f"{self.what}：{self.shown.format(self.value)}"
        if self.least is None and self.most is None:
            return said
        met = (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)
        limit = f"目标 ≥ {self.least}" if self.least is not None else f"目标 ≤ {self.most}"
        return f"{said}，{limit}，{'达到' if met else '没有达到'}"


def folder_of(folder: Path) -> Path | None:
    """Return the folder with the repost series: this one or its `events`; None for neither."""
    return next((one for one in (folder, folder / "events") if (one / SERIES).is_file()), None)


def figures(folder: Path) -> list[object]:
    """Return all figures. FileNotFoundError names what is missing."""
    found = folder_of(folder)
    if found is None:
        raise FileNotFoundError(2, "missing", str(folder / SERIES))
    rows = list(_read(found / SERIES))
    return [*_early(rows), *_quiet(), *_delays([series for _, series in rows])]


def _read(path: Path) -> Iterator[tuple[str, Series]]:
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            yield str(row["id"]), sorted(row["repost_offsets_s"])


def _early(rows: Sequence[tuple[str, Series]]) -> list[object]:
    """Return how well the pace after one hour picks the posts that end in the top tenth.

    No parameter is learned from the posts; the half-life is a round number, chosen with all of them in view. The two
    halves, told apart by the hash of the ids, say how far chance moves the figure.
    """
    held = [series for id_, series in rows if sha256(id_.encode()).digest()[0] % 2]
    other = [series for id_, series in rows if not sha256(id_.encode()).digest()[0] % 2]
    every = [series for _, series in rows]
    return [
        Line(
            f"首小时认出一天内转发前 10% 的帖子，AUC（全部 {len(every)} 条，没有拟合）", _auc_of(every, 24), least=0.85
        ),
        Line(f"    编号散列分出的一半，{len(held)} 条", _auc_of(held, 24), least=0.85),
        Line(f"    另一半，{len(other)} 条", _auc_of(other, 24), least=0.85),
        Line("    半天内前 10%（编号散列分出的一半）", _auc_of(held, 12)),
        Line("    记录里的全部转发前 10%，不限时间（全部）", _auc_of(every, None), least=0.85),
        f"    全部 {len(every)} 条里 95% 的把握：±{_sure(_auc_of(every, 24), len(every)):.3f}",
        f"    记录里每帖最多 {max(map(len, every))} 次转发（采集封顶），一天以后来的首小时里看不出",
    ]


def _auc_of(found: Sequence[Series], hours: float | None) -> float:
    numbers = shipped().warning
    hour = [[one for one in series if one <= HOUR] for series in found]
    scores = [pace([_at(one) for one in series], _at(HOUR), numbers.half_life) for series in hour]
    ends = [len(series) if hours is None else bisect_right(series, hours * HOUR) for series in found]
    bar = sorted(ends)[int(len(ends) * 0.9)]
    return auc(scores, [end >= bar for end in ends])


def _sure(area: float, number: int) -> float:
    """Return how far chance moves an AUC of so many posts, a tenth of them wanted (Hanley and McNeil, 95 %)."""
    wanted, others = number * 0.1, number * 0.9
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    sum_ = area * (1 - area) + (wanted - 1) * (one - area * area) + (others - 1) * (two - area * area)
    return 1.96 * sqrt(sum_ / (wanted * others))


def auc(scores: Sequence[float], wanted: Sequence[bool]) -> float:
    """Return the share of (wanted, other) pairs in which the wanted one scores higher; a tie counts half."""
    others = sorted(score for score, good in zip(scores, wanted, strict=True) if not good)
    mine = [score for score, good in zip(scores, wanted, strict=True) if good]
    won = sum(bisect_left(others, score) + bisect_right(others, score) for score in mine)
    return won / (2 * len(mine) * len(others))


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _quiet() -> list[object]:
    """Return false alarms on quiet topics: plain chance, and chance in which each article brings copies with it."""
    numbers = shipped().warning
    found: list[object] = []
    for name, copies, most in (("随机到来", 0.0, 2.0), ("随机到来、每条带 0.5 条转载", 0.5, 20.0)):
        rate = false_alarms(numbers, numbers.floor, copies, DAYS)
        run = f"{1000 / rate:.0f}" if rate else f"{DAYS} 天里一次也没有，有 95% 的把握不短于 {DAYS / 3:.0f}"
        what = f"误报：每 1,000 个平静话题日（{name}，每小时 {numbers.floor} 条）"
        found.append(Line(what, rate, most=most, shown="{:.2f}"))
        found.append(f"    平均多久误报一次（话题日）：{run}")
    return found


def false_alarms(numbers: WarningNumbers, an_hour: float, copies: float, days: int, seed: int = 1) -> float:
    """Return the false alarms in 1,000 quiet event-days; after each the sum begins anew, as in the service."""
    random = Random(seed)  # noqa: S311 - a simulation, the same each time
    per_slot, usual = _slot(numbers, an_hour / (1 + copies)), _slot(numbers, an_hour)
    alarms, value = 0, 0.0
    for _ in range(int(days * 24 * 60 / numbers.slot)):
        value = _step(value, _arrivals(random, per_slot, copies), usual, numbers)
        if value >= numbers.threshold:
            alarms, value = alarms + 1, 0.0
    return 1000 * alarms / days


def _slot(numbers: WarningNumbers, an_hour: float) -> float:
    return an_hour * numbers.slot / 60


def _step(value: float, seen: int, usual: float, numbers: WarningNumbers) -> float:
    return max(0.0, value + seen * log(numbers.ratio) - usual * (numbers.ratio - 1))


def _arrivals(random: Random, mean: float, copies: float) -> int:
    """Return how many articles a slot has: a Poisson number, each with copies (a geometric number, `copies` a mean)."""
    found, left = 0, random.expovariate(1.0)
    while left < mean:
        found, left = found + 1, left + random.expovariate(1.0)
    stay = copies / (1 + copies)
    return found + sum(_geometric(random, stay) for _ in range(found))


def _geometric(random: Random, stay: float) -> int:
    number = 0
    while random.random() < stay:
        number += 1
    return number


def _delays(found: Sequence[Series]) -> list[object]:
    """Return how long it takes until a real growing post, laid over a quiet background, is warned of."""
    numbers = shipped().warning
    ends = [bisect_right(series, 24 * HOUR) for series in found]
    bar = sorted(ends)[int(len(ends) * 0.9)]
    grown = [series for series, end in zip(found, ends, strict=True) if end >= bar][:WARM]
    delays = [delay(series, numbers, seed) for seed, series in enumerate(grown)]
    thinned = [delay(series[::20], numbers, seed) for seed, series in enumerate(grown)]
    within, slow = ([DAY_MINUTES if one is None else one for one in found] for found in (delays, thinned))
    return [
        Line(f"预警时延，{len(grown)} 条一天内前 10% 的帖子，中位数（分钟）", median(within), most=30, shown="{:.0f}"),
        Line("    90% 不超过（分钟）", quantiles(within, n=10, method="inclusive")[-1], shown="{:.0f}"),
        Line("    24 小时内预警到的占", _warned(delays), least=0.95),
        Line("    只看到其中 1/20 时，中位数（分钟）", median(slow), shown="{:.0f}"),
        Line("    只看到其中 1/20 时，24 小时内预警到的占", _warned(thinned)),
        *_steps(numbers),
    ]


def _warned(delays: Sequence[float | None]) -> float:
    return sum(one is not None for one in delays) / len(delays)


def delay(series: Series, numbers: WarningNumbers, seed: int) -> float | None:
    """Return the minutes from a post to its warning, looked at every minute; None where there is none in a day."""
    random = Random(seed)  # noqa: S311 - a simulation, the same each time
    minute = numbers.floor / 60
    times = sorted([*(one for one in series if one <= 24 * HOUR), *_background(random, minute)])
    place = 0
    for now in range(1, 24 * 60 + 1):
        while place < len(times) and times[place] <= now * 60:
            place += 1
        if place * log(numbers.ratio) >= numbers.threshold:
            counts = _counted(times[:place], now, numbers.slot)
            if cusum(counts, numbers.ratio) >= numbers.threshold:
                return float(now)
    return None


def _counted(times: Sequence[float], now: int, slot: float) -> list[tuple[float, float]]:
    numbers = shipped().warning
    seen = [0.0] * (int((now - 1) // slot) + 1)
    for one in times:
        seen[min(int(one // (slot * 60)), len(seen) - 1)] += 1
    usual = [_slot(numbers, numbers.floor)] * (len(seen) - 1)
    last = numbers.floor * (now - (len(seen) - 1) * slot) / 60
    return list(zip(seen, [*usual, last], strict=True))


def _background(random: Random, minute: float) -> list[float]:
    at, found = random.expovariate(minute), []
    while at < 24 * 60:
        found.append(at * 60)
        at += random.expovariate(minute)
    return found


def _steps(numbers: WarningNumbers) -> list[object]:
    """Return the delay of a rise to 3 and to 10 times the usual, beside that of a plain bar on the decayed counter.

    The bar is set so that it is as seldom wrong on the same quiet background.
    """
    bar = _bar(numbers, false_alarms(numbers, numbers.floor, 0.0, DAYS))
    found: list[object] = []
    for times in (3, 10):
        rising = [_rise(numbers, times, seed, lambda one: one.value >= numbers.threshold) for seed in range(RISES)]
        plain = [_rise(numbers, times, seed, lambda one: one.pace >= bar) for seed in range(RISES)]
        found.append(Line(f"    升到平日 {times} 倍，累积和中位时延（分钟）", median(rising), shown="{:.0f}"))
        found.append(Line("        同样误报率的衰减计数阈值（分钟）", median(plain), shown="{:.0f}"))
    return found


@dataclass(slots=True)
class _State:
    value: float = 0.0
    pace: float = 0.0


def _walk(random: Random, numbers: WarningNumbers, mean: float, state: _State) -> None:
    """Move a quiet or rising topic on by one slot."""
    seen = _arrivals(random, mean, 0.0)
    state.value = _step(state.value, seen, _slot(numbers, numbers.floor), numbers)
    state.pace = state.pace * 2 ** -(numbers.slot / numbers.half_life) + seen


def _rise(numbers: WarningNumbers, times: float, seed: int, alarm: Callable[[_State], bool]) -> float:
    random, state = Random(seed), _State()  # noqa: S311 - a simulation, the same each time
    quiet = _slot(numbers, numbers.floor)
    for _ in range(144):
        _walk(random, numbers, quiet, state)
    state.value = min(state.value, numbers.threshold / 2)
    for slot in range(1, 1000):
        _walk(random, numbers, quiet * times, state)
        if alarm(state):
            return slot * numbers.slot
    return 1000 * numbers.slot


def _bar(numbers: WarningNumbers, wanted: float) -> float:
    """Return the bar on the decayed counter that is crossed as seldom on the same quiet background."""
    random, state, tops = Random(1), _State(), []  # noqa: S311 - a simulation, the same each time
    quiet = _slot(numbers, numbers.floor)
    for _ in range(DAYS * 4):
        top = 0.0
        for _ in range(36):
            _walk(random, numbers, quiet, state)
            top = max(top, state.pace)
        tops.append(top)
    often = max(int(wanted * DAYS / 1000), 1)
    return sorted(tops, reverse=True)[often]
