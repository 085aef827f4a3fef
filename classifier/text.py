"""What is judged, and its spelling made uniform: simplified characters, half-width, lower case, same length."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


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
    """Return `text` in simplified, half-width, lower-case characters, each at its own place (length unchanged)."""
    spelled, other = _others()
    # Few characters of a text are spelled otherwise: to look for them is ten times as fast as to look each one up.
    return other.sub(lambda found: spelled[found[0]], text)


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
    raw = (resources.files("classifier") / "lexicon" / "simplify.toml").read_bytes()
    for group in tomllib.loads(raw.decode())["group"]:
        table |= dict(zip(map(ord, group["from"]), map(ord, group["to"]), strict=True))
    return table
