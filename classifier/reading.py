"""One reading of a text: which words of which lists stand where. Every question is answered from it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from classifier import lexicons
from classifier.text import Item, normalise

MOST = 8
"""So many places of one word are noted: more say nothing new."""
DECOYS = "emergency/假象词"


class Hit(NamedTuple):
    """A word of a list found in the normalised text, characters `start` to `end`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as all questions see it. `text` is title + line feed + text, normalised; `hits` by list name.

    `questions` are the lexicons of which anything was found: most texts hold no word for most questions.
    """

    item: Item
    text: str
    hits: Mapping[str, list[Hit]]
    questions: frozenset[str]

    def of(self, key: str) -> list[Hit]:
        """Return the hits of one list, `lexicon/group`, in the order of the text; empty if none."""
        return self.hits.get(key, [])

    def words(self, key: str, among: list[Hit] | None = None) -> list[Hit]:
        """Return the first hit of each different word of a list; words within longer found words are left out.

        `among` are the hits to choose from, all of the list where it is not given.
        """
        found = self.hits.get(key) if among is None else among
        if not found:
            return []
        if len(found) == 1:
            return found
        firsts = {hit.word: hit for hit in reversed(found)}
        if len(firsts) == 1:
            return list(firsts.values())
        alone = [hit for word, hit in firsts.items() if not any(word in w and w != word for w in firsts)]
        return sorted(alone, key=_place)

    def groups(self, lexicon: str) -> Iterator[tuple[lexicons.Group, list[Hit]]]:
        """Yield the groups of a lexicon that were found, with their `words`, in the lexicon's order."""
        if lexicon in self.questions:
            for group in lexicons.groups(lexicon):
                if group.key in self.hits and (words := self.words(group.key)):
                    yield group, words


class Reader:
    """All word lists compiled into one search; `own` are the bureau's lists (name → words)."""

    def __init__(self, own: Mapping[str, Iterable[str]]) -> None:
        self._keys: dict[str, list[str]] = {}
        for name in ("emergency", "sentiment", "intent", "topic", "rumour", "relevance", "places"):
            for group in lexicons.groups(name):
                self._file(group.key, group.words)
        for scene in lexicons.scenes():
            self._file(scene.key, scene.things)
        for key, words in own.items():
            self._file(key, lexicons.spelled(words))
        self._words = list(self._keys)
        self._filed = [
            (word, keys, frozenset(key.partition("/")[0] for key in keys)) for word, keys in self._keys.items()
        ]
        self._finder = AhoCorasick(self._words, implementation=Implementation.ContiguousNFA)

    def read(self, items: Sequence[Item]) -> list[Reading]:
        """Return what stands in each of `items`."""
        wholes = [item.whole for item in items]
        spelled, readings, at = normalise("".join(wholes)), [], 0
        for item, whole in zip(items, wholes, strict=True):
            readings.append(self._read(item, spelled[at : at + len(whole)]))
            at += len(whole)
        return readings

    def _read(self, item: Item, text: str) -> Reading:
        hits: dict[str, list[Hit]] = {}
        questions: set[str] = set()
        for n, start, end in self._found(text):
            word, keys, asked = self._filed[n]
            questions |= asked
            hit = Hit(word, start, end)
            for key in keys:
                if key in hits:
                    hits[key].append(hit)
                else:
                    hits[key] = [hit]
        _drop_decoys(hits)
        for found in hits.values():
            if len(found) > 1:
                found.sort(key=_place)
        return Reading(item, text, hits, frozenset(questions))

    def _found(self, text: str) -> list[tuple[int, int, int]]:
        """Return word number, start and end of every word, of each at most MOST."""
        found = self._finder.find_matches_as_indexes(text, overlapping=True)
        if len(found) <= MOST:
            return found
        seen: Counter[int] = Counter()
        kept = []
        for match in found:
            seen[match[0]] += 1
            if seen[match[0]] <= MOST:
                kept.append(match)
        return kept

    def _file(self, key: str, words: Iterable[str]) -> None:
        for word in words:
            if len(word) < 2:
                raise ValueError(f"词表中的词至少两个字：{word}")
            keys = self._keys.setdefault(word, [])
            if key not in keys:
                keys.append(key)


def _place(hit: Hit) -> tuple[int, str]:
    return hit.start, hit.word


def _drop_decoys(hits: dict[str, list[Hit]]) -> None:
    """Take out hits that are only part of a set phrase."""
    if DECOYS in hits:
        for key, found in hits.items():
            if key.startswith(("emergency/", "scenes/")) and key != DECOYS:
                found[:] = undeceived(found, hits)


def undeceived(found: list[Hit], hits: Mapping[str, list[Hit]]) -> list[Hit]:
    """Return those of `found` that are not part of a set phrase (`爆炸` in `人气爆炸`)."""
    decoys = hits.get(DECOYS)
    return [hit for hit in found if not _inside(hit, decoys)] if decoys else found


def _inside(hit: Hit, decoys: list[Hit]) -> bool:
    return any(decoy.start <= hit.start and hit.end <= decoy.end for decoy in decoys)
