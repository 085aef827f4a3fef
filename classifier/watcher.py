"""Thousands of watch queries against one text in one pass; each hit with the places of its words."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from classifier.borders import false_friend
from classifier.text import Item, normalise, spellings
from domain.query import About, And, Node, Not, Or, Word

MOST_SPANS = 60
"""So many places of a hit are kept: more show nothing new."""
_HOW = Implementation.DFA
"""Takes some megabytes, and half the time."""
_HALVES = re.compile("[\ud800-\udfff]")
Key = TypeVar("Key", bound=Hashable)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is matched: the text, and what fields ask for.

    `sources` are the source's name and 来源 as the page names it, `accounts` the names under which it was published.
    """

    item: Item
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Hit(Generic[Key]):
    """A query that holds, and where its words stand in title + "\\n" + text, in the order of the text."""

    key: Key
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Place:
    """One text being matched: where each pattern was found, and which of those places stand as words."""

    seen: Seen
    text: str
    found: dict[int, list[Span]]
    drops: list[tuple[str, str]] | None
    kept: dict[int, list[Span]] = field(default_factory=dict)

    def standing(self, pattern: int) -> list[Span]:
        """Return the places of a pattern at which it stands as a word."""
        kept = self.kept.get(pattern)
        if kept is None:
            kept = self.kept[pattern] = [one for one in self.found[pattern] if not self._dropped(*one)]
        return kept

    def _dropped(self, start: int, end: int) -> bool:
        friend = false_friend(self.text, start, end)
        if friend is not None and self.drops is not None:
            self.drops.append((self.text[start:end], friend))
        return friend is not None


Holds = Callable[[_Place], list[Span] | None]


class Watcher(Generic[Key]):
    """Compiled queries; make it once and keep it.

    `aliases` are the words looked for with a word, itself included. Queries in `narrow` do not hold where a word of
    `never` stands.
    """

    def __init__(
        self,
        queries: Mapping[Key, Node],
        aliases: Mapping[str, Sequence[str]] | None = None,
        never: Iterable[str] = (),
        narrow: Iterable[Key] = (),
    ) -> None:
        self._patterns: dict[str, int] = {}
        self._lengths: list[int] = []
        self._aliases = {spellings(word)[0]: _spelled(names) for word, names in (aliases or {}).items()}
        self._never = [self._holds(Word(word, 0)) for word in never]
        self._narrow = frozenset(narrow)
        self._queries: list[tuple[Key, Holds]] = []
        self._by_pattern: dict[int, list[int]] = {}
        self._always: list[int] = []
        for key, node in queries.items():
            self._file(key, node)
        self._search = AhoCorasick(list(self._patterns), implementation=_HOW)

    def match(self, seen: Seen, drops: list[tuple[str, str]] | None = None) -> list[Hit[Key]]:
        """Return the queries that hold, in their order. What the guard drops goes to `drops`: word, friend."""
        text, matches = self._find(normalise(seen.item.whole))
        if not matches and not self._always:
            return []
        found: dict[int, list[Span]] = {}
        wanted: set[int] = set(self._always)
        for pattern, start, end in matches:
            if (places := found.get(pattern)) is None:
                found[pattern] = [(start, end)]
                wanted.update(self._by_pattern.get(pattern, ()))
            else:
                places.append((start, end))
        place = _Place(seen, text, found, drops)
        hits = []
        for number in sorted(wanted):
            key, holds = self._queries[number]
            spans = holds(place)
            if spans is not None and not (key in self._narrow and self._refused(place)):
                hits.append(Hit(key, tuple(sorted(set(spans)))[:MOST_SPANS]))
        return hits

    def _find(self, text: str) -> tuple[str, list[tuple[int, int, int]]]:
        """Return the text that can be searched, half character pairs replaced, and where which pattern stands."""
        try:
            return text, self._search.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            return self._find(_HALVES.sub("?", text))

    def _refused(self, place: _Place) -> bool:
        return any(holds(place) is not None for holds in self._never)

    def _file(self, key: Key, node: Node) -> None:
        """Compile a query and file it under words of which one has to stand there."""
        anchors = self._anchors(node)
        self._queries.append((key, self._holds(node)))
        if anchors is None:
            self._always.append(len(self._queries) - 1)
        for pattern in anchors or ():
            self._by_pattern.setdefault(pattern, []).append(len(self._queries) - 1)

    def _anchors(self, node: Node) -> frozenset[int] | None:
        """Return patterns of which one is found wherever the query holds, as rare ones as there are; None: no such."""
        if isinstance(node, Word):
            return frozenset(self._spellings(node))
        if isinstance(node, And):
            known = [found for part in node.parts if (found := self._anchors(part)) is not None]
            return max(known, key=self._rarity, default=None)
        if isinstance(node, Or):
            each = [self._anchors(part) for part in node.parts]
            return None if None in each else frozenset().union(*(one for one in each if one is not None))
        return None

    def _rarity(self, patterns: frozenset[int]) -> tuple[int, int]:
        return min(self._lengths[pattern] for pattern in patterns), -len(patterns)

    def _spellings(self, word: Word) -> list[int]:
        own = spellings(word.text)
        names = own if word.exact else self._aliases.get(own[0], own)
        for name in names:
            if name not in self._patterns:
                self._patterns[name] = len(self._lengths)
                self._lengths.append(len(name))
        return [self._patterns[name] for name in names]

    def _holds(self, node: Node) -> Holds:
        if isinstance(node, Word):
            return _word(self._spellings(node), node)
        if isinstance(node, About):
            return _about(node.field, normalise(node.value))
        if isinstance(node, Not):
            return _not(self._holds(node.part))
        parts = [self._holds(part) for part in node.parts]
        if isinstance(node, Or):
            return _any(parts)
        needs = [need for part in node.parts if (need := self._anchors(part)) is not None]
        return _all(parts, needs if len(needs) > 1 else [])


