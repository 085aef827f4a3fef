"""Judging with what an office has taught: the program's verdict first, then what the corrections add to its answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from classifier.judge import Judge
from classifier.layer import Added, Layer
from classifier.scales import probability
from classifier.text import Item
from domain.org import Org
from domain.verdict import EMERGENCY, SUSPECTED, Opens, Reason, Sentiment, Verdict, opens
from store.corrections import is_sealed

FIRST, SECOND = 2.5, 1.0
"""How much the unit the program ranks first, and the second, have ahead of the others, as log-odds."""
SURE = 2.0
"""How much the attitude the program answers has ahead of the others."""
FELT = 0.05
"""What adds less is not worth a reason."""
WORDS = "本单位改判过类似的信息"


class TaughtJudge:
    """Answers as the program does and adds what the office's corrections say. Stands where a Judge stands."""

    def __init__(self, judge: Judge, layer: Layer, org: Org) -> None:
        self._judge, self._layer, self._org = judge, layer, org

    def judge(self, items: Sequence[Item], reasons: bool = True) -> list[Verdict]:
        """Return one verdict per item, in order."""
        verdicts = self._judge.judge(items, reasons)
        taught = zip(verdicts, self._layer.added(items), items, strict=True)
        return [answered(verdict, added, self._org, item.channel, reasons) for verdict, added, item in taught]


def bases(verdict: Verdict, org: Org) -> dict[str, dict[str, float]]:
    """Return what the answers of the program are worth as log-odds, by question and answer."""
    ranked = dict(zip(verdict.sections, (FIRST, SECOND), strict=False))
    return {
        "unit": {name: ranked.get(name, 0.0) for name in org.sections},
        "sentiment": {mood.value: SURE * (mood == verdict.sentiment) for mood in Sentiment},
        "relevant": {"no": 0.0, "yes": _odds(verdict.relevance)},
        "emergency": {"no": 0.0, "yes": _odds(verdict.emergency)},
    }


def _odds(share: float) -> float:
    inside = max(0.005, min(0.995, share))
    return math.log(inside / (1 - inside))


def answered(verdict: Verdict, added: Added, org: Org, channel: str, tell: bool = True) -> Verdict:
    """Return the verdict with what was learned added to its answers, each with its reason.

    What starts a clock is left alone but for unit and attitude, and nothing learned starts one: clocks are the law's,
    not the learning's. What is sealed is left alone as a whole.
    """
    if is_sealed(verdict):
        return verdict
    base = bases(verdict, org)
    changed: dict[str, Any] = {}
    if "unit" in added:
        changed["sections"] = _ranked(verdict, base["unit"], added["unit"])
    if "sentiment" in added:
        changed |= _mood(verdict, base["sentiment"], added["sentiment"])
    if verdict.opens != Opens.PROVISIONAL:
        changed |= _likely(verdict, base, added)
    found = replace(verdict, **changed)
    if verdict.opens != Opens.PROVISIONAL and _moved(verdict, found):
        found = replace(found, opens=_opens(found, org, channel))
    return replace(found, reasons=_reasons(verdict, found, added)) if tell else found


def _ranked(verdict: Verdict, base: Mapping[str, float], added: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(verdict.sections, key=lambda name: -(base.get(name, 0.0) + added.get(name, 0.0))))


def _mood(verdict: Verdict, base: Mapping[str, float], added: Mapping[str, float]) -> dict[str, Any]:
    best = max(base, key=lambda mood: base[mood] + added.get(mood, 0.0))
    if best == verdict.sentiment:
        return {}
    strength = max(0.5, abs(verdict.sentiment_score))
    return {
        "sentiment": Sentiment(best),
        "sentiment_score": {"negative": -strength, "neutral": 0.0, "positive": strength}[best],
    }


def _likely(verdict: Verdict, base: Mapping[str, Mapping[str, float]], added: Added) -> dict[str, Any]:
    """Return relevance and emergency with what was learned.

    What the program takes for an emergency stays suspected, and what is suspected as relevant as it was: a look costs a
    minute.
    """
    changed: dict[str, Any] = {}
    if "relevant" in added:
        chance = round(probability(base["relevant"]["yes"] + _yes(added["relevant"])), 4)
        changed["relevance"] = max(chance, verdict.relevance) if verdict.emergency >= SUSPECTED else chance
    if "emergency" in added:
        chance = round(probability(base["emergency"]["yes"] + _yes(added["emergency"])), 4)
        changed["emergency"] = max(chance, SUSPECTED) if verdict.emergency >= EMERGENCY else chance
        if changed["emergency"] < EMERGENCY:
            changed |= {"emergency_kind": None, "grave": False}
    return changed


def _yes(added: Mapping[str, float]) -> float:
    return added["yes"] - added["no"]


def _moved(before: Verdict, after: Verdict) -> bool:
    names = ("relevance", "emergency", "sentiment")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _opens(found: Verdict, org: Org, channel: str) -> Opens:
    asked = opens(
        relevance=found.relevance,
        emergency=found.emergency,
        ours=found.ours,
        grave=False,
        sentiment=found.sentiment,
        intent=found.intent,
        channel=channel,
        anywhere=not org.home,
    )
    return Opens.LEAD if found.grave and found.opens == Opens.LEAD else asked


def _reasons(before: Verdict, after: Verdict, added: Added) -> tuple[Reason, ...]:
    """Return the reasons with one for each answer that what was learned has moved; what holds no more is left out."""
    stays = before.opens == after.opens
    found = [reason for reason in before.reasons if stays or reason.about != "opens"]
    if before.sections[:1] != after.sections[:1]:
        found.append(
            Reason(f"{WORDS}：{after.sections[0]}", round(added["unit"].get(after.sections[0], 0.0), 2), "section")
        )
    if before.sentiment != after.sentiment:
        weight = round(added["sentiment"][after.sentiment], 2)
        found.append(Reason(f"{WORDS}：{after.sentiment.label}", weight, "sentiment"))
    for question, name in (("relevant", "relevance"), ("emergency", "emergency")):
        if abs(getattr(before, name) - getattr(after, name)) >= FELT:
            found.append(Reason(WORDS, round(_yes(added[question]), 2), name))
    return tuple(found)
