"""One reading of a text: which words of which lists stand where. Every question is answered from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from classifier import lexicons
from classifier.text import Item, normalised

MANY, MOST = 200, 8
"""In a text with more than MANY words found, so many places of one word are noted: more say nothing new."""
DECOYS = "emergency/假象词"


class Hit(NamedTuple):
    """A word of a list found in the normalised text, characters `start` to `end`."""

    word: str
    start: int
    end: int


class Reading(NamedTuple):
    """A text as all questions see it. `text` is title + line feed + text, normalised; `hits` by list name.

    `questions` are the lexicons of which anything was found: most texts hold no word for most questions. `longer`
    are, for each word of the lists that is part of others, those others.
    """

    item: Item
    text: str
    hits: Mapping[str, list[Hit]]
    questions: AbstractSet[str]
    longer: Mapping[str, AbstractSet[str]]

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
        firsts: dict[str, Hit] = {}
        for hit in found:
            firsts.setdefault(hit[0], hit)
        longer = self.longer
        return [hit for word, hit in firsts.items() if word not in longer or longer[word].isdisjoint(firsts)]

    def groups(self, lexicon: str) -> Iterator[tuple[lexicons.Group, list[Hit]]]:
        """Yield the groups of a lexicon that were found, with their `words`, in the lexicon's order."""
        if lexicon in self.questions:
            for group in lexicons.groups(lexicon):
                if group.key in self.hits and (words := self.words(group.key)):
                    yield group, words


class Reader:
    """All word lists compiled into one search; `own` are the bureau's (name → words), `scenes` its emergencies."""

    def __init__(self, own: Mapping[str, Iterable[str]], scenes: Iterable[lexicons.Scene] = ()) -> None:
        self._keys: dict[str, list[str]] = {}
        for name in (
            "emergency",
            "sentiment",
            "intent",
            "topic",
            "rumour",
            "relevance",
            "places",
            "priority",
            "themes",
        ):
            for group in lexicons.groups(name):
                self._file(group.key, group.words)
        for scene in scenes:
            self._file(scene.key, scene.things)
        for key, words in own.items():
            self._file(key, lexicons.spelled(words))
        self._words = list(self._keys)
        self._filed = list(self._keys.items())
        self._longer = _longer(self._words)
        self._questions = {key: key.partition("/")[0] for keys in self._keys.values() for key in keys}
        self._finder = AhoCorasick(self._words, implementation=Implementation.ContiguousNFA)

    def read(self, items: Sequence[Item], spelled: Sequence[str] | None = None) -> list[Reading]:
        """Return what stands in each of `items`; `spelled` are their normalised `whole` texts, where known."""
        if spelled is None:
            spelled = normalised([item.whole for item in items])
        return [self._read(item, text) for item, text in zip(items, spelled, strict=True)]

    def _read(self, item: Item, text: str) -> Reading:
        found = self._found(text)
        if not found:
            return _made(Reading, (item, text, _NO_HITS, _NO_QUESTIONS, self._longer))
        found.sort(key=_start)
        hits: dict[str, list[Hit]] = defaultdict(list)
        filed = self._filed
        for n, start, end in found:
            word, keys = filed[n]
            hit = _made(Hit, (word, start, end))
            for key in keys:
                hits[key].append(hit)
        if DECOYS in hits:
            _drop_decoys(hits)
        asked = self._questions
        return _made(Reading, (item, text, hits, {asked[key] for key in hits}, self._longer))

    def _found(self, text: str) -> list[tuple[int, int, int]]:
        """Return word number, start and end of every word; in an endless text of each at most MOST."""
        found = self._finder.find_matches_as_indexes(text, overlapping=True)
        if len(found) <= MANY:
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


_made = tuple.__new__
"""A hit made without going through its class in Python: tens of them a text."""
_start = itemgetter(1)
"""Matches in the order of the text; they come by where they end, so the shorter of two that begin alike is first."""
_NO_HITS: Mapping[str, list[Hit]] = {}
_NO_QUESTIONS: AbstractSet[str] = frozenset()


def _longer(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return for each word that is part of others those others."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    within = AhoCorasick(words, implementation=Implementation.ContiguousNFA)
    for word in words:
        for n, _, _ in within.find_matches_as_indexes(word, overlapping=True):
            if words[n] != word:
                found[words[n]].add(word)
    return {word: frozenset(others) for word, others in found.items()}


def _drop_decoys(hits: dict[str, list[Hit]]) -> None:
    """Take out hits that are only part of a set phrase."""
    for key, found in hits.items():
        if key.startswith(("emergency/", "scenes/")) and key != DECOYS:
            found[:] = undeceived(found, hits)


def undeceived(found: list[Hit], hits: Mapping[str, list[Hit]]) -> list[Hit]:
    """Return those of `found` that are not part of a set phrase (`爆炸` in `人气爆炸`)."""
    decoys = hits.get(DECOYS)
    return [hit for hit in found if not _inside(hit, decoys)] if decoys else found


def _inside(hit: Hit, decoys: list[Hit]) -> bool:
    return any(decoy.start <= hit.start and hit.end <= decoy.end for decoy in decoys)
