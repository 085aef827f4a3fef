"""What is judged, and its spelling made uniform: simplified characters, half-width, lower case, same length."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray


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
    return spell(text).tobytes().decode("utf-32-le")


def spell(text: str) -> NDArray[np.uint32]:
    """Return the code points of `text` spelled as `normalise` does, one per character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _table()
    return np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)


@cache
def _table() -> NDArray[np.uint32]:
    """Return `_spelling` as an array over the basic plane; half a pair of surrogates is no character, but a gap."""
    table = np.arange(1 << 16, dtype=np.uint32)
    for code, spelled in _spelling().items():
        table[code] = spelled
    table[0xD800:0xE000] = 0xFFFD
    return table


@cache
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
