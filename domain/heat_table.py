"""The numbers of heat, early warning and levels, read from a table an office may change; all of them are ours."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from domain.case import Level

MINIMA = ("rank", "volume", "sources", "platforms", "rate", "negative")
MOST_WEEKS = 25
"""Hours are kept for so long."""
_HIGHEST_FIRST = [str(level) for level in Level]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the level criteria: every least amount in `least` has to be reached; `season` in seasons alone."""

    level: Level
    least: tuple[tuple[str, float], ...]
    season: bool = False


@dataclass(frozen=True, slots=True)
class WarningNumbers:
    """Numbers of the early warning; `half_life` and `slot` in minutes, `floor` in articles an hour."""

    ratio: float
    threshold: float
    floor: float
    share: float
    cool_hours: float
    half_life: float
    slot: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers. `points`, `windows`, `full`, `authority`, `direction` and `baseline` are as in heat.toml."""

    points: Mapping[str, float]
    windows: Mapping[str, float]
    full: Mapping[str, float]
    authority: Mapping[str, float]
    direction: Mapping[str, float]
    baseline: Mapping[str, float]
    warning: WarningNumbers
    levels: tuple[Criterion, ...]


@cache
def shipped_text() -> str:
    """Return the packaged table as it is written."""
    return files("domain").joinpath("heat.toml").read_text("utf-8")


@cache
def shipped() -> Numbers:
    """Return the packaged numbers."""
    return numbers_from(shipped_text())


def numbers_from(text: str) -> Numbers:
    """Return the numbers of a table. ValueError, in the user's words, for what is missing or unknown."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"不是合法的 TOML（{error}）") from None
    levels = table.pop("level", [])
    wanted = _shape()
    for name in sorted(set(table) | set(wanted)):
        _check_part(name, table.get(name), wanted.get(name))
    for name, sum_ in (("points", 100), ("windows", 1)):
        if abs(sum(table[name].values()) - sum_) > 1e-9:
            raise ValueError(f"[{name}] 合计应是 {sum_}")
    if table["baseline"]["weeks"] > MOST_WEEKS:
        raise ValueError(f"[baseline] weeks 最多 {MOST_WEEKS}")
    if table["warning"]["ratio"] <= 1:
        raise ValueError("[warning] ratio 应大于 1")
    parts = {name: table[name] for name in wanted if name != "warning"}
    return Numbers(**parts, warning=WarningNumbers(**table["warning"]), levels=tuple(_criterion(row) for row in levels))


def _shape() -> dict[str, set[str]]:
    """Return which numbers each part has."""
    return {
        "points": {"volume", "rise", "sources", "authority", "engagement", "negative"},
        "windows": {"ten_minutes", "hour", "day"},
        "full": {"volume", "calm", "times", "sources", "engagement"},
        "authority": {"central", "provincial", "government", "city", "self_media"},
        "direction": {"hours", "fewest", "sure"},
        "baseline": {"weeks", "least_days", "smooth"},
        "warning": {field.name for field in fields(WarningNumbers)},
    }


def _check_part(name: str, part: Any, wanted: set[str] | None) -> None:
    if wanted is None or not isinstance(part, dict):
        raise ValueError(f"没有这一部分：[{name}]" if wanted is None else f"缺少 [{name}]")
    if set(part) != wanted:
        raise ValueError(f"[{name}] 应正好有 {'、'.join(sorted(wanted))}")
    least = 0 if name in ("points", "windows", "authority") else 1e-9
    wrong = [key for key, value in part.items() if not _is_number(value) or value < least]
    if wrong:
        raise ValueError(f"[{name}] 的 {'、'.join(wrong)} 应是{'不小于 0' if least == 0 else '大于 0'} 的数")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _criterion(row: Any) -> Criterion:
    if not isinstance(row, dict) or row.get("level") not in _HIGHEST_FIRST:
        raise ValueError(f"[[level]] 的 level 应是 {'、'.join(_HIGHEST_FIRST)} 之一")
    least = {name: value for name, value in row.items() if name not in ("level", "season")}
    wrong = [name for name, value in least.items() if name not in MINIMA or not _is_number(value)]
    if wrong or not least or not isinstance(row.get("season", False), bool):
        raise ValueError(f"[[level]] {row['level']} 只能写 {'、'.join(MINIMA)}（数）和 season（true）")
    return Criterion(Level(row["level"]), tuple(least.items()), row.get("season", False))
