"""How answers of WeCom, DingTalk and Feishu robots are judged, measured on a folder of answers with what each means."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.channels.answers import PERMANENT, RETRY, SENT, THROTTLED, Judgement, judge
from alerts.figures import Figure, figure

FOLDER = "8_robot_errors"
TRAPS = "traps"
"""Name of the file of answers that look like a success and are none."""
MEANT = {
    "success": (SENT,),
    "transient": (RETRY, THROTTLED),
    "permanent": (PERMANENT,),
    "clock": (PERMANENT,),
    "permanent/clock": (PERMANENT,),
}
"""What each class of the folder may be judged as."""
_NAMED = re.compile(r"(?:key|token|secret|sign|password)\s*[=:]\s*([^\s&,;\"'\]]+)", re.IGNORECASE)
_LONG = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,}(?![\w-])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `allowed` is what it may be judged as, `said` every text in it."""

    name: str
    allowed: tuple[str, ...]
    judged: Judgement
    said: str

    @property
    def right(self) -> bool:
        """Whether it was judged as it is meant."""
        return self.judged.kind in self.allowed

    @property
    def keys(self) -> set[str]:
        """The keys of ours it echoes: what stands behind key=, token=, and long marks with letters and digits."""
        return set(_NAMED.findall(self.said)) | set(_LONG.findall(self.said))

    @property
    def silent(self) -> bool:
        """Whether none of the keys stands in the words shown."""
        return not any(key in self.judged.words for key in self.keys)


def figures(folder: Path) -> list[Figure]:
    """Return all figures of a folder with the collection. FileNotFoundError names what is missing."""
    found = [answer for file in _files(folder / FOLDER) for answer in _answers(file)]
    known = [one for one in found if not one.name.startswith(TRAPS)]
    traps = [one for one in found if one.name.startswith(TRAPS)]
    keys = [one for one in found if one.keys]
    return [
        figure("机器人的回答判断正确", known, 1.0, lambda one: one.right, lambda one: one.name),
        figure("看似成功的回答没有误作送出", traps, 1.0, lambda one: one.right, lambda one: one.name),
        figure("回答里的密钥没有显示出来", keys, 1.0, lambda one: one.silent, lambda one: one.name),
    ]


def _files(folder: Path) -> list[Path]:
    lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
    return [folder / json.loads(line)["file"] for line in lines if line.strip()]


def _answers(file: Path) -> Iterator[Answer]:
    """Yield the answers of one file; entries without a body only tell of something."""
    for row in json.loads(file.read_text("utf-8")):
        if "body" not in row:
            continue
        trap = file.stem == TRAPS
        body = json.dumps(row["body"], ensure_ascii=False)
        yield Answer(
            name=f"{file.stem}：{row['trap' if trap else 'meaning']}",
            allowed=(RETRY, THROTTLED, PERMANENT) if trap else MEANT.get(row["class"], ()),
            judged=judge(row["provider"] if trap else file.stem, row.get("http", 200), body.encode()),
            said="\n".join(_texts(row["body"])),
        )


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
