"""One reading of a text: which words of which lists stand where. Every question is answered from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from classifier import lexicons
from classifier.text import Item, normalise
from classifier.words import Words


class Hit(NamedTuple):
    """A word of a list found in the normalised text, characters `start` to `end`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as all questions see it. `text` is title + line feed + text, normalised; `hits` by list name."""

    item: Item
    text: str
    hits: Mapping[str, list[Hit]]

    def of(self, key: str) -> list[Hit]:
        """Return the hits of one list, `lexicon/group`, in the order of the text; empty if none."""
        return self.hits.get(key, [])

    def words(self, key: str) -> list[Hit]:
        """Return the first hit of each different word of a list; words within longer found words are left out."""
        found = self.hits.get(key)
        if not found:
            return []
        firsts = {hit.word: hit for hit in reversed(found)}
        if len(firsts) == 1:
            return list(firsts.values())
        alone = [hit for word, hit in firsts.items() if not any(word in w and w != word for w in firsts)]
        return sorted(alone, key=_place)


class Reader:
    """All word lists compiled into one search; `own` are the bureau's lists (name → words)."""

    def __init__(self, own: Mapping[str, Iterable[str]]) -> None:
        self._keys: dict[str, list[str]] = {}
        for name in ("emergency", "sentiment", "intent", "topic", "rumour", "relevance", "places"):
            for group in lexicons.groups(name):
                self._file(f"{name}/{group.name}", group.words)
        for scene in lexicons.scenes():
            self._file(f"scenes/{scene.name}", scene.things)
        for key, words in own.items():
            self._file(key, lexicons.spelled(words))
        self._words = Words(self._keys)

    def read(self, item: Item) -> Reading:
        """Return what stands in `item`."""
        text = normalise(item.whole)
        hits: dict[str, list[Hit]] = {}
        for word, starts in self._words.find(text).items():
            length = len(word)
            found = [Hit(word, start, start + length) for start in starts]
            for key in self._keys[word]:
                hits.setdefault(key, []).extend(found)
        _drop_decoys(hits)
        for found in hits.values():
            if len(found) > 1:
                found.sort(key=_place)
        return Reading(item, text, hits)

    def _file(self, key: str, words: Iterable[str]) -> None:
        for word in words:
            keys = self._keys.setdefault(word, [])
            if key not in keys:
                keys.append(key)


def _place(hit: Hit) -> tuple[int, str]:
    return hit.start, hit.word


def _drop_decoys(hits: dict[str, list[Hit]]) -> None:
    """Take out hits that are only part of a set phrase (`爆炸` in `人气爆炸`)."""
    decoys = hits.get("emergency/假象词")
    if not decoys:
        return
    for key, found in hits.items():
        if key.startswith(("emergency/", "scenes/")) and found is not decoys:
            found[:] = [hit for hit in found if not _inside(hit, decoys)]


def _inside(hit: Hit, decoys: list[Hit]) -> bool:
    return any(decoy.start <= hit.start and hit.end <= decoy.end for decoy in decoys)
