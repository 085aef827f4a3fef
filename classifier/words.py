"""Many words looked for in one pass: only words whose rarest pair of characters occurs are compared at all."""

from collections import Counter
from collections.abc import Iterable
from operator import add


def pairs_of(text: str) -> list[str]:
    """Return the overlapping pairs of characters of `text`."""
    return list(map(add, text, text[1:]))


class Words:
    """A compiled set of words of two or more characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair = _index(sorted(set(words)))
        self._pairs = frozenset(self._by_pair)

    def find(self, text: str) -> dict[str, list[int]]:
        """Return each word that occurs in `text` with its starts, in a stable order."""
        found = {}
        for pair in sorted(self._pairs.intersection(map(add, text, text[1:]))):
            for word in self._by_pair[pair]:
                if word in text:
                    found[word] = _starts(word, text)
        return found


def _starts(word: str, text: str, most: int = 8) -> list[int]:
    """Return where `word` begins in `text`, at most `most` places: more say nothing new."""
    starts: list[int] = []
    at = text.find(word)
    while at >= 0 and len(starts) < most:
        starts.append(at)
        at = text.find(word, at + 1)
    return starts


def _index(words: list[str]) -> dict[str, list[str]]:
    """File every word under that of its pairs which the fewest words share."""
    short = [word for word in words if len(word) < 2]
    if short:
        raise ValueError(f"词表中的词至少两个字：{'、'.join(short)}")
    shared = Counter(pair for word in words for pair in set(pairs_of(word)))
    index: dict[str, list[str]] = {}
    for word in words:
        index.setdefault(min(pairs_of(word), key=lambda pair: (shared[pair], pair)), []).append(word)
    return index
