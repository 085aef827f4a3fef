"""What a monitoring vendor (舆情服务公司) pushes: one JSON object an item, read strictly, refused in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from domain.workdays import BEIJING

MOST_ITEMS = 500
"""Items of one request."""
CHANNELS = ("news", "message", "weibo", "hotline", "superior")
COUNTS = ("reads", "comments", "likes", "shares")
_LENGTHS = {"id": 120, "title": 500, "text": 200_000, "url": 2000, "author": 200, "origin": 200, "place": 100}


@dataclass(frozen=True, slots=True)
class Pushed:
    """One item as a vendor gives it; `number` is the vendor's id, by which it is known for good."""

    number: str
    title: str
    text: str
    url: str | None
    author: str | None
    origin: str | None
    place: str | None
    channel: str | None
    published_at: datetime | None
    limit_at: datetime | None
    counts: dict[str, int] = field(default_factory=dict)


def read(row: object, now: datetime) -> Pushed:
    """Return the item a row describes. ValueError, in the vendor's words, for one that cannot be taken.

    Times are ISO 8601, without a zone Beijing; one in the future counts as `now`.
    """
    if not isinstance(row, Mapping):
        raise ValueError("每条应是一个 JSON 对象")
    said = {name: _text(row, name, most) for name, most in _LENGTHS.items()}
    number = said.pop("id")
    if number is None:
        raise ValueError("缺少 id（贵方的唯一编号）")
    if said["title"] is None and said["text"] is None:
        raise ValueError("title 和 text 至少要有一个")
    published = _time(row, "published_at")
    title, text = said.pop("title") or "", said.pop("text") or ""
    return Pushed(
        number=number,
        title=title or text[:40],
        text=text,
        channel=_channel(row),
        published_at=min(published, now) if published else None,
        limit_at=_time(row, "limit_at"),
        counts=_counts(row),
        **(said | {"url": _address(said["url"])}),
    )


def _text(row: Mapping[str, Any], name: str, most: int) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{name} 应是文字")
    text = str(value).replace("\0", "").strip()
    if len(text) > most:
        raise ValueError(f"{name} 超过 {most} 字")
    return text or None


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ValueError("url 应以 http:// 或 https:// 开头")
    return url


def _channel(row: Mapping[str, Any]) -> str | None:
    channel = row.get("channel")
    if channel is not None and channel not in CHANNELS:
        raise ValueError(f"channel 应是 {'、'.join(CHANNELS)} 之一")
    return channel


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} 应是 ISO 8601 时间，例如 2026-11-22T14:05:00+08:00") from None
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


def _counts(row: Mapping[str, Any]) -> dict[str, int]:
    counts = row.get("counts") or {}
    if not isinstance(counts, Mapping):
        raise ValueError(f"counts 应是对象，键为 {'、'.join(COUNTS)}")
    for name, value in counts.items():
        if name not in COUNTS or isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise ValueError(f"counts 的键应是 {'、'.join(COUNTS)}，值是不为负的整数")
    return dict(counts)
