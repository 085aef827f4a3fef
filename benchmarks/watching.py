"""What 2,000 watch queries add to the judging of an article: `watching.py [DATA]`, DATA with texts/*.jsonl.gz.

Both are timed in one run, in processor time, on texts neither has seen before. Without DATA the demo city's texts are
read, each many times with another number in it.
"""

import gzip
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from classifier import borders
from classifier.judge import Judge
from classifier.text import Item
from classifier.watcher import Seen, Watcher
from domain.query import Node, parse
from huiying import orgs
from huiying.demo.texts import read_texts

QUERIES, CEILING = 2_000, 0.15
TEXTS, PART = 2_000, 100
SETS = ("thucnews_title10", "weibo2018", "finnews_body", "taidi_gov7_raw", "taidi_intent_weak")
BUREAU = "market_supervision"


def main() -> int:
    """Measure and print; exit status 1 where the ceiling is not kept."""
    sets = _sets(Path(sys.argv[1])) if sys.argv[1:] else {"演示城市的信息": _demo()}
    if not sets:
        print(f"没有评测数据 {sys.argv[1]}/texts：监测词没有测速。")
        return 1
    bureau = orgs.bureau(BUREAU, None)
    judge = Judge(bureau)
    words = sorted({word for unit in bureau.units for word in unit.words if len(word) > 1})
    began = time.process_time()
    watcher = Watcher(dict(enumerate(_queries(words))))
    print(f"监测词：{QUERIES} 个专题、{len(words)} 个词，编译 {(time.process_time() - began) * 1000:.0f} 毫秒")
    kept = [_measured(name, items, judge, watcher) for name, items in sets.items()]
    return 0 if all(kept) else 1


def _queries(words: Sequence[str]) -> list[Node]:
    """Return queries as offices write them: a few words, some of which must, some of which must not stand there."""
    chance = random.Random(2026)  # noqa: S311, the same queries every time
    shapes = ('"{}" OR "{}"', '("{}" OR "{}") ("{}" OR "{}") -"{}"', '"{}" "{}"', 'title:"{}" OR ("{}" "{}" -"{}")')
    return [parse(shapes[number % len(shapes)].format(*chance.sample(words, 5))) for number in range(QUERIES)]


def _measured(name: str, items: list[Item], judge: Judge, watcher: Watcher[int]) -> bool:
    """Time both in turns over the same fresh texts; return whether the ceiling is kept."""
    borders.forget()
    judging = watching = 0.0
    hits = 0
    for begin in range(0, len(items), PART):
        part = items[begin : begin + PART]
        began = time.process_time()
        judge.judge(part)
        between = time.process_time()
        hits += sum(len(watcher.match(Seen(item))) for item in part)
        judging, watching = judging + between - began, watching + time.process_time() - between
    share, length = watching / judging, sum(len(item.whole) for item in items) / len(items)
    met = "达到" if share < CEILING else "没有达到"
    judged, watched = judging / len(items) * 1e6, watching / len(items) * 1e6
    print(
        f"监测词，{name}（平均 {length:.0f} 字）：研判 {judged:.0f} 微秒，监测词另加 {watched:.1f} 微秒 = {share:.1%}，"
        f"上限 {CEILING:.0%}，{met}；每条命中 {hits / len(items):.2f} 个专题",
        flush=True,
    )
    return share < CEILING


def _demo() -> list[Item]:
    texts = read_texts()
    rounds = range(TEXTS // len(texts) + 1)
    return [Item(text.title, f"{text.body}（第{number}次）") for number in rounds for text in texts][:TEXTS]


def _sets(folder: Path) -> dict[str, list[Item]]:
    """Return the sets of texts that are there, each in an order of its own."""
    found = {}
    for name in SETS:
        path = folder / "texts" / f"{name}.jsonl.gz"
        if path.is_file():
            with gzip.open(path, "rt", encoding="utf8") as lines:
                rows = [json.loads(line) for line in lines]
            random.Random(1).shuffle(rows)  # noqa: S311, the same texts every time
            found[name] = [
                Item(row.get("title") or "", row.get("text") or row.get("content") or "") for row in rows[:TEXTS]
            ]
    return found


if __name__ == "__main__":
    sys.exit(main())
