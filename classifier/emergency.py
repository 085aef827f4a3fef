"""Is this an emergency happening now, of which kind, whose to answer, and how large?"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from classifier import lexicons
from classifier.casualties import Casualties, casualties
from classifier.leads import beginnings, matches
from classifier.lexicons import Group, Scene
from classifier.reading import Hit, Reading, undeceived
from classifier.scales import probability
from domain.verdict import EMERGENCY, MANY_AFFECTED, Reason

START = -2.3
"""Weight before anything is read: most texts report no emergency."""
NEAR = 140
"""Thing and harm belong together when they stand at most so many characters apart."""
MILD = 1.5
"""Harm of at most this weight counts only when several people suffer it."""
OURS_FIRST = 1.0
"""Between a scene of ours and one of others that fit alike, ours is taken: better to hand on than to overlook."""
_DENIED = re.compile(
    r"(?:无|未|没有|没|暂无|并无|均无|尚无|脱离|防止|防范|预防|避免|以免|杜绝|谨防|不会|免受|预防和?控制)"
    r"(?:人员?|一例?|生命|再|有|发生|造成|出现|引发|导致|收到|群体性|任何|明显|危重|重大|因|了)*[^，。；、！？\n]{0,2}$"
)
_SUPPOSED = re.compile(
    r"(?:如果|一旦|万一|假如|倘若|要是|若是|会不会|可能(?!是)|随时|容易|担心|害怕|生怕|怕|难道|非要|等到|要等|才会|会(?=发生|引|造成|导致|出)|易)"
    r"[^，。；、！？\n]{0,8}$"
)
"""`如果发生爆炸` tells of no explosion."""
_DENYING, _SUPPOSING = beginnings(_DENIED.pattern), beginnings(_SUPPOSED.pattern)
"""Letters without which there is nothing to look for: most words of harm have none before them."""
LEARNED, LEARNED_LONG, LEARNED_NEWS, LEARNED_EPIDEMIC = 0.15, 0.3, 0.8, 0.6
"""How much the trained head counts beside the words: more in long letters than in the few words of a witness, more in
news, of which it has seen most, and where epidemics are spoken of, which in some years is everywhere. Against what is
ours to answer it never counts for more than in a witness's words: better to look once too often."""
WITNESS = 150
"""A witness writes no more characters than this."""
MOST_LEARNED = 4.0
EPIDEMIC = "传染病"
_NONE_NEW = re.compile(r"(?:无|零|未|没有)新增[^，。；！？\n]{0,30}$")
"""`无新增确诊病例、重症病例、死亡病例` denies all that it lists."""
SOON = 90
"""Words of time count for a harm at most so many characters away."""
LONG = 300
"""A longer text tells a history; without words of time near the harm it is less likely to be happening now."""
LONG_STORY = -1.0


class Emergency(NamedTuple):
    """The answer. `own`: it happens with something the bureau supervises; `grave`: and it may be grade I or II.

    `at` is where its harm stands in the text.
    """

    probability: float
    kind: str | None
    own: bool
    grave: bool
    casualties: int | None
    at: int | None
    reasons: tuple[Reason, ...]


class _Seen(NamedTuple):
    """A scene that fits: how strongly, and the words that show it."""

    scene: Scene
    weight: float
    thing: Hit
    harm: Hit
    harm_group: str


NOTHING = Emergency(0.05, None, False, False, None, None, ())
_GROUPS = {group.name: group for group in lexicons.groups("emergency")}
_LABELLED = {
    label: tuple(group for group in _GROUPS.values() if group.label == label)
    for label in ("harm", "now", "many", "not", "child")
}


