"""How keyword files people bring are taken over, measured on a folder of them."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alerts.figures import figure
from domain.query import parse
from domain.watch_import import Imported, decoded, read

FOLDER = "1_trendradar_keywords"
Row = tuple[dict[str, Any], Imported]


def figures(folder: Path) -> list[object]:
    """Return all figures of a folder with the collection. FileNotFoundError names what is missing."""
    lines = (folder / FOLDER / "index.jsonl").read_text("utf-8").splitlines()
    rows = [_read(folder / FOLDER, json.loads(line)) for line in lines if line.strip()]
    return [
        figure("监测词文件导入，每组都成为专题或通用排除词", rows, 1.0, _whole, _name),
        figure("导入的监测词都能匹配", rows, 1.0, _parses, _name),
        *_totals([imported for _, imported in rows]),
    ]


def _read(folder: Path, said: dict[str, Any]) -> Row:
    path = folder / said["file"]
    return said, read(decoded(path.read_bytes()), path.name)


def _name(row: Row) -> str:
    return str(row[0]["file"])


def _whole(row: Row) -> bool:
    """Return whether every group of a file became something: a 专题, general exclusions, or a line with its reason."""
    said, imported = row
    named = sum(not left.text.startswith("@") for left in imported.left)
    groups = len(imported.topics) + len(set(imported.general.values())) + named
    return bool(imported.topics) and groups >= said["syntax_used"]["groups"]


def _parses(row: Row) -> bool:
    return all(parse(one.query) for one in row[1].topics)


def _totals(found: Sequence[Imported]) -> list[str]:
    whys = Counter(left.why for one in found for left in one.left)
    topics, words = sum(len(one.topics) for one in found), sum(one.words for one in found)
    general = sum(len(one.general) for one in found)
    return [
        f"    {len(found)} 个文件：专题 {topics} 个、词 {words} 个、通用排除词 {general} 个；{whys.total()} 行没有照搬",
        *(f"    没有照搬 {times} 行：{why}" for why, times in whys.most_common()),
    ]
