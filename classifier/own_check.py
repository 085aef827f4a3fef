"""How many answers are right: on the office's own texts held out, and on the check set that comes with the program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifier import lexicons
from classifier.text import Item
from domain.org import Org
from domain.verdict import EMERGENCY, RELEVANT, Verdict


@dataclass(frozen=True, slots=True)
class Gold:
    """A text with the right answers, by question; where several are right, any of them."""

    item: Item
    right: Mapping[str, frozenset[str]]


def check_set(org: Org) -> list[Gold]:
    """Return the texts of the check set with what is right for this bureau: its units are those of their matters."""
    return [
        Gold(_item(text, group["channel"]), _right(group, org))
        for group in lexicons.table("check")["group"]
        for text in group["texts"]
    ]


def _item(text: str, channel: str) -> Item:
    title, _, body = text.rpartition("｜")
    return Item(title, body, channel)


def _right(group: Mapping[str, object], org: Org) -> dict[str, frozenset[str]]:
    units = frozenset(unit.name for unit in org.units if group["matter"] in unit.matters)
    right = {
        "sentiment": frozenset({str(group["sentiment"])}),
        "relevant": frozenset({yes_no(bool(units))}),
        "emergency": frozenset({yes_no(bool(group.get("emergency")))}),
    }
    return right | ({"unit": units} if units else {})


def yes_no(said: bool) -> str:
    """Return the answer as it is learned."""
    return "yes" if said else "no"


def answers(verdict: Verdict) -> dict[str, str]:
    """Return what a verdict answers, by question."""
    return {
        "unit": verdict.sections[0],
        "sentiment": verdict.sentiment.value,
        "relevant": yes_no(verdict.relevance >= RELEVANT),
        "emergency": yes_no(verdict.emergency >= EMERGENCY),
    }


def right_answers(verdicts: Sequence[Verdict], golds: Sequence[Gold]) -> dict[str, int]:
    """Return how many answers of these verdicts, one a text, are right, by question; unasked questions are left out."""
    found: dict[str, int] = {}
    for gold, verdict in zip(golds, verdicts, strict=True):
        said = answers(verdict)
        for question, right in gold.right.items():
            found[question] = found.get(question, 0) + (said[question] in right)
    return found


def asked(golds: Sequence[Gold]) -> dict[str, int]:
    """Return how many texts ask each question."""
    found: dict[str, int] = {}
    for gold in golds:
        for question in gold.right:
            found[question] = found.get(question, 0) + 1
    return found
