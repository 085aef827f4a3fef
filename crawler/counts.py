"""Numbers as people write them (1.2万, 10w+), and the counts shown with an item: reads, comments, likes, shares."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_UNIT = r"万亿|[万萬亿億千kKwWmM]"
_NUMBER = rf"\d[\d,，]{{0,15}}+(?:\.\d{{1,4}})?+\s?(?:{_UNIT})?+(?![A-Za-z.\d])\+?"
_WHOLE = re.compile(rf"\s*(\d[\d,，]{{0,15}}(?:\.\d{{1,12}})?)\s*({_UNIT})?\s*[+＋]?\s*")
_TIMES = {"万": 10_000, "萬": 10_000, "w": 10_000, "亿": 10**8, "億": 10**8, "万亿": 10**12}
_TIMES |= {"千": 1000, "k": 1000, "m": 10**6}
_MOST = 10**15

_WORDS = {
    "reads": r"(?:阅读|浏览|观看|播放|点击)(?:量|数|次数)?",
    "comments": r"(?:评论|回复|跟[贴帖])(?:量|数)?",
    "likes": r"(?:点赞|获赞|赞同?)(?:量|数)?",
    "shares": r"(?:转发|分享)(?:量|数)?",
}
_BEFORE = [(name, re.compile(rf"(?:{words})\s?[:：(（]?\s?({_NUMBER})[)）]?")) for name, words in _WORDS.items()]
_AFTER = [
    (name, re.compile(rf"({_NUMBER})\s?[次条人个]?\s?(?:{words})(?![\u4e00-\u9fff])")) for name, words in _WORDS.items()
]
_LABEL, _DIGIT = re.compile("|".join(_WORDS.values())), re.compile(r"\d")
_DATES = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}:\d\d(?::\d\d)?")
_META = re.compile(
    r"\d+|[\s:：./\-—_|｜·•,，、;；()（）\[\]【】年月日时分秒+]|发布时间|发布于|发表于|时间|来源|作者|热度|投币|收藏"
)
_LONGEST, _LINES = 80, 4

_FIELDS = {
    "reads": "read view play pv hit visit click",
    "comments": "comment reply replie slashcomment thrtotal",
    "likes": "like attitude upvote digg zan",
    "shares": "share repost retweet forward",
}
_FIELD_OF = {field: name for name, fields in _FIELDS.items() for field in fields.split()}
_FIELD_ENDING = re.compile(r"(?:counts?|nums?|number|total)$")


def read_number(value: object) -> int | None:
    """Return the whole number `value` is or says (12345, "1.2万", "12,345", "10w+"), or None; never negative."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return round(value) if 0 <= value <= _MOST else None
    found = _WHOLE.fullmatch(value[:40])
    if not found:
        return None
    number = float(found[1].replace(",", "").replace("，", "")) * _TIMES.get((found[2] or "").lower(), 1)
    return round(number) if number <= _MOST else None


def shown_counts(text: str) -> dict[str, int]:
    """Return the counts that stand in a short line of their own among the first and last lines of `text`.

    What the text itself tells (收到评论12条) is not a count of the item: besides counts, dates and separators a line
    may hold hardly anything.
    """
    lines = text.splitlines()
    counts: dict[str, int] = {}
    for line in lines if len(lines) <= 2 * _LINES else [*lines[:_LINES], *lines[-_LINES:]]:
        if len(line) <= _LONGEST:
            found, rest = _labelled(line)
            counts = counts | found if len(_META.sub("", rest)) <= (3 if len(found) == 1 else 12) else counts
    return counts


def label_counts(line: str) -> dict[str, int]:
    """Return the counts with a label in a line that tells nothing but such things: `某台 · 1.2w+观看 · 380点赞`."""
    return _labelled(line)[0]


def _labelled(line: str) -> tuple[dict[str, int], str]:
    """Return the counts with a label before or behind them, and the line without them."""
    rest = _DATES.sub(" ", line)
    label, number = _LABEL.search(rest), _DIGIT.search(rest)
    if not label or not number:
        return {}, rest
    # 阅读 12 评论 34 and 12 阅读 34 评论 are told apart by what comes first.
    order = (_BEFORE, _AFTER) if label.start() < number.start() else (_AFTER, _BEFORE)
    counts, rest = _found(order[0], {}, rest)
    return _found(order[1], counts, rest)


def _found(
    patterns: Iterable[tuple[str, re.Pattern[str]]], counts: dict[str, int], rest: str
) -> tuple[dict[str, int], str]:
    for name, pattern in patterns:
        found = pattern.search(rest)
        number = read_number(found[1]) if found else None
        if found and number is not None:
            counts = {name: number} | counts
            rest = rest[: found.start()] + " " + rest[found.end() :]
    return counts, rest


def field_counts(fields: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts among the fields of an item, whatever they are called: `comments_count`, `readCount`."""
    counts: dict[str, int] = {}
    for key, value in fields.items():
        name = _meaning(key)
        number = read_number(value) if name else None
        if name and number is not None:
            counts.setdefault(name, number)
    return counts


@lru_cache(maxsize=2000)
def _meaning(key: object) -> str | None:
    """Return which count a field of this name holds, or None."""
    plain = re.sub(r"[\W_]", "", str(key)[:40]).lower()
    stem = _FIELD_ENDING.sub("", plain).removesuffix("s")
    chinese = next((name for name, words in _WORDS.items() if re.fullmatch(words, plain)), None)
    return chinese or _FIELD_OF.get(stem) or _FIELD_OF.get(plain)
