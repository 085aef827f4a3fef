"""Beijing wall time for the demo's pages and texts."""

from datetime import datetime, timedelta, timezone

# China has had no other offset since 1991, so a fixed one is right here and needs no zone database.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def require_aware(when: datetime) -> datetime:
    """Return `when` unchanged; ValueError if it has no time zone."""
    if when.utcoffset() is None:
        raise ValueError("时间缺少时区")
    return when


def beijing_day(when: datetime) -> str:
    """`11月22日`."""
    local = when.astimezone(BEIJING)
    return f"{local.month}月{local.day}日"


def beijing_time(when: datetime) -> str:
    """`9时05分`."""
    local = when.astimezone(BEIJING)
    return f"{local.hour}时{local.minute:02d}分"


def stamp(when: datetime, seconds: bool = False) -> str:
    """`2026-11-22 09:05`, with `:30` behind it if `seconds` is asked for."""
    return when.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
