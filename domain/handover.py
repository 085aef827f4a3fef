"""交接班: the parts of a kept sheet in the order in which one reads them, and by which topics it is sent. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GIVE, TAKE = "give", "take"
TOPIC = "handover-"
"""Topics of notices that carry a sheet to be signed begin with this."""
_STAMP = "%Y%m%d%H%M%S%f"
_TOPIC = re.compile(rf"{TOPIC}(\d+)-({GIVE}|{TAKE})-(\d{{20}})")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which signature a notice asks for: of which sheet, as it was made when, giving or taking."""

    sheet_id: int
    part: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, more about it, and when."""

    title: str
    more: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sheet; `time` says what its times are."""

    name: str
    time: str
    lines: Sequence[Line]


def topic_of(asked: Asked) -> str:
    """Return the topic of the notice that asks for a signature. A sheet made anew asks under another topic."""
    return f"{TOPIC}{asked.sheet_id}-{asked.part}-{asked.made_at.astimezone(UTC):{_STAMP}}"


def asked_by(topic: str) -> Asked | None:
    """Return which signature a notice asks for by its topic; None for a notice of another kind."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    return Asked(int(found[1]), found[2], datetime.strptime(found[3], _STAMP).replace(tzinfo=UTC))


def parts_of(content: Mapping[str, Any]) -> list[Part]:
    """Return the parts of a sheet in the order in which one reads them; unknown ones are left out."""
    rows: dict[str, list[Mapping[str, Any]]] = {name: content.get(name) or [] for name in _PARTS}
    return [Part(*_PARTS[name], [_line(name, row) for row in rows[name]]) for name in _PARTS]


_PARTS = {
    "clocks": ("在办时限", "到期"),
    "leads": ("待研判线索", "登记"),
    "calls": ("未处理的来电", "来电"),
    "failed": ("没有送出的通知", "发出"),
    "unacknowledged": ("未签收的通知", "发出"),
    "cases": ("未办结事项", ""),
    "copies": ("还没有同步到网站的发布", "发布"),
    "sources": ("沉默的监测源", "上次"),
}


_SHOWN = {
    "clocks": ("title", ("number", "duty", "unit")),
    "leads": ("title", ("tag",)),
    "calls": ("words", ("caller",)),
    "failed": ("subject", ("person",)),
    "unacknowledged": ("subject", ("person",)),
    "cases": ("title", ("number", "unit", "state")),
    "copies": ("title", ("number", "channel")),
    "sources": ("name", ("words",)),
}
"""Field of the title and fields of what stands beside it, by part."""


def _line(part: str, row: Mapping[str, Any]) -> Line:
    at = row.get("due") or row.get("at") or row.get("since")
    title, more = _SHOWN[part]
    beside = " · ".join(str(row[name]) for name in more if row.get(name))
    return Line(str(row[title]), beside, datetime.fromisoformat(at) if at else None)
