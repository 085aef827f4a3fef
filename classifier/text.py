"""What is judged, and its spelling made uniform: simplified characters, half-width, lower case, same length."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Item(NamedTuple):
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
    return normalised([text])[0]


def normalised(texts: Sequence[str]) -> list[str]:
    """Return each of `texts` as `normalise` does, many at once."""
    raw = _raw("".join(texts))
    spelled = _spelled(raw).tobytes().decode("utf-32-le")
    ends = list(accumulate(map(len, texts), initial=0))
    pieces = [spelled[start:end] for start, end in pairwise(ends)]
    if not _is_traditional(raw):
        return pieces
    return [_mainland(piece) if has_traditional(text) else piece for text, piece in zip(texts, pieces, strict=True)]


def spellings(word: str) -> list[str]:
    """Return how a word looked for can read after normalising: as it is written, and as the mainland says it."""
    plain = spell(" ".join(word.split())).tobytes().decode("utf-32-le")
    return list(dict.fromkeys((plain, _mainland(plain))))


def has_traditional(text: str) -> bool:
    """Return whether a text has a character that is written where characters were not simplified."""
    return _is_traditional(_raw(text))


def _mainland(text: str) -> str:
    for theirs, ours in _taiwan():
        text = text.replace(theirs, ours)
    return text


def spell(text: str) -> NDArray[np.uint32]:
    """Return the code points of `text` spelled as `normalise` does but for words, one per character."""
    return _spelled(_raw(text))


def _raw(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _spelled(raw: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return code points spelled alike; those beyond the basic plane stay as they are."""
    spelled = _table().take(raw, mode="clip")
    beyond = raw > 0xFFFF
    return np.where(beyond, raw, spelled) if beyond.any() else spelled


def _is_traditional(raw: NDArray[np.uint32]) -> bool:
    """Return whether one of the code points is a traditional character; those beyond the basic plane are not."""
    return bool(_traditional().take(raw, mode="clip").any())


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
    for group in _lists()["group"]:
        table |= dict(zip(map(ord, group["from"]), map(ord, group["to"]), strict=True))
    return table


@cache
def _traditional() -> NDArray[np.bool_]:
    """Return which characters only traditional texts have: 著 and 乾 are written on the mainland, too."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    for group in _lists()["group"]:
        if group["name"].startswith("繁体"):
            table[[ord(one) for one in group["from"] if not one.encode("gb2312", "ignore")]] = True
    return table


@cache
def _taiwan() -> list[tuple[str, str]]:
    """Return Taiwan's words and ours for them, in simplified characters."""
    pairs: dict[str, str] = _lists()["taiwan"]["words"]
    return list(pairs.items())


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads((resources.files("classifier") / "lexicon" / "simplify.toml").read_text("utf-8"))
