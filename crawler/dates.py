"""Times as Chinese pages and feeds write them, to instants that know how exact they are."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

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


def find_moments(text: str) -> Iterator[tuple[int, int, Moment]]:
    """Yield (start, end, moment) of every calendar date with a year in `text`; offsets are those of `text`.

    Only half-width digits are seen: longer texts are searched as they stand.
    """
    for found in _CALENDAR.finditer(text):
        moment = _calendar_moment(found)
        if moment:
            yield found.start(), found.end(), moment


def beijing_wall(moment: Moment) -> str:
    """Return Beijing wall time `YYYY-MM-DD`, `… HH:MM` or `… HH:MM:SS`, as exact as the moment was stated."""
    form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}[moment.precision]
    return moment.at.astimezone(BEIJING).strftime(form)


_MONTHS = {name: n for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_ZONES = {"z": 0, "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "msk": 3, "est": -5}
_ZONES |= {"edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cst": 8, "bjt": 8, "hkt": 8, "jst": 9}
_ZONES |= {"kst": 9, "sgt": 8, "北京时间": 8}

_HALF = r"(?P<half>上午|早上|清晨|早晨|凌晨|中午|下午|傍晚|晚上|晚间|夜间|深夜|[AP]M)?"
_ZONE = (
    r"(?:\s*\(?(?P<zone>(?:GMT|UTC)?\s?[+-]\d\d?(?::?\d\d)?(?!\d)|Z|GMT|UTC?|北京时间"
    r"|[CEMP][SD]T|BST|CES?T|EET|WET|MSK|BJT|HKT|JST|KST|SGT)(?![A-Za-z]))?"
)
_CLOCK = (
    _HALF + r"\s*(?P<hour>[01]?\d|2[0-4])\s?(?:[:：]\s?(?P<min>[0-5]\d)(?:\s?[:：]\s?(?P<sec>[0-5]\d|60)(?:[.,]\d+)?)?"
    r"|[时点](?P<min2>[0-5]?\d|半)?分?(?:(?P<sec2>[0-5]?\d)秒)?)(?:\s?(?P<half2>[AP]M)\b)?" + _ZONE
)
_GAP = r"(?:\s|&nbsp;|[T,，|]|[(（]?(?:星期|周)[一二三四五六日天][)）]?|[(（][一二三四五六日][)）])*"
_CALENDAR = re.compile(
    r"(?<!\d)(?P<year>(?:19[7-9]|20\d)\d)\s?(?P<mark>[-/.年])\s?(?P<month>1[0-2]|0?[1-9])\s?[-/.月]\s?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s?[日号]?(?:" + _GAP + _CLOCK + ")?",
    re.I,
)
_SHORT_YEAR = re.compile(
    r"(?<!\d)(?P<year>\d\d)年(?P<month>\d\d?)月(?P<day>\d\d?)[日号]?(?:" + _GAP + _CLOCK + ")?", re.I
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19[7-9]|20\d)\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:T?(?P<hour>[01]\d|2[0-3])(?P<min>[0-5]\d)(?P<sec>[0-5]\d)?)?" + _ZONE + r"(?!\d)"
)
_MONTH_NAME = r"(?:(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|(?P<month>1[0-2]|0?[1-9])月)"
_MAIL = re.compile(
    r"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]+"
    + _MONTH_NAME
    + r"[\s,-]+(?P<year>\d{4}|\d\d)(?!\d)(?:[\s,T]+"
    + _CLOCK
    + ")?",
    re.I,
)
_UNIX = re.compile(
    r"\b" + _MONTH_NAME + r"\s+(?P<day>\d\d?)(?:,?\s+(?P<year0>\d{4}))?\s+" + _CLOCK + r"(?:\s+(?P<year>\d{4}))?(?!\d)",
    re.I,
)
_ENGLISH = re.compile(
    r"\b" + _MONTH_NAME + r"\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)(?:[\s,at-]+" + _CLOCK + ")?",
    re.I,
)
_EPOCH = re.compile(r"(\d{10})(?:\.\d+)?|(\d{13})")
_AGO = re.compile(
    r"(?P<count>\d{1,4}|半|一|两|几)\s?个?(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年)(?:之|以)?前"
)
_NEAR_DAY = re.compile(r"(?P<word>今天|今日|昨天|昨日|昨晚|前天|前日|今晨|今早)\s*(?:" + _CLOCK + ")?", re.I)
_YEARLESS = re.compile(
    r"(?<![\d.:/-])(?P<month>1[0-2]|0?[1-9])\s?(?:月|(?P<mark>[-/]))\s?(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/-])\s?[日号]?(?:"
    + _GAP
    + _CLOCK
    + ")?",
    re.I,
)
_BARE = re.compile(r"\s*" + _CLOCK + r"\s*", re.I)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SPELT = re.compile(
    r"([一二〇○零]{1}[〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def _plain(text: str) -> str:
    """Return `text` half-width, Chinese numerals of a date as digits."""
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    return _SPELT.sub(lambda found: f"{found[1].translate(_DIGITS)}年{_number(found[2])}月{_number(found[3])}日", text)


def _number(text: str) -> int:
    """Return the number of Chinese numerals below 100: 十二 is 12, 二十 is 20, 五 is 5."""
    tens, mark, ones = text.rpartition("十")
    digits = int((ones or "0").translate(_DIGITS))
    return int((tens or "1").translate(_DIGITS)) * 10 + digits if mark else digits


def _epoch(text: str, now: datetime) -> Moment | None:
    found = _EPOCH.fullmatch(text)
    if not found:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) // 1000
    return Moment(datetime.fromtimestamp(seconds, UTC), "second")


def _ago(text: str, now: datetime) -> Moment | None:
    """Read 3分钟前, 半小时前, 两天前; counts of days and more say nothing about the time of day."""
    if text[:2] in ("刚刚", "刚才"):
        return Moment(now.astimezone(UTC).replace(microsecond=0), "minute")
    found = _AGO.search(text)
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
    found = _NEAR_DAY.search(text)
    if not found:
        return None
    back = {"昨": 1, "前": 2}.get(found["word"][0], 0)
    date = now.astimezone(BEIJING) - timedelta(days=back)
    late = {"晚": "晚上"}.get(found["word"][1])
    return _on(date.year, date.month, date.day, found, late)


def _yearless(text: str, now: datetime) -> Moment | None:
    """Read 3月5日 14:30 or 03-05 as the latest such day that is not after tomorrow."""
    found = _YEARLESS.search(text)
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
    found = _BARE.fullmatch(text)
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
    month = _MONTHS[name.lower()] if name else int(parts["month"])
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
    if zone in _ZONES:
        return timedelta(hours=_ZONES[zone])
    sign, digits = zone.lstrip("gmtuc")[0], re.sub(r"\D", "", zone)
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    return (timedelta(hours=hours, minutes=minutes)) * (-1 if sign == "-" else 1)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(BEIJING).replace(hour=0, minute=0, second=0).astimezone(UTC)


_READERS = (
    _epoch,
    _searched(_CALENDAR),
    _searched(_MAIL),
    _searched(_UNIX),
    _searched(_ENGLISH),
    _searched(_COMPACT),
    _searched(_SHORT_YEAR),
    _ago,
    _near_day,
    _yearless,
    _bare_clock,
)
