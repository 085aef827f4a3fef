"""`huiying events`: JSON Lines of articles in time order in, JSON Lines of their events out, decided as they come."""

import gc
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import click

from classifier.events import Index
from classifier.told import Told, told
from huiying.jsonl import answer_all

BEIJING = timezone(timedelta(hours=8))


@click.command("events")
def command() -> None:
    """归并：逐行读入 {"id","time","title","text","channel"}，逐行输出所属话题和转载来源。"""
    gc.disable()  # The index is millions of small things and no cycles: looking for some costs a twentieth.
    index = Index()

    def answers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any] | Exception]:
        articles = told([_text(row) for row in rows])
        return [_grouped(index, row, article) for row, article in zip(rows, articles, strict=True)]

    sys.exit(answer_all(answers, required=("id", "time", "text", "channel")))


def _text(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return title, text and channel of a row; nothing to compare where it has none."""
    title, text = row.get("title") or "", row["text"] or ""
    fit = isinstance(title, str) and isinstance(text, str)
    return (title, text, str(row["channel"])) if fit else ("", "", str(row["channel"]))


def _grouped(index: Index, row: dict[str, Any], article: Told) -> dict[str, Any] | Exception:
    """Return the answer for one row, or its error: asking twice would count the good rows of a batch twice."""
    try:
        at = _instant(row["time"])
        title, text = row.get("title") or "", row["text"] or ""
        if not isinstance(title, str) or not isinstance(text, str):
            raise ValueError("title 和 text 应是文字")
        grouped = index.add_told(str(row["id"]), at, article)
    except ValueError as error:
        return error
    return {"event": grouped.event, "duplicate_of": grouped.duplicate_of}


def _instant(text: object) -> datetime:
    """Return an ISO 8601 time in UTC; a time without an offset is Beijing time. ValueError otherwise."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"time 应是 ISO 8601 时间，收到的是 {text}") from None
    return (at if at.tzinfo else at.replace(tzinfo=BEIJING)).astimezone(UTC)
