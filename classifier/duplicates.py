"""Is it the same text again? Equal after normalising, or contained in one another with the same numbers."""

import hashlib
import re
from collections import Counter, deque
from dataclasses import dataclass
from itertools import chain

GRAM = 4
SAMPLE = 3
"""Only grams that begin with one character in three are kept: both texts keep the same ones, wherever they stand."""
SHARED = 0.62
"""So much of the shorter text's sample must stand in the longer one."""
NUMBERS = 0.5
"""So many of the shorter text's numbers must stand in the longer one: a form filled in anew is not a copy."""
COMMON = 400
"""A gram that stands in more texts than this finds nothing."""
SHORTEST = 12
"""Texts shorter than this are copies only when equal."""
_DROPPED = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GAP = re.compile(r"(?<=\d)\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class Copy:
    """The text something is a copy of, and how much of the shorter one the two share (1 for equal texts)."""

    id: str
    shared: float


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a text to recognise it: digest, sampled grams, numbers."""

    digest: bytes
    grams: frozenset[str]
    numbers: frozenset[str]


def print_of(title: str, text: str) -> Print:
    """Return the print of a normalised text; the title only where there is no text, because reposts change titles."""
    spelled = text if text.strip() else title
    plain = _DROPPED.sub("", spelled)
    starts = [n for n, code in enumerate(map(ord, plain[: 1 - GRAM])) if not code % SAMPLE]
    grams = frozenset([plain[n : n + GRAM] for n in starts])
    digest = hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Print(digest, grams if len(plain) >= SHORTEST else frozenset(), frozenset(_numbers(spelled)))


def shared(one: Print, other: Print) -> float:
    """Return how much of the shorter text stands in the longer one, 0–1; 0 where their numbers differ."""
    if one.digest == other.digest:
        return 1.0
    few, many = sorted((one, other), key=lambda each: len(each.grams))
    if not few.grams or not _same_numbers(few, many):
        return 0.0
    return len(few.grams & many.grams) / len(few.grams)


def _numbers(spelled: str) -> list[str]:
    return _NUMBER.findall(_GAP.sub("", spelled))


def _same_numbers(few: Print, many: Print) -> bool:
    if not few.numbers:
        return True
    return len(few.numbers & many.numbers) >= NUMBERS * len(few.numbers)


class Copies:
    """Known texts, the latest `most` of them, filed by digest and by sampled grams."""

    def __init__(self, most: int = 200_000) -> None:
        self.most = most
        self._prints: dict[str, Print] = {}
        self._order: deque[str] = deque()
        self._equal: dict[bytes, str] = {}
        self._filed: dict[str, list[str]] = {}

    def __len__(self) -> int:
        """Return how many texts are known."""
        return len(self._order)

    def find(self, mark: Print) -> Copy | None:
        """Return the known text this is a copy of, the earliest if it is equal to one, else None."""
        equal = self._equal.get(mark.digest)
        if equal is not None:
            return Copy(equal, 1.0)
        found = list(filter(None, map(self._filed.get, mark.grams)))
        telling = [ids for ids in found if len(ids) <= COMMON]
        best, best_id = 0.0, ""
        for id, times in _most_met(Counter(chain.from_iterable(telling))):
            other = self._prints[id]
            # Only grams that are everywhere are not counted: most texts met are known not to be copies by that alone.
            most = times + len(found) - len(telling)
            if most >= SHARED * min(len(mark.grams), len(other.grams)) and (part := shared(mark, other)) > best:
                best, best_id = part, id
        return Copy(best_id, round(best, 4)) if best >= SHARED else None

    def put(self, id: str, mark: Print) -> str | None:
        """Remember a text that is no copy; when there are too many the oldest is forgotten: return it, else None."""
        if id in self._prints:
            return None
        self._prints[id] = mark
        self._order.append(id)
        self._equal.setdefault(mark.digest, id)
        for gram in mark.grams:
            self._filed.setdefault(gram, []).append(id)
        if len(self._order) <= self.most:
            return None
        oldest = self._order.popleft()
        self._forget(oldest)
        return oldest

    def _forget(self, id: str) -> None:
        mark = self._prints.pop(id)
        if self._equal.get(mark.digest) == id:
            del self._equal[mark.digest]
        for gram in mark.grams:
            filed = self._filed[gram]
            filed.remove(id)
            if not filed:
                del self._filed[gram]


def _most_met(met: Counter[str], most: int = 8) -> list[tuple[str, int]]:
    """Return the texts that share most grams, in an order that does not depend on hashing."""
    if len(met) > most:
        bar = sorted(met.values(), reverse=True)[most - 1]
        return sorted([one for one in met.items() if one[1] >= bar], key=lambda one: (-one[1], one[0]))[:most]
    return sorted(met.items(), key=lambda one: (-one[1], one[0]))[:most]