def _spelled(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one for name in names for one in spellings(name)))


def _word(patterns: list[int], word: Word) -> Holds:
    def holds(place: _Place) -> list[Span] | None:
        spans: list[Span] = []
        for pattern in patterns:
            if pattern in place.found:
                spans += place.found[pattern] if word.exact else place.standing(pattern)
        return spans or None

    def in_title(place: _Place) -> list[Span] | None:
        edge = len(place.seen.item.title)
        if not any(pattern in place.found and place.found[pattern][0][1] <= edge for pattern in patterns):
            return None
        return [span for span in holds(place) or () if span[1] <= edge] or None

    return in_title if word.title else holds


def _about(what: str, value: str) -> Holds:
    def holds(place: _Place) -> list[Span] | None:
        seen = place.seen
        if what == "channel":
            return [] if value == seen.channel else None
        if what == "author":
            return [] if any(value == normalise(name) for name in seen.accounts) else None
        said = seen.sources if what == "source" else seen.places
        return [] if any(value in normalise(name) for name in said) else None

    return holds


def _not(part: Holds) -> Holds:
    return lambda place: [] if part(place) is None else None


def _all(parts: list[Holds], needs: list[frozenset[int]]) -> Holds:
    """Return what holds where all parts do; where none of some part's patterns was found, no place is looked at."""

    def holds(place: _Place) -> list[Span] | None:
        for need in needs:
            if need.isdisjoint(place.found):
                return None
        spans: list[Span] = []
        for part in parts:
            found = part(place)
            if found is None:
                return None
            spans += found
        return spans

    return holds


def _any(parts: list[Holds]) -> Holds:
    def holds(place: _Place) -> list[Span] | None:
        spans: list[Span] | None = None
        for part in parts:
            found = part(place)
            if found is not None:
                spans = found if spans is None else spans + found
        return spans

    return holds
