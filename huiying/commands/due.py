"""`huiying due`: when duties fall due, JSON Lines in, JSON Lines out."""

import sys
from collections.abc import Sequence
from datetime import datetime

import click

from domain.regulations import due_at, in_beijing, rule
from domain.workdays import packaged_calendar
from huiying.jsonl import Answer, Row, answer_all


@click.command("due")
def command() -> None:
    """计算时限：读 {"rule","start"}（可带 limit、extended、complex），逐行给出 due 与 provisional。"""
    sys.exit(answer_all(_answer, required=("rule", "start")))


def _answer(rows: Sequence[Row]) -> list[Answer | Exception]:
    return [_one(row) for row in rows]


def _one(row: Row) -> Answer | Exception:
    try:
        due = due_at(
            rule(str(row["rule"])),
            _instant(row["start"]),
            packaged_calendar(),
            limit=_instant(row["limit"]) if row.get("limit") else None,
            extended=row.get("extended") is True,
            complex_=row.get("complex") is True,
        )
    except (ValueError, OverflowError) as error:
        return error
    return {"rule": row["rule"], "start": row["start"], "due": in_beijing(due.at), "provisional": due.provisional}


def _instant(text: object) -> datetime:
    """Return an aware instant. ValueError in the user's words."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"看不懂的时间：{text}，应为 ISO 8601，例如 2026-11-22T14:05:00+08:00") from None
    if at.tzinfo is None:
        raise ValueError(f"时间缺少时区：{text}")
    return at
