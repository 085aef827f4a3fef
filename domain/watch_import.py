"""Keyword files people already have: TrendRadar's `frequency_words.txt`, a plain list, a table; each group a 专题."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.query import LONGEST, LONGEST_WORD, MOST_WORDS, parse
from domain.query_words import QueryError
from domain.watch import LONGEST_NAME
from domain.watch_regex import words_of_pattern

LARGEST = 1024 * 1024
SECTIONS = ("GLOBAL_FILTER", "WORD_GROUPS")
LOCAL = "“!”排除的词只在它自己那一组里排除；单独成组的和 [GLOBAL_FILTER] 里的，作为通用排除词。"
BORDERS = "词要作为词出现才算：“AI”不会命中“MAIL”，“和服”不会命中“产品和服务”。"
_REGEX = re.compile(r"/(.+)/([a-z]*)")
_SIMPLE = re.compile(r"[\w\u4e00-\u9fff]+(?:[-.][\w]+)*")
_OPERATORS = frozenset(("and", "or", "not", "与", "或", "非", "且"))
_NAME_COLUMNS = frozenset(("专题", "名称", "专题名称", "name", "topic"))
_HEADERS = _NAME_COLUMNS | {"词", "关键词", "监测词", "keyword", "keywords", "word", "words"}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A 专题 a file proposes: its query, and the lines it was made of."""

    name: str
    query: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken over: the line's number and text, and why."""

    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.text[:40]}：{self.why}"


@dataclass(slots=True)
class Imported:
    """Everything a file holds: 专题, general exclusions with their lines, what was left, and what to know of it."""

    topics: list[Proposed] = field(default_factory=list)
    general: dict[str, int] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    words: int = 0
    """Words taken over."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is understood otherwise than by the program the file was written for."""
        return (BORDERS, *((LOCAL,) if self.general or any(" -" in one.query for one in self.topics) else ()))


@dataclass(slots=True)
class _Group:
    """The words of one group, each a list of spellings of which one is enough."""

    first: int
    last: int = 0
    name: str = ""
    remark: str = ""
    titles: list[str] = field(default_factory=list)
    any_of: list[str] = field(default_factory=list)
    must: list[list[str]] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    spoilt: str = ""
    """Why the group cannot be taken over as a whole."""


