"""The columns of the 监测质量表, on the screen and as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dashboard.words import span
from domain.quality import Tally
from store.quality import Quality
from store.sources import CHANNEL_LABELS
from store.tables.sources import Source
from store.tables.watches import Watch

KINDS = {
    "first": "首先发现的事项",
    "missed": "漏掉的事项",
    "late": "晚到的事项",
    "false": "误报的线索",
    "nights": "夜间呼叫",
    "nights_false": "夜间误报",
}
"""What a number counts, by its name in addresses."""
PRINTED = {"vendors": 5, "sources": 15, "watches": 6}
"""So many lines of each part fit on one printed page."""
SHOWN = 200
"""So many lines of each part are shown on the screen, the first finders first."""
HEAD = ("类别", "名称", "渠道", "信息", "首先发现", "漏掉", "晚到", "一般晚多久", "误报", "夜间呼叫", "其中误报")


@dataclass(frozen=True, slots=True)
class Line:
    """One source, vendor or 专题 with its tally; `key` names it in addresses, `address` is its own page."""

    key: str
    name: str
    channel: str
    address: str
    tally: Tally


def lines(pairs: Iterable[tuple[Source, Tally] | tuple[Watch, Tally]]) -> list[Line]:
    """Return the lines of one part of the table."""
    return [_line(row, tally) for row, tally in pairs]


def _line(row: Source | Watch, tally: Tally) -> Line:
    if isinstance(row, Watch):
        return Line(f"watch{row.id}", row.name, "", f"/watches/{row.id}", tally)
    return Line(f"source{row.id}", row.name, CHANNEL_LABELS.get(row.channel, row.channel), f"/sources/{row.id}", tally)


def csv_rows(found: Quality) -> Iterator[Sequence[str]]:
    """Yield the table as rows of text, its head first."""
    yield HEAD
    for label, pairs in (("供应商推送", found.vendors), ("监测源", found.sources), ("专题", found.watches)):
        for line in lines(pairs):
            tally = line.tally
            delay = tally.usual_delay
            counts = (tally.articles, len(tally.first), len(tally.missed), len(tally.late))
            rest = (len(tally.false), len(tally.nights), len(tally.nights_false))
            yield (label, line.name, line.channel, *map(str, counts), span(delay) if delay else "", *map(str, rest))