def emergency(reading: Reading, scenes: Mapping[str, Scene], guess: float = 0.0) -> Emergency:
    """Return the most serious of the `scenes` weighed with time, size and everything that speaks against it.

    `guess` are the log-odds, by what the head has learned, that the text tells of something happening now.
    """
    if "scenes" not in reading.questions:
        return NOTHING
    here = [scenes[key] for key in reading.hits if key in scenes]
    harms = _harms(reading, {name for scene in here for name in scene.harms})
    if not harms and not any(scene.alone for scene in here):
        return NOTHING
    people = casualties(reading)
    least = max([people.least, *(int(g.weight) for g in _LABELLED["many"] if reading.of(g.key))])
    seen = _best(_scenes(reading, here, harms, least))
    if seen is None:
        return Emergency(0.1, None, False, False, _told(people, reading, 0.1), None, ())
    reasons = [*_scene_reasons(seen), *_context(reading, seen.harm.start, least), _learned(reading, seen, guess)]
    chance = probability(1.5 * (START + sum(reason.weight for reason in reasons)))
    sure = chance >= EMERGENCY
    grave = sure and seen.scene.own and _grave(reading, people, least, seen)
    return Emergency(
        probability=round(chance, 4),
        kind=seen.scene.kind if sure else None,
        own=seen.scene.own,
        grave=grave,
        casualties=_told(people, reading, chance),
        at=seen.harm.start,
        reasons=(*reasons, *_size_reasons(grave, people, least)),
    )


def _learned(reading: Reading, seen: _Seen, guess: float) -> Reason:
    """Return what the trained head says, for or against."""
    factor = LEARNED if len(reading.text) <= WITNESS else LEARNED_LONG
    if seen.scene.name == EPIDEMIC:
        factor = LEARNED_EPIDEMIC
    elif seen.scene.own and guess < 0:
        factor = LEARNED
    elif reading.item.channel == "news":
        factor = LEARNED_NEWS
    weight = round(factor * max(-MOST_LEARNED, min(MOST_LEARNED, guess)), 2)
    return Reason("读来像正在发生的事" if weight > 0 else "读来不像正在发生的事", weight, "emergency")


def _harms(reading: Reading, wanted: Collection[str]) -> dict[str, list[Hit]]:
    """Return the harm words of the `wanted` groups that are not denied (`无人受伤`), by group."""
    found = {}
    for group in _LABELLED["harm"]:
        if group.name not in wanted:
            continue
        supposed = group.name != "险情"
        hits = [hit for hit in _all(reading, group) if not _denied(reading.text, hit, supposed)]
        if hits:
            found[group.name] = hits
    return found


def _all(reading: Reading, group: Group) -> list[Hit]:
    """Return the words of a group and the matches of its patterns."""
    words = reading.of(group.key)
    if group.patterns is None:
        return words
    found = [Hit(match[0], *match.span()) for match in matches(group.patterns, reading.text)]
    return [*words, *undeceived(found, reading.hits)]


def _denied(text: str, hit: Hit, supposed: bool) -> bool:
    """Return whether the words before say that it did not happen, or (`supposed`) only that it might."""
    start = hit[1]
    at = max(0, start - 14)
    before = text[at:start]
    if not _DENYING.isdisjoint(before) and _DENIED.search(text, at, start):
        return True
    if "新增" in text and _NONE_NEW.search(text, max(0, start - 36), start):
        return True
    return supposed and not _SUPPOSING.isdisjoint(before) and _SUPPOSED.search(text, at, start) is not None


def _scenes(reading: Reading, here: list[Scene], harms: dict[str, list[Hit]], least: int) -> Iterable[_Seen]:
    for scene in here:
        things = reading.of(scene.key)
        if not things:
            continue
        if scene.alone:
            yield _Seen(scene, scene.weight, things[0], things[0], "")
        near = [seen for name in scene.harms if name in harms for seen in _pairs(scene, name, things, harms[name])]
        if scene.signs and not any(seen.harm_group in scene.signs for seen in near):
            near = [seen for seen in near if seen.weight - scene.weight <= MILD]
        if near:
            best = max(near, key=lambda seen: (seen.weight, -seen.harm.start))
            if best.weight - scene.weight > MILD or least >= scene.people:
                yield best