def decoded(data: bytes) -> str:
    """Return the text of a file, UTF-8 or GB18030. ValueError where it is neither, or too large."""
    if len(data) > LARGEST:
        raise ValueError("文件超过 1 MB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("文件不是 UTF-8 或 GBK 编码的文字")


def read(text: str, file: str = "") -> Imported:
    """Return what a keyword file holds; `file` is its name: a .csv or .tsv is read as a table.

    Nothing is left out in silence: every line is in a 专题, a general exclusion, or in `left` with the reason.
    """
    found = Imported()
    table = file.lower().endswith((".csv", ".tsv"))
    for group in _rows(text, found) if table else _groups(text, found):
        _add(found, group)
    return found


def _groups(text: str, found: Imported) -> Iterator[_Group]:
    """Yield the groups between blank lines; sections change what the lines after them are."""
    section, group, remarks = "WORD_GROUPS", _Group(0), [""]
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        said = line.strip().strip("\ufeff")
        if not said:
            yield group
            group, remarks = _Group(0), [""]
        elif said.startswith("#"):
            remarks.append(_remark(said))
        elif said[0] == "[" and said[-1] == "]" and said[1:-1].strip().upper() in SECTIONS:
            yield group
            section, group = said[1:-1].strip().upper(), _Group(0)
        elif section == "GLOBAL_FILTER":
            _filter(found, number, said)
        else:
            group.first, group.last = group.first or number, number
            group.remark = group.remark or remarks[-1]
            _line(group, found, number, said)


def _filter(found: Imported, number: int, said: str) -> None:
    for word in _words(said.lstrip("!！").strip(), number, said, found):
        _exclude(found, word, number)


def _exclude(found: Imported, word: str, number: int) -> None:
    """Add a general exclusion; one that is there already is listed as such."""
    if (before := found.general.setdefault(word, number)) != number:
        found.left.append(Left(number, f"!{word}", f"与第 {before} 行的排除词相同"))


def _line(group: _Group, found: Imported, number: int, said: str) -> None:
    """Take one line of a group over."""
    if said[0] == "[" and said[-1] == "]" and number == group.first:
        group.name = said[1:-1].strip()
        return
    if said[0] == "@":
        found.left.append(Left(number, said, "限制一组最多显示几条：这里没有这个限制，命中都留着"))
        return
    mark = said[0] if said[0] in "+!＋！" else ""
    said_word, _, title = (part.strip() for part in said[len(mark) :].partition("=>"))
    words = _words(said_word, number, said, found)
    if mark in ("!", "！"):
        group.never += words
        return
    group.titles += [title or said_word] if words else []
    if mark:
        group.must += [words] if words else []
        group.spoilt = group.spoilt or ("" if words else f"第 {number} 行的必须词没能理解，不要求它会命中太多")
    else:
        group.any_of += words


def _words(said: str, number: int, line: str, found: Imported) -> list[str]:
    """Return the words of one entry; empty, with the reason noted, where there are none to look for."""
    try:
        regex = _REGEX.fullmatch(said)
        words = words_of_pattern(regex[1]) if regex else [" ".join(said.split())]
        for word in words:
            _check(word)
    except ValueError as error:
        found.left.append(Left(number, line, str(error)))
        return []
    return words


def _check(word: str) -> None:
    if not word:
        raise ValueError("没有写词")
    if not any(sign.isalnum() for sign in word):
        raise ValueError("只有标点，不是词")
    if len(word) > LONGEST_WORD:
        raise ValueError(f"一个词最多 {LONGEST_WORD} 个字")
    if '"' in word and "」" in word:
        raise ValueError("同时含有两种引号，没法写成短语")


def _rows(text: str, found: Imported) -> Iterator[_Group]:
    """Yield one group a row of a table: the words of its cells, the name where a column is headed so.

    A table of one column is a list: one group.
    """
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = [
        [cell.strip().strip("\ufeff") for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)
    ]
    header = [cell.lower() for cell in rows[0]] if rows and any(cell.lower() in _HEADERS for cell in rows[0]) else []
    naming = next((place for place, cell in enumerate(header) if cell in _NAME_COLUMNS), None)
    one = _Group(0)
    for number, row in enumerate(rows, start=1):
        cells = [cell for place, cell in enumerate(row) if cell and place != naming]
        if not cells or (header and number == 1):
            continue
        alone = naming is None and max(map(len, rows)) == 1
        group = one if alone else _Group(number, number)
        group.first, group.last = group.first or number, number
        group.name = "" if naming is None or naming >= len(row) else row[naming]
        for cell in cells:
            _line(group, found, number, cell)
        if not alone:
            yield group
    yield one


def _remark(said: str) -> str:
    """Return a comment as a name: without signs around it; empty where it is a sentence."""
    name = re.sub(r"^[^\w\u4e00-\u9fff]+|[^\w\u4e00-\u9fff）)]+$", "", said)
    return name if len(name) <= 20 and not re.search(r"[，。：:]", name) else ""


def _add(found: Imported, group: _Group) -> None:
    """Make the 专题 of a group, several where it has more words than one may have."""
    if not (group.any_of or group.must):
        for word in group.never:
            _exclude(found, word, group.first)
        return
    if group.spoilt:
        found.left.append(Left(group.first, "（整组）", group.spoilt))
        return
    name = group.name or group.remark or "、".join(dict.fromkeys(group.titles))
    parts = list(_parts(group))
    for place, query in enumerate(parts, start=1):
        try:
            parse(query)
        except QueryError as error:
            found.left.append(Left(group.first, "（整组）", error.words))
            continue
        same = next((one for one in found.topics if one.query == query), None)
        if same is not None:
            found.left.append(Left(group.first, "（整组）", f"与第 {same.first} 行的一组相同"))
            continue
        title = _free(found, f"{_cut(name)}（{place}）" if len(parts) > 1 else _cut(name))
        found.topics.append(Proposed(title, query, group.first, group.last))
    found.words += len(group.any_of) + sum(map(len, group.must)) + len(group.never)


def _cut(name: str, room: int = LONGEST_NAME - 8) -> str:
    name = " ".join(name.split())
    return name if len(name) <= room else f"{name[: room - 1]}…"


def _free(found: Imported, name: str) -> str:
    taken = {one.name for one in found.topics}
    return next(one for one in [name, *(f"{name} {n}" for n in range(2, len(taken) + 3))] if one not in taken)


def _parts(group: _Group) -> Iterator[str]:
    """Yield the query of a group; where its words are too many, one for each part of them."""
    rest = "".join(f" {_either(words)}" for words in group.must) + "".join(f" -{_said(word)}" for word in group.never)
    fixed = sum(map(len, group.must)) + len(group.never)
    part: list[str] = []
    for word in dict.fromkeys(group.any_of):
        whole = _either([*part, word]) + rest
        if part and (len(part) + 1 + fixed > MOST_WORDS or len(whole) > LONGEST):
            yield _either(part) + rest
            part = []
        part.append(word)
    yield (_either(part, alone=not rest) + rest).strip()


def _either(words: Iterable[str], *, alone: bool = False) -> str:
    said = [_said(word) for word in dict.fromkeys(words)]
    whole = " OR ".join(said)
    return whole if len(said) < 2 or alone else f"({whole})"


def _said(word: str) -> str:
    """Return a word as a query writes it: in quotes where it holds signs of the language."""
    if _SIMPLE.fullmatch(word) and word.lower() not in _OPERATORS:
        return word
    return f"「{word}」" if '"' in word or "“" in word or "”" in word else f'"{word}"'
