"""The office's own ladders: TOML text in, rungs out. Pure; what must stay in them is in `ladder_rules`."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from domain.escalation import Ladders, Rung
from domain.ladder_rules import broken
from domain.table_text import Faulty, loaded, posts, shown, unknown_fields, whole

LADDERS = {"lead": "线索研判", "suspected": "疑似突发事件", "sign": "补签", "report": "信息报送", "duty": "办理时限"}
"""The ladders there are, with their Chinese names."""
FIELDS = ("rung", "title", "at", "posts", "least", "every")
MOST_RUNGS = 20
FARTHEST = 366 * 24 * 60
"""Minutes by which a rung may lie apart from the beginning or the end of its limit: a year."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,23}")
LONGEST_TITLE = 20


def checked_ladders(text: str) -> Ladders:
    """Return the ladders of an office's text. Faulty names every rung that cannot be and every rule that is broken."""
    found = read_ladders(text)
    faults = [f"缺少阶梯 {ladder_label(name)}" for name in LADDERS if name not in found]
    faults += [f"{ladder_label(name)}{fault}" for name, rungs in found.items() for fault in broken(name, rungs)]
    if faults:
        raise Faulty(faults)
    return found


def read_ladders(text: str) -> Ladders:
    """Return the ladders a text holds, complete or not. Faulty names everything that cannot be read."""
    table, faults = loaded(text), []
    for name, rows in table.items():
        faults += [f"{ladder_label(name)}{fault}" for fault in _ladder_faults(name, rows)]
    if faults:
        raise Faulty(faults)
    return {name: tuple(Rung(**{**row, "posts": tuple(row["posts"])}) for row in rows) for name, rows in table.items()}


def ladder_label(name: str) -> str:
    """Return how a ladder is called in a sentence: `duty（办理时限）`."""
    return f"{shown(name)}（{LADDERS[name]}）" if name in LADDERS else shown(name)


def _ladder_faults(name: str, rows: Any) -> Iterator[str]:
    if name not in LADDERS:
        yield f"：没有这个阶梯；可用：{'、'.join(LADDERS)}"
    elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        yield f"应写成一节一个节点，每节以 [[{name}]] 开头"
    elif len(rows) > MOST_RUNGS:
        yield f"有 {len(rows)} 个节点，最多 {MOST_RUNGS} 个"
    else:
        for number, row in enumerate(rows, start=1):
            label = row.get("rung") if _is_name(row.get("rung")) else f"第{number}个节点"
            yield from (f"的 {label}：{fault}" for fault in _rung_faults(row))
        yield from _doubles(rows)


def _rung_faults(row: dict[str, Any]) -> Iterator[str]:
    yield from unknown_fields(row, FIELDS)
    if not _is_name(row.get("rung")):
        yield f"rung 应为小写字母开头的名称（字母、数字、下划线，最多24个），现在是 {shown(row.get('rung', ''))}"
    if not _is_title(row.get("title")):
        yield f"title 应为 1 到 {LONGEST_TITLE} 个字的标题，不能换行，不能有【】"
    yield from _at_faults(row.get("at"))
    yield from posts(row.get("posts"), "posts")
    yield from whole(row.get("least", 0), "least", 0, FARTHEST)
    yield from whole(row.get("every", 0), "every", 0, FARTHEST)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_title(value: Any) -> bool:
    """Return whether a text may stand in the subject of a mail, between brackets of its own."""
    return (
        isinstance(value, str)
        and value.isprintable()
        and 1 <= len(value.strip()) <= LONGEST_TITLE >= len(value)
        and not set(value) & {"【", "】"}
    )


def _at_faults(at: Any) -> Iterator[str]:
    try:
        base, minutes = Rung("", "", str(at) if at is not None else "（没有写）", ()).place
    except ValueError as error:
        yield str(error)
        return
    if base == "start" and minutes < 0:
        yield f"at 不能早于开始：{at}"
    elif abs(minutes) > FARTHEST:
        yield f"at 离得太远：{at}，最多 {FARTHEST} 分钟"


def _doubles(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield names and times that stand twice: of two rungs at one time only one would be told by its title."""
    names = Counter(str(row.get("rung")) for row in rows)
    yield from (f"的 {shown(name)}：这个名称写了 {count} 次" for name, count in names.items() if count > 1)
    places: dict[tuple[str, int], str] = {}
    for row in rows:
        try:
            place = Rung("", "", str(row.get("at")), ()).place
        except ValueError:
            continue
        first = places.setdefault(place, str(row.get("rung")))
        if first != str(row.get("rung")):
            yield f"的 {shown(row.get('rung'))}：与 {shown(first)} 在同一时点，请合成一个节点"