def _pairs(scene: Scene, name: str, things: list[Hit], hits: list[Hit]) -> Iterable[_Seen]:
    """Yield a harm of one group with the nearest thing, if one is near enough."""
    for harm in hits:
        thing = min(things, key=lambda thing: abs(thing.start - harm.start))
        if abs(thing.start - harm.start) <= NEAR:
            yield _Seen(scene, scene.weight + _GROUPS[name].weight, thing, harm, name)


def _best(seen: Iterable[_Seen]) -> _Seen | None:
    """Return the scene that fits best; among equals the bureau's own, so that nothing of ours is left to others."""
    return max(seen, key=lambda one: (one.weight + OURS_FIRST * one.scene.own, one.scene.name), default=None)


def _scene_reasons(seen: _Seen) -> list[Reason]:
    thing = Reason(f"{seen.scene.name}：{seen.thing.word}", seen.scene.weight, "emergency", _span(seen.thing))
    if not seen.harm_group:
        return [thing]
    weight = _GROUPS[seen.harm_group].weight
    return [thing, Reason(f"{seen.harm_group}：{seen.harm.word}", weight, "emergency", _span(seen.harm))]


def _context(reading: Reading, at: int, least: int) -> list[Reason]:
    """Return what speaks for and against it: time, size, drill, film, old case, policy, advice, rumour, joke.

    What speaks against it counts near the harm `at` and at the beginning: reports of real accidents end with advice.
    """
    reasons = []
    soon = False
    edge = len(reading.item.title) + 60
    for group in (*_LABELLED["now"], *_LABELLED["not"]):
        words = reading.words(group.key)
        reach = NEAR if group.label == "not" else SOON
        words = [hit for hit in words if hit.start < edge or abs(hit.start - at) <= reach]
        soon |= group.label == "now" and bool(words)
        if words:
            weight = group.total(len(words)) if group.label == "not" else group.weight
            reasons.append(Reason(f"{group.name}：{_listed(words)}", weight, "emergency", _span(words[0])))
    if reading.item.channel in ("message", "weibo"):
        reasons.append(Reason("群众直接反映", 0.4, "emergency"))
    if len(reading.text) > LONG and not soon:
        reasons.append(Reason("长文中未说是刚发生的", LONG_STORY, "emergency"))
    size = next((weight for floor, weight in ((30, 1.2), (10, 0.9), (3, 0.5)) if least >= floor), 0.0)
    if size:
        reasons.append(Reason(f"至少约{least}人", size, "emergency"))
    return reasons


def _grave(reading: Reading, people: Casualties, least: int, seen: _Seen) -> bool:
    """Return whether a grade I/II emergency is suspected: deaths, many, children, or an explosion with injured."""
    harms = _harms(reading, ("受伤", "死亡", "危重", "爆炸"))
    children = least >= 5 and any(reading.of(group.key) for group in _LABELLED["child"])
    hurt = any(name in harms for name in ("受伤", "死亡", "危重")) or (people.count or 0) > 0
    blast = "爆炸" in harms and "爆炸" in seen.scene.harms and hurt
    dead = "死亡" in harms or people.dead
    return dead or least >= MANY_AFFECTED or children or blast


def _size_reasons(grave: bool, people: Casualties, least: int) -> list[Reason]:
    if not grave:
        return []
    told = f"（涉及{people.count}人）" if people.count else ""
    return [Reason(f"疑似Ⅰ、Ⅱ级规模{told}", 0.0, "grave", people.span)]


def _told(people: Casualties, reading: Reading, chance: float) -> int | None:
    """Return the number to print: numbers of drills, films and old cases are nobody's casualties."""
    if chance < EMERGENCY and any(reading.of(group.key) for group in _LABELLED["not"]):
        return None
    return people.count


def _listed(words: list[Hit]) -> str:
    return "、".join(hit.word for hit in words[:3])


def _span(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end
