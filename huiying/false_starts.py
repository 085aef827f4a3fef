"""How much sleep a quiet month costs: provisional starts a person would call false, for `make evaluate`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from classifier.judge import Judge
from classifier.text import Item
from domain.verdict import Opens
from domain.workdays import BEIJING
from huiying import orgs
from huiying.demo.city import read_city
from huiying.demo.texts import Text, read_texts
from huiying.everyday import everyday

EVERYDAY, NIGHTS, MOST = 20_000, 30, 1.0
"""So many texts in so many nights, and how many false starts a night there may be on average."""
REAL = ("food",)
"""The stories of the demo city's month that are emergencies; a start of any other is counted as false."""
BUREAU, BATCH, NAMED = "market_supervision", 500, 5
_EPOCH = datetime(2026, 11, 22, 14, 0, tzinfo=BEIJING)


def figures(_folder: Path) -> list[object]:
    """Return the figure as lines to print; no data are needed for it.

    Every article that would start a clock counts, although articles of one matter start it once.
    """
    judge = Judge(orgs.bureau(BUREAU, read_city().home))
    month = [text for text in read_texts() if text.story not in REAL]
    false = [*started(judge, map(_item, month)), *started(judge, everyday(EVERYDAY))]
    a_night = len(false) / NIGHTS
    met = "达到" if a_night <= MOST else "没有达到"
    which = Counter(item.title or item.text[:24] for item in false).most_common(NAMED)
    return [
        f"误开时限：演示城市一个月 {len(month)} 条、日常信息 {EVERYDAY} 条中 {len(false)} 次，"
        f"平均每晚 {a_night:.2f} 次，上限 {MOST:g}，{met}",
        *(f"    误开 {times} 次：{words}" for words, times in which),
    ]


def started(judge: Judge, items: Iterable[Item]) -> list[Item]:
    """Return the items that would start the clocks of an emergency by themselves."""
    known = list(items)
    parts = [known[at : at + BATCH] for at in range(0, len(known), BATCH)]
    pairs = [pair for part in parts for pair in zip(part, judge.judge(part, reasons=False), strict=True)]
    return [item for item, verdict in pairs if verdict.opens is Opens.PROVISIONAL]


def _item(text: Text) -> Item:
    return Item(text.title, "\n".join(text.paragraphs(_EPOCH)), "news" if text.title else "weibo")
