"""What is judged, and its spelling made uniform: simplified characters, half-width, lower case, same length."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One text to judge. `channel` is message, news or weibo; anything else is read like news."""

    title: str
    text: str
    channel: str = "news"

    @property
    def whole(self) -> str:
        """Title, line feed, text: what the spans of reasons count in."""
        return f"{self.title}\n{self.text}"


def normalise(text: str) -> str:
    """Return `text` in simplified, half-width, lower-case characters, each at its own place (length unchanged).

    In a text with traditional characters Taiwan's words (程式, 民眾) become those of the mainland, of equal length.
    """
    plain = _one_to_one(text)
    return plain if plain == text or not _traditional().search(text) else _mainland(plain)


def spellings(word: str) -> list[str]:
    """Return how a word looked for can read after normalising: as it is written, and as the mainland says it."""
    plain = _one_to_one(" ".join(word.split()))
    return list(dict.fromkeys((plain, _mainland(plain))))


def _one_to_one(text: str) -> str:
    spelled, other = _others()
    # Few characters of a text are spelled otherwise: to look for them is ten times as fast as to look each one up.
    return other.sub(lambda found: spelled[found[0]], text)


def _mainland(text: str) -> str:
    for theirs, ours in _taiwan():
        text = text.replace(theirs, ours)
    return text


@cache
def _others() -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the characters that are spelled otherwise here with their spelling, and a pattern that finds them."""
    table = {chr(sign): chr(plain) for sign, plain in _spelling().items() if sign != plain}
    return table, re.compile(f"[{re.escape(''.join(table))}]")


def _spelling() -> dict[int, int]:
    """Code point → code point; only one-to-one changes, so that spans stay valid."""
    table = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
    table |= {ord(mark): ord(mark) for mark in "，！？；：（）～"}
    table[0x3000] = ord(" ")
    table |= {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
    table |= {0xFF21 + n: ord("a") + n for n in range(26)}
    for group in _lists()["group"]:
        table |= dict(zip(map(ord, group["from"]), map(ord, group["to"]), strict=True))
    return table


@cache
def _traditional() -> re.Pattern[str]:
    """What finds a character that only traditional texts have: 著 and 乾 are written on the mainland, too."""
    listed = "".join(group["from"] for group in _lists()["group"] if group["name"].startswith("繁体"))
    return re.compile(f"[{''.join(one for one in listed if not one.encode('gb2312', 'ignore'))}]")


@cache
def _taiwan() -> list[tuple[str, str]]:
    """Return Taiwan's words and ours for them, in simplified characters."""
    pairs: dict[str, str] = _lists()["taiwan"]["words"]
    return list(pairs.items())


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads((resources.files("classifier") / "lexicon" / "simplify.toml").read_text("utf-8"))
