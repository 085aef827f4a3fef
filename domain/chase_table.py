"""The office's own table of what happens where nobody acknowledges: TOML text in, checked rows out. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.case import Level
from domain.chase import Chase, Chases
from domain.escalation import POSTS
from domain.table_text import Faulty, loaded, posts, shown, unknown_fields, whole

FIELDS = ("minutes", "superiors", "telephone")
LONGEST_WAIT = 7 * 24 * 60
"""Minutes each person is waited for at most."""
RED_WAIT = 5
"""Minutes after which a red matter nobody acknowledged reaches a telephone."""
SUPERIORS = tuple(post for post in POSTS if post != "liaison")
"""Who can be told next; the liaisons of the unit are asked anyway, before them."""


def checked_chases(text: str) -> Chases:
    """Return the table of an office's text. Faulty names every level that cannot be and every rule that is broken."""
    found = read_chases(text)
    faults = [f"缺少 [{level.value}]（{level.label}）" for level in Level if level.value not in found]
    faults += [f"{level_label(level)}{fault}" for level, chase in found.items() for fault in chase_broken(level, chase)]
    if faults:
        raise Faulty(faults)
    return found


def read_chases(text: str) -> Chases:
    """Return the levels a text holds, complete or not. Faulty names everything that cannot be read."""
    table = loaded(text)
    faults = [f"{level_label(level)}{fault}" for level, row in table.items() for fault in _row_faults(level, row)]
    if faults:
        raise Faulty(faults)
    return {
        level: Chase(timedelta(minutes=row["minutes"]), tuple(row["superiors"]), row["telephone"])
        for level, row in table.items()
    }


def chase_broken(level: str, chase: Chase) -> list[str]:
    """Return in words the rules a row breaks: red always reaches a telephone, in five minutes."""
    if level != Level.RED:
        return []
    found = [] if chase.telephone else ["：红色事项没有签收必须打电话，telephone 要为 true"]
    if chase.wait > timedelta(minutes=RED_WAIT):
        found.append(f"：红色事项 {RED_WAIT} 分钟没有签收就要打电话，minutes 不能超过 {RED_WAIT}")
    return found


def level_label(name: str) -> str:
    """Return how a level is called in a sentence: `red（红色）`."""
    return f"{name}（{Level(name).label}）" if name in set(Level) else shown(name)


def _row_faults(level: str, row: Any) -> Iterator[str]:
    if level not in set(Level):
        yield f"：没有这个等级；可用：{'、'.join(Level)}"
        return
    if not isinstance(row, dict):
        yield f"应写成一节，以 [{level}] 开头"
        return
    faults = [*unknown_fields(row, FIELDS), *whole(row.get("minutes"), "minutes", 1, LONGEST_WAIT)]
    faults += posts(row.get("superiors"), "superiors", SUPERIORS)
    if not isinstance(row.get("telephone"), bool):
        faults.append("telephone 应为 true 或 false")
    yield from (f"：{fault}" for fault in faults)
