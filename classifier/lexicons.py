"""The reviewed word lists: groups of words, each with its weight and the reason why it is there."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from classifier.leads import Finder, finder
from classifier.text import normalise
from domain.org import Org


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same to one question.

    `weight` is what one of them adds, `most` the limit for the whole group (0: none), `label` the answer it
    speaks for, `patterns` what cannot be written as words (`卡在…半空`), `key` its name in a reading,
    `matters` those to whose bureaus it does not apply.
    """

    name: str
    reason: str
    weight: float
    words: tuple[str, ...]
    label: str = ""
    most: float = 0.0
    patterns: Finder | None = None
    key: str = ""
    matters: tuple[str, ...] = ()

    def total(self, words: int) -> float:
        """Return what `words` different words of this group add together."""
        added = self.weight * words
        return max(self.most, added) if self.most < 0 else min(self.most, added) if self.most else added


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of emergency: things it happens with, harms it does. `own` says whether it is the bureau's to answer.

    That is the bureau's to say: its units name their scenes. One with `only` exists for bureaus that name it alone.

    `people` is how many must be affected before mild harm alone counts; `alone` marks things whose mere
    mention is the emergency (an earthquake needs no injured). `signs` are harms of which one must be told before
    deaths and injuries count: a fatal crash in front of a restaurant is no food poisoning.
    """

    name: str
    reason: str
    kind: str
    things: tuple[str, ...]
    harms: tuple[str, ...]
    people: int = 1
    alone: bool = False
    signs: frozenset[str] = frozenset()
    weight: float = 0.0
    key: str = ""
    own: bool = False
    only: bool = False


LEXICONS = (
    "emergency",
    "scenes",
    "sentiment",
    "intent",
    "topic",
    "rumour",
    "relevance",
    "places",
    "simplify",
    "priority",
    "themes",
)


def table(name: str) -> dict[str, Any]:
    """Return the parsed lexicon file `name`.toml of this package."""
    return tomllib.loads((resources.files("classifier") / "lexicon" / f"{name}.toml").read_text("utf-8"))


@cache
def groups(name: str) -> tuple[Group, ...]:
    """Return the word groups of the lexicon `name`, spelled as texts are after normalising."""
    return tuple(_group(row, name) for row in table(name)["group"])


@cache
def scenes() -> tuple[Scene, ...]:
    """Return the kinds of emergency of scenes.toml, none of them anybody's own."""
    return tuple(_scene(row) for row in table("scenes")["scene"])


def scenes_of(org: Org) -> tuple[Scene, ...]:
    """Return the kinds of emergency as a bureau sees them: those its units name are its own.

    ValueError if a unit names one that does not exist, with those that do.
    """
    known = [scene.name for scene in scenes()]
    for unit in org.units:
        for name in unit.scenes:
            if name not in known:
                raise ValueError(f"{unit.name} 的 scenes 中没有“{name}”这种突发情形；可用的有：{'、'.join(known)}")
    seen = [replace(scene, own=scene.name in org.scenes) for scene in scenes()]
    return tuple(scene for scene in seen if scene.own or not scene.only)


def spelled(words: str | Iterable[str]) -> tuple[str, ...]:
    """Return words (a list, or one string with blanks between) as they read after normalising."""
    return tuple(normalise(word) for word in (words.split() if isinstance(words, str) else words))


def _group(row: Mapping[str, Any], lexicon: str) -> Group:
    return Group(
        name=row["name"],
        reason=row["reason"],
        weight=float(row.get("weight", 0)),
        words=spelled(row["words"]),
        label=row.get("label", ""),
        most=float(row.get("most", 0)),
        patterns=finder("|".join(spelled(row["patterns"]))) if row.get("patterns") else None,
        key=f"{lexicon}/{row['name']}",
        matters=tuple(row.get("matters", ())),
    )


def _scene(row: Mapping[str, Any]) -> Scene:
    return Scene(
        name=row["name"],
        reason=row["reason"],
        kind=row["kind"],
        things=spelled(row["things"]),
        harms=tuple(row.get("harms", ())),
        people=row.get("people", 1),
        alone=row.get("alone", False),
        signs=frozenset(row.get("signs", ())),
        weight=float(row.get("weight", 0)),
        key=f"scenes/{row['name']}",
        only=row.get("only", False),
    )
