"""Is it the same text again? Equal after normalising, or contained in one another with the same numbers."""

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

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


class Copy(NamedTuple):
    """The text something is a copy of, and how much of the shorter one the two share (1 for equal texts)."""

    id: str
    shared: float


class Print(NamedTuple):
    """What is kept of a text to recognise it: digest, hashes of the sampled grams, numbers."""

    digest: bytes
    grams: Sequence[int]
    numbers: frozenset[str]


def print_of(title: str, text: str) -> Print:
    """Return the print of a normalised text; the title only where there is no text, because reposts change titles."""
    spelled = text if text.strip() else title
    plain = _DROPPED.sub("", spelled)
    starts = [n for n, code in enumerate(map(ord, plain[: 1 - GRAM])) if not code % SAMPLE]
    grams = {hash(plain[n : n + GRAM]) for n in starts} if len(plain) >= SHORTEST else ()
    digest = hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Print(digest, array("q", grams), frozenset(_numbers(spelled)))


def shared(one: Print, other: Print) -> float:
    """Return how much of the shorter text stands in the longer one, 0–1; 0 where their numbers differ."""
    if one.digest == other.digest:
        return 1.0
    few, many = (one, other) if len(one.grams) <= len(other.grams) else (other, one)
    if not few.grams or not _same_numbers(few, many):
        return 0.0
    return len(set(few.grams).intersection(many.grams)) / len(few.grams)


def _numbers(spelled: str) -> list[str]:
    return _NUMBER.findall(_GAP.sub("", spelled))


def _same_numbers(few: Print, many: Print) -> bool:
    if not few.numbers:
        return True
    return len(few.numbers & many.numbers) >= NUMBERS * len(few.numbers)


class Copies:
    """Known texts, the latest `most` of them, filed by digest and by sampled grams.

    A gram that stands in one text only, as most do, is filed with the text's number alone: a list takes more room
    than all else that is kept of it.
    """

    def __init__(self, most: int = 200_000) -> None:
        self.most = most
        self._next = 0
        self._number: dict[str, int] = {}
        self._known: dict[int, tuple[str, Print]] = {}
        self._equal: dict[bytes, int] = {}
        self._filed: dict[int, int | list[int]] = {}

    def __len__(self) -> int:
        """Return how many texts are known."""
        return len(self._known)

    def find(self, mark: Print) -> Copy | None:
        """Return the known text this is a copy of, the earliest if it is equal to one, else None."""
        equal = self._equal.get(mark.digest)
        if equal is not None:
            return Copy(self._known[equal][0], 1.0)
        met, common = self._met(mark)
        best, best_id = 0.0, ""
        for number, times in _most_met(met):
            id, other = self._known[number]
            # Only grams that are everywhere are not counted: most texts met are known not to be copies by that alone.
            enough = SHARED * min(len(mark.grams), len(other.grams))
            if times + common >= enough and (part := shared(mark, other)) > best:
                best, best_id = part, id
        return Copy(best_id, round(best, 4)) if best >= SHARED else None

    def _met(self, mark: Print) -> tuple[Counter[int], int]:
        """Return how many grams each known text shares, and how many grams are too common to count."""
        filed = [found for found in map(self._filed.get, mark.grams) if found is not None]
        alone = [found for found in filed if isinstance(found, int)]
        lists = [found for found in filed if isinstance(found, list)]
        telling = [found for found in lists if len(found) <= COMMON]
        return Counter(chain(alone, *telling)), len(lists) - len(telling)

    def put(self, id: str, mark: Print) -> str | None:
        """Remember a text that is no copy; when there are too many the oldest is forgotten: return it, else None."""
        if id in self._number:
            return None
        number, self._next = self._next, self._next + 1
        self._number[id], self._known[number] = number, (id, mark)
        self._equal.setdefault(mark.digest, number)
        for gram in mark.grams:
            found = self._filed.setdefault(gram, number)
            if isinstance(found, list):
                found.append(number)
            elif found != number:
                self._filed[gram] = [found, number]
        return self._forget() if len(self._known) > self.most else None

    def _forget(self) -> str:
        """Forget the oldest text and return its id."""
        number = next(iter(self._known))
        id, mark = self._known.pop(number)
        del self._number[id]
        if self._equal.get(mark.digest) == number:
            del self._equal[mark.digest]
        for gram in mark.grams:
            found = self._filed[gram]
            if isinstance(found, list) and len(found) > 1:
                found.remove(number)
            else:
                del self._filed[gram]
        return id


def _most_met(met: Counter[int], most: int = 8) -> list[tuple[int, int]]:
    """Return the texts that share most grams, the earliest first among equals."""
    items = list(met.items())
    if len(items) > most:
        bar = sorted(met.values(), reverse=True)[most - 1]
        items = [one for one in items if one[1] >= bar]
    return sorted(items, key=lambda one: (-one[1], one[0]))[:most]
