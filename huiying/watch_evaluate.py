"""How keyword files people bring are taken over, measured on a folder of them."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from alerts.figures import figure
from domain.query import parse
from domain.watch_import import Imported, decoded, read

FOLDER = "1_trendradar_keywords"
Row = tuple[dict[str, Any], Imported]


def main(argv: list[str]) -> int:
    """Print the figures of the folder named on the command line; 2 where it, or this part of it, is absent."""
    places = [Path(argv[0], FOLDER), Path(argv[0], "formats", FOLDER)] if argv else []
    folder = next((place for place in places if (place / "index.jsonl").is_file()), None)
    if folder is None:
        print(f"没有评测数据 {FOLDER}：监测词文件没有评测。")
        return 2
    rows = list(map(_read, _index(folder)))
    named = {"name": lambda row: str(row[0]["file"])}
    print(figure("监测词文件导入，每组都成为专题或通用排除词", rows, 1.0, _whole, named["name"]))
    print(figure("导入的监测词都能匹配", rows, 1.0, _parses, named["name"]))
    _totals([imported for _, imported in rows])
    return 0


def _index(folder: Path) -> list[tuple[dict[str, Any], Path]]:
    lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [(row, folder / row["file"]) for row in rows]


def _read(said: tuple[dict[str, Any], Path]) -> Row:
    row, path = said
    return row, read(decoded(path.read_bytes()), path.name)


def _whole(row: Row) -> bool:
    """Return whether every group of a file became something: a 专题, general exclusions, or a line with its reason."""
    said, imported = row
    groups = len(imported.topics) + len(set(imported.general.values())) + len(imported.left)
    return bool(imported.topics) and groups >= said["syntax_used"]["groups"]


def _parses(row: Row) -> bool:
    return all(parse(one.query) for one in row[1].topics)


def _totals(found: list[Imported]) -> None:
    whys = Counter(left.why for one in found for left in one.left)
    topics, words = sum(len(one.topics) for one in found), sum(one.words for one in found)
    general = sum(len(one.general) for one in found)
    print(
        f"    {len(found)} 个文件：专题 {topics} 个、词 {words} 个、通用排除词 {general} 个；{whys.total()} 行没有照搬"
    )
    for why, times in whys.most_common():
        print(f"    没有照搬 {times} 行：{why}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
