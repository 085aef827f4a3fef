"""Times as Chinese pages and feeds write them, to instants that know how exact they are."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from crawler import date_patterns as patterns

Precision = Literal["day", "minute", "second"]

BEIJING = timezone(timedelta(hours=8))  # China keeps no daylight saving time; pages before 1992 are not our matter.


@dataclass(frozen=True)
class Moment:
    """An instant (aware, UTC) and how exactly it was stated; `day` means Beijing midnight, time of day unknown."""

    at: datetime
    precision: Precision


def read_time(text: str, now: datetime) -> datetime | None:
    """Return the instant `text` states (aware, UTC), or None; see `read_moment`."""
    moment = read_moment(text, now)
    return moment.at if moment else None


def read_moment(text: str, now: datetime) -> Moment | None:
    """Return the first time stated in the short text `text`, or None if there is none.

    A time without zone is Beijing time, `CST` is China's; relative words (3分钟前, 昨天 08:10) and dates without
    year count from `now`, never into the future by more than a day. Raises ValueError if `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    text = _plain(text[:200])
    for read in _READERS:
        moment = read(text, now)
        if moment:
            return moment
    return None


def read_relative(text: str, now: datetime) -> Moment | None:
    """Return the first time in `text` that is told from `now` (3分钟前, 昨天 08:10), or None."""
    text = _plain(text)
    return _ago(text, now) or _near_day(text, now)


def find_moments(text: str) -> Iterator[tuple[int, int, Moment]]:
    """Yield (start, end, moment) of every calendar date with a year in `text`; offsets are those of `text`.

    Only half-width digits are seen: longer texts are searched as they stand.
    """
    american = patterns.AMERICAN.finditer(text) if "/" in text and patterns.HALF_DAY.search(text) else ()
    for found in (*patterns.CALENDAR.finditer(text), *american):
        moment = _calendar_moment(found)
        if moment:
            yield found.start(), found.end(), moment


def beijing_wall(moment: Moment) -> str:
    """Return Beijing wall time `YYYY-MM-DD`, `… HH:MM` or `… HH:MM:SS`, as exact as the moment was stated."""
    form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}[moment.precision]
    return moment.at.astimezone(BEIJING).strftime(form)


def _plain(text: str) -> str:
    """Return `text` half-width, Chinese numerals of a date as digits."""
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    return patterns.SPELT.sub(
        lambda found: f"{found[1].translate(patterns.DIGITS)}年{_number(found[2])}月{_number(found[3])}日", text
    )


def _number(text: str) -> int:
    """Return the number of Chinese numerals below 100: 十二 is 12, 二十 is 20, 五 is 5."""
    tens, mark, ones = text.rpartition("十")
    digits = int((ones or "0").translate(patterns.DIGITS))
    return int((tens or "1").translate(patterns.DIGITS)) * 10 + digits if mark else digits


def _epoch(text: str, now: datetime) -> Moment | None:
    found = patterns.EPOCH.fullmatch(text)
    if not found:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) // 1000
    return Moment(datetime.fromtimestamp(seconds, UTC), "second")


def _ago(text: str, now: datetime) -> Moment | None:
    """Read 3分钟前, 半小时前, 两天前; counts of days and more say nothing about the time of day."""
    if text[:2] in ("刚刚", "刚才"):
        return Moment(now.astimezone(UTC).replace(microsecond=0), "minute")
    found = patterns.AGO.search(text)
    if not found:
        return None
    count = {"半": 0.5, "一": 1, "两": 2, "几": 3}.get(found["count"]) or float(found["count"])
    day = 24 * 60.0
    minutes = {
        "秒": 1 / 60,
        "分": 1,
        "小": 60,
        "钟": 60,
        "天": day,
        "日": day,
        "周": 7 * day,
        "星": 7 * day,
        "礼": 7 * day,
    }
    length = {**minutes, "月": 30 * day, "年": 365 * day}[found["unit"][0]]
    at = (now - timedelta(minutes=count * length)).astimezone(UTC).replace(microsecond=0)
    return Moment(at, "minute") if length < day else Moment(_midnight(at), "day")


def _near_day(text: str, now: datetime) -> Moment | None:
    found = patterns.NEAR_DAY.search(text)
    if not found:
        return None
    back = {"昨": 1, "前": 2}.get(found["word"][0], 0)
    date = now.astimezone(BEIJING) - timedelta(days=back)
    late = {"晚": "晚上"}.get(found["word"][1])
    return _on(date.year, date.month, date.day, found, late)


def _yearless(text: str, now: datetime) -> Moment | None:
    """Read 3月5日 14:30 or 03-05 as the latest such day that is not after tomorrow."""
    found = patterns.YEARLESS.search(text)
    if not found:
        return None
    year = now.astimezone(BEIJING).year
    for candidate in range(year + 1, year - 9, -1):
        moment = _on(candidate, int(found["month"]), int(found["day"]), found)
        if moment and moment.at <= now + timedelta(days=1):
            return moment
    return None


def _bare_clock(text: str, now: datetime) -> Moment | None:
    """Read 14:30 alone as its latest occurrence."""
    found = patterns.BARE.fullmatch(text)
    if not found:
        return None
    date = now.astimezone(BEIJING)
    moment = _on(date.year, date.month, date.day, found)
    if moment and moment.at > now + timedelta(minutes=5):
        return Moment(moment.at - timedelta(days=1), moment.precision)
    return moment


def _searched(pattern: re.Pattern[str]) -> Callable[[str, datetime], Moment | None]:
    """Return a reader that takes the first sound date of `pattern`."""

    def read(text: str, now: datetime) -> Moment | None:
        return next(filter(None, map(_calendar_moment, pattern.finditer(text))), None)

    return read


def _calendar_moment(found: re.Match[str]) -> Moment | None:
    parts = found.groupdict()
    year = int(parts.get("year") or parts.get("year0") or 0)
    if 0 < year < 100 and len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    name = parts.get("name")
    month = patterns.MONTHS[name.lower()] if name else int(parts["month"])
    return _on(year, month, int(parts["day"]), found)


def _on(year: int, month: int, day: int, found: re.Match[str], half: str | None = None) -> Moment | None:
    """Return the moment on that Beijing day at the clock time `found` carries, or None for a day that is none."""
    if not 1970 <= year <= 2100:
        return None
    try:
        date = datetime(year, month, day, tzinfo=BEIJING)
    except ValueError:
        return None
    parts = found.groupdict()
    if not parts.get("hour"):
        return Moment(date.astimezone(UTC), "day")
    minute, second = parts.get("min") or parts.get("min2") or "0", parts.get("sec") or parts.get("sec2")
    hour = _hour(int(parts["hour"]), (parts.get("half") or parts.get("half2") or half or "").upper())
    clock = timedelta(hours=hour, minutes=30 if minute == "半" else int(minute), seconds=min(int(second or 0), 59))
    shift = timedelta(hours=8) - _offset(parts.get("zone"))
    return Moment((date + clock + shift).astimezone(UTC), "second" if second else "minute")


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day, 0–24, from a clock hour and 上午, 下午, AM, PM and the like."""
    if half in ("PM", "下午", "傍晚", "晚上", "晚间", "夜间", "深夜") and hour < 12:
        # 深夜1点 belongs to the small hours, 晚上8点 to the evening.
        return hour if half in ("深夜", "夜间") and hour < 5 else hour + 12
    if half in ("AM", "凌晨", "上午", "早上") and hour == 12:
        return 12 if half in ("上午", "早上") else 0
    if half == "中午" and hour < 4:
        return hour + 12
    return 24 if half in ("晚上", "深夜", "夜间") and hour == 12 else hour


def _offset(zone: str | None) -> timedelta:
    """Return the distance from UTC; a time without zone is Beijing's."""
    if not zone:
        return timedelta(hours=8)
    zone = zone.lower().replace(" ", "")
    if zone in patterns.ZONES:
        return timedelta(hours=patterns.ZONES[zone])
    sign, digits = zone.lstrip("gmtuc")[0], re.sub(r"\D", "", zone)
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    return (timedelta(hours=hours, minutes=minutes)) * (-1 if sign == "-" else 1)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(BEIJING).replace(hour=0, minute=0, second=0).astimezone(UTC)


_READERS = (
    _epoch,
    _searched(patterns.CALENDAR),
    _searched(patterns.MAIL),
    _searched(patterns.UNIX),
    _searched(patterns.ENGLISH),
    _searched(patterns.AMERICAN),
    _searched(patterns.COMPACT),
    _searched(patterns.SHORT_YEAR),
    _ago,
    _near_day,
    _yearless,
    _bare_clock,
)
