"""How often the grouping asks a person whether two events are one, and how often they are, on labelled events."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier.events import Index
from domain.workdays import BEIJING

FILES = {"gov_msgs.jsonl.gz": "message", "ecob_news.jsonl.gz": "news"}
LABELS = {"message": "留言", "news": "新闻"}
UNKNOWN = datetime(2026, 1, 1, tzinfo=UTC)


def folder_of(folder: Path) -> Path | None:
    """Return the folder with the labelled streams: this one or its `events`; None for neither."""
    known = (folder, folder / "events")
    return next((one for one in known if all((one / name).is_file() for name in FILES)), None)


def figures(folder: Path) -> list[object]:
    """Return one line for each labelled stream of a folder. FileNotFoundError names what is missing."""
    streams = folder_of(folder) or folder
    return [_line(channel, list(_rows(streams / name))) for name, channel in FILES.items()]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _line(channel: str, rows: list[dict[str, Any]]) -> str:
    asked, same = measure(channel, rows)
    part = f"，其中 {same / asked:.0%} 确是同一话题" if asked else ""
    return f"归并没有把握、请人核对（{LABELS[channel]}）：每 100 条 {100 * asked / max(1, len(rows)):.1f} 对{part}"


def measure(channel: str, rows: list[dict[str, Any]]) -> tuple[int, int]:
    """Return (pairs of events asked about, those that are the same by the labels of most of their articles)."""
    index, labels, pairs, same = Index(), dict[str, Counter[str]](), set[frozenset[str]](), 0
    for row in rows:
        at = _at(row.get("time"))
        grouped = index.add(str(row["id"]), at, row.get("title") or "", row["text"], row.get("channel", channel))
        label = str(row["cluster"])
        pair = frozenset((grouped.event, grouped.doubt.other)) if grouped.doubt else frozenset[str]()
        if grouped.doubt and pair not in pairs:
            pairs.add(pair)
            same += labels[grouped.doubt.other].most_common(1)[0][0] == label
        labels.setdefault(grouped.event, Counter())[label] += 1
    return len(pairs), same


def _at(text: str | None) -> datetime:
    """Return when an article came; a stream without times is one of a single day."""
    if not text:
        return UNKNOWN
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)
