"""The tables of who is told as people read them: times in words, and what differs from another table. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.chase import Chase, Chases
from domain.escalation import POSTS, Rung, named

FIELDS = {"at": "时点", "title": "名称", "posts": "通知谁", "least": "适用", "every": "重复"}
CHASE_FIELDS = {"wait": "等多久", "superiors": "再通知谁", "telephone": "打电话"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ladder: `when`, `title` and `who` in words; `change` against another table, empty for none."""

    name: str
    when: str
    title: str
    who: tuple[str, ...]
    note: str
    change: str


@dataclass(frozen=True, slots=True)
class ChaseRow:
    """One line of the table of what is done for want of 签收: for how long is waited, who is next, who is called."""

    level: str
    wait: str
    who: tuple[str, ...]
    telephone: bool
    change: str


def rows(rungs: Sequence[Rung], packaged: Sequence[Rung]) -> list[Row]:
    """Return the lines of a ladder from the opening to what comes last, with those only `packaged` has."""
    gone = [(rung, "已去掉") for rung in packaged if named(rungs, rung.rung) is None]
    found = [(rung, _change(rung, named(packaged, rung.rung))) for rung in rungs]
    return [_row(rung, change) for rung, change in sorted([*found, *gone], key=lambda one: _order(one[0]))]


def _order(rung: Rung) -> tuple[int, int]:
    base, minutes = rung.place
    return ("start", "half", "due").index(base), minutes


def chase_rows(chases: Chases, packaged: Chases) -> list[ChaseRow]:
    """Return the lines of the table of what is done for want of 签收, in the order of the packaged one."""
    return [_chase_row(level, chases[level], row) for level, row in packaged.items()]


def post_names(posts: Iterable[str]) -> tuple[str, ...]:
    """Return the posts in words."""
    return tuple(POSTS[post] for post in posts)


def at_words(rung: Rung) -> str:
    """Return when a rung is told: `一开始`, `10分钟后`, `时限过半`, `到期前1小时`, `到期时`, `逾期1小时`."""
    base, minutes = rung.place
    if base == "half":
        return "时限过半"
    if base == "start":
        return f"{span_words(minutes)}后" if minutes else "一开始"
    if not minutes:
        return "到期时"
    return f"逾期{span_words(minutes)}" if minutes > 0 else f"到期前{span_words(-minutes)}"


def span_words(minutes: int) -> str:
    """Return a length in words: `15分钟`, `1小时30分钟`, `3天`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (left, "分钟")]
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0分钟"


def _chase_row(level: str, row: Chase, before: Chase) -> ChaseRow:
    wait = span_words(int(row.wait.total_seconds()) // 60)
    return ChaseRow(level, wait, post_names(row.superiors), row.telephone, _changed(row, before, CHASE_FIELDS))


def _row(rung: Rung, change: str) -> Row:
    every = f"以后每{span_words(rung.every)}一次" if rung.every else ""
    least = f"时限满{span_words(rung.least)}才有" if rung.least else ""
    note = "；".join(words for words in (every, least) if words)
    return Row(rung.rung, at_words(rung), rung.title, post_names(rung.posts), note, change)


def _change(rung: Rung, before: Rung | None) -> str:
    return "新增" if before is None else _changed(rung, before, FIELDS)


def _changed(now: Rung | Chase, before: Rung | Chase, fields: Mapping[str, str]) -> str:
    changed = [words for field, words in fields.items() if getattr(now, field) != getattr(before, field)]
    return f"已改：{'、'.join(changed)}" if changed else ""
