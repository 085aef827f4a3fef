"""同义词: the office's table of words that mean the same, one group a line; and its list of general exclusions."""

from functools import cache
from importlib import resources

from domain.query import LONGEST_WORD
from domain.query_words import words_of

MOST_WORDS = 5000
MOST_GENERAL = 1000
_HALF = {ord("＝"): "=", ord("＞"): ">"}


def names_of(text: str) -> dict[str, tuple[str, ...]]:
    """Return for each word of a table all words that are looked for with it, itself included.

    `市监局 = 市场监督管理局` is one group: each stands for all. `四品一械 > 食品、药品` reaches one way: the first
    stands for the others too, they only for themselves. Lines with # are remarks. ValueError names the line that is
    wrong: one word alone, or a word that has two lines.
    """
    found: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip().translate(_HALF)
        if not said or said.startswith("#"):
            continue
        first, wider, rest = said.partition(">")
        names = _words(first.split("=") if not wider else [first, *words_of(rest)], number)
        for name in names[:1] if wider else names:
            if (before := lines.setdefault(name.lower(), number)) != number:
                raise ValueError(f"第 {number} 行的“{name}”在第 {before} 行已有；同义的词请写在一行")
            found[name] = names
    if len(lines) > MOST_WORDS:
        raise ValueError(f"最多 {MOST_WORDS} 个词，现在 {len(lines)} 个")
    return found


def _words(parts: list[str], number: int) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for part in parts if (name := " ".join(part.split()))))
    if len(names) < 2:
        raise ValueError(f"第 {number} 行要写成 词 = 词，或 词 > 词、词：至少两个不同的词")
    if too_long := next((name for name in names if len(name) > LONGEST_WORD), None):
        raise ValueError(f"第 {number} 行：一个词最多 {LONGEST_WORD} 个字：{too_long[:20]}…")
    if unfit := next((name for name in names if not any(sign.isalnum() for sign in name)), None):
        raise ValueError(f"第 {number} 行的“{unfit}”不是词")
    return names


def general_of(text: str) -> tuple[str, ...]:
    """Return the words of a list of exclusions, each once. ValueError for a word too long, or too many."""
    words = tuple(dict.fromkeys(words_of(text)))
    if too_long := next((word for word in words if len(word) > LONGEST_WORD), None):
        raise ValueError(f"一个词最多 {LONGEST_WORD} 个字：{too_long[:30]}…")
    if unfit := next((word for word in words if not any(sign.isalnum() for sign in word)), None):
        raise ValueError(f"“{unfit}”不是词，会排除几乎所有信息")
    if len(words) > MOST_GENERAL:
        raise ValueError(f"最多 {MOST_GENERAL} 个词，现在 {len(words)} 个")
    return words


@cache
def packaged() -> str:
    """Return the table a new office begins with."""
    return (resources.files("domain") / "synonyms.txt").read_text("utf-8")
