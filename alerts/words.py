"""How times and lengths of time are written in mails. Pure; Beijing time, always absolute: a mail is read later."""

from datetime import date, datetime, timedelta

from domain.masking import mask
from domain.workdays import BEIJING

WEEKDAYS = "一二三四五六日"


def day(on: date) -> str:
    """Return a day as `11月22日`."""
    return f"{on.month}月{on.day}日"


def full_day(on: date) -> str:
    """Return a day as `2026年11月22日 星期日`."""
    return f"{on.year}年{day(on)} 星期{WEEKDAYS[on.weekday()]}"


def subject_time(at: datetime) -> str:
    """Return an instant as subjects write it: `11月22日18:40`."""
    local = at.astimezone(BEIJING)
    return f"{day(local)}{local:%H:%M}"


def moment(at: datetime, now: datetime) -> str:
    """Return an instant as `11月22日 18:40`, on another day as `11月24日（星期二）18:40`, with the year in another."""
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING)
    weekday = " " if local.date() == today.date() else f"（星期{WEEKDAYS[local.weekday()]}）"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{year}{day(local)}{weekday}{local:%H:%M}"


def span(length: timedelta) -> str:
    """Return a length of time as `40秒`, `23分`, `1小时12分`, `2天3小时`."""
    total = int(abs(length.total_seconds()))
    if total < 60:
        return f"{total}秒"
    days, rest = divmod(total // 60, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes if not days else 0, "分")]
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def short(title: str, length: int = 40) -> str:
    """Return a title as subjects carry it: masked, and cut so that the number behind it is still seen."""
    plain = mask(title)
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"
