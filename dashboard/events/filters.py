"""Reading the filter of the list of topics from its address."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.heat import Direction
from store.event_list import Filter

PERIODS = (("1", "近 24 小时"), ("3", "近 3 天"), ("7", "近 7 天"), ("30", "近 30 天"))
DIRECTIONS = [(one.value, one.label) for one in Direction]
FIELDS = ("words", "direction", "topic", "section", "period")


def asked(sent: Mapping[str, str], now: datetime) -> Filter:
    """Return the filter; what no list offers does not narrow."""
    period, direction = sent.get("period", ""), sent.get("direction", "")
    return Filter(
        words=sent.get("words", "").strip()[:100],
        direction=direction if direction in dict(DIRECTIONS) else "",
        topic=sent.get("topic", "")[:50],
        section=sent.get("section", "")[:60],
        since=now - timedelta(days=int(period)) if period in dict(PERIODS) else None,
    )


def kept(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the fields of a filter for the address of another page of the same list."""
    return [(name, sent[name]) for name in FIELDS if sent.get(name)]
