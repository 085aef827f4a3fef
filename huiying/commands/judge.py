"""`huiying judge`: JSON Lines of texts in, JSON Lines of verdicts out."""

import gc
import sys
from collections.abc import Sequence
from typing import Any

import click

from classifier.judge import Judge
from classifier.text import Item
from domain.verdict import Verdict
from huiying import orgs
from huiying.jsonl import answer_all

CHANNELS = ("message", "news", "weibo")


@click.command("judge")
@click.option("--org", "name", required=True, help="机构模板名，如 market_supervision。")
@click.option("--home", default=None, help="本地地名，逗号分隔；不写时国内各地都算本地，境外不算。")
@click.option("--reasons/--no-reasons", default=True, help="是否输出理由。")
def command(name: str, home: str | None, reasons: bool) -> None:
    """研判：逐行读入 {"id","title","text","channel"}，逐行输出系统初判。"""
    try:
        judge = Judge(orgs.bureau(name, None if home is None else _places(home)))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    gc.freeze()  # The compiled lists stay to the end; looking through them again and again would only cost time.
    gc.set_threshold(100_000)  # Readings hold no cycles either.

    def answers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [_row(verdict, reasons) for verdict in judge.judge([item_from(row) for row in rows], reasons)]

    sys.exit(answer_all(answers, required=("id", "text", "channel")))


def item_from(row: dict[str, Any]) -> Item:
    """Return the Item of a row; ValueError says which field is not what the contract asks for."""
    title, text, channel = row.get("title"), row["text"], row["channel"]
    if not isinstance(title or "", str) or not isinstance(text or "", str):
        raise ValueError("title 和 text 应是文字")
    if channel not in CHANNELS:
        raise ValueError(f"channel 应是 {'、'.join(CHANNELS)} 之一，收到的是 {channel}")
    return Item(title or "", text or "", channel)


def _places(home: str) -> tuple[str, ...]:
    return tuple(place.strip() for place in home.replace("，", ",").split(",") if place.strip())


def _row(verdict: Verdict, reasons: bool) -> dict[str, Any]:
    """Return the verdict as the contract of the command prints it."""
    row: dict[str, Any] = {
        "relevance": verdict.relevance,
        "sections": verdict.sections,
        "sentiment": verdict.sentiment,
        "sentiment_score": verdict.sentiment_score,
        "intent": verdict.intent,
        "topic": verdict.topic,
        "emergency": verdict.emergency,
        "emergency_kind": verdict.emergency_kind,
        "casualties": verdict.casualties,
        "opens": verdict.opens,
        "rumour": verdict.rumour,
        "place": verdict.place,
    }
    if reasons:
        row["reasons"] = [
            {"words": r.words, "weight": r.weight, "about": r.about, "span": list(r.span) if r.span else None}
            for r in verdict.reasons
        ]
    return row
