"""Reading the filter of the list of articles from its address."""

from collections.abc import Mapping
from datetime import date, datetime, time

from domain.verdict import MUST_RESPOND, PRIORITIES, THEMES, Sentiment
from domain.workdays import BEIJING, DAY
from store.articles import Filter

FIELDS = (
    *("words", "section", "sentiment", "relevant", "corrected", "priority", "must", "theme", "source", "event"),
    *("since", "until"),
)


def asked(sent: Mapping[str, str]) -> tuple[Filter, str]:
    """Return the filter and, where something cannot be read, what to do about it; what can be read still narrows."""
    wrong = []

    def day(name: str, words: str) -> datetime | None:
        text = sent.get(name, "").strip()
        try:
            return datetime.combine(date.fromisoformat(text), time(), BEIJING) if text else None
        except ValueError:
            wrong.append(f"{words}看不懂，请写成 2026-11-22 的样子")
            return None

    until = day("until", "结束日期")
    sentiment = sent.get("sentiment", "")
    return (
        Filter(
            words=sent.get("words", "").strip()[:100],
            section=sent.get("section", "")[:100],
            sentiment=sentiment if sentiment in list(Sentiment) else "",
            source_id=_number(sent.get("source", "")),
            event_id=_number(sent.get("event", "")),
            relevant=sent.get("relevant", "") == "1",
            corrected=sent.get("corrected", "") == "1",
            priority=_one_of(sent, "priority", PRIORITIES),
            must_respond=_one_of(sent, "must", MUST_RESPOND),
            theme=_one_of(sent, "theme", THEMES),
            since=day("since", "开始日期"),
            until=until + DAY if until is not None and until.year < 9999 else None,
        ),
        "；".join(wrong),
    )


def _one_of(sent: Mapping[str, str], name: str, known: Mapping[str, str]) -> str:
    value = sent.get(name, "")
    return value if value in known else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def kept(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the fields of a filter for the address of another page of the same list."""
    return [(name, sent[name]) for name in FIELDS if sent.get(name)]
