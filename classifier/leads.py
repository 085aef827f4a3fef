"""Searching long texts with patterns of many branches: only where a letter stands with which the pattern can begin."""

import re
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Finder = tuple[re.Pattern[str], re.Pattern[str] | None]


def finder(pattern: str) -> Finder:
    """Return the compiled pattern, and one that finds quickly where it matches; None where it may begin with anything.

    The standard search tries every branch at every character. One that begins with a set of letters skips to the next
    of them in one go; there a look back by one letter asks whether the whole pattern follows.
    """
    letters = _first(parser.parse(pattern))
    if letters is None:
        return re.compile(pattern), None
    chosen = "".join(re.escape(letter) for letter in sorted(letters))
    plain = re.sub(r"\(\?P<\w+>", "(?:", pattern)
    return re.compile(pattern), re.compile(f"[{chosen}](?<=(?={plain}).)", re.DOTALL)


def beginnings(pattern: str) -> frozenset[str]:
    """Return the letters with which a match of `pattern` can begin. ValueError if any letter can."""
    letters = _first(parser.parse(pattern))
    if letters is None:
        raise ValueError(f"{pattern} can begin with anything")
    return frozenset(letters)


def matches(found: Finder, text: str) -> Iterator[re.Match[str]]:
    """Yield what `finditer` of the pattern would."""
    pattern, quick = found
    if quick is None:
        yield from pattern.finditer(text)
        return
    end = 0
    start = quick.search(text)
    while start is not None:
        match = pattern.match(text, start.start())
        if match is not None:
            yield match
            end = max(match.end(), start.end())
        else:
            end = start.end()
        start = quick.search(text, end)


def _first(parsed: Any) -> set[str] | None:
    """Return the letters with which a match can begin, None if any letter can."""
    letters: set[str] = set()
    for kind, told in parsed:
        more, optional = _one(kind, told)
        if more is None:
            return None
        letters |= more
        if not optional:
            return letters
    return None


def _one(kind: Any, told: Any) -> tuple[set[str] | None, bool]:
    """Return the letters with which one part can begin, and whether it can be left out."""
    if kind is kinds.LITERAL:
        return {chr(told)}, False
    if kind is kinds.IN:
        return _set(told), False
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return set(), True
    if kind is kinds.BRANCH:
        firsts = [_first(branch) for branch in told[1]]
        return (None if None in firsts else set().union(*(one for one in firsts if one))), False
    if kind is kinds.SUBPATTERN:
        return _first(told[3]), False
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return _repeated(told)
    return None, False


def _repeated(told: Any) -> tuple[set[str] | None, bool]:
    least, _, inner = told
    return _first(inner), least == 0


def _set(told: Any) -> set[str] | None:
    letters: set[str] = set()
    for kind, what in told:
        if kind is kinds.LITERAL:
            letters.add(chr(what))
        elif kind is kinds.RANGE and what[1] - what[0] < 300:
            letters |= {chr(code) for code in range(what[0], what[1] + 1)}
        elif kind is kinds.CATEGORY and what is kinds.CATEGORY_DIGIT:
            letters |= set("0123456789")
        else:
            return None
    return letters
