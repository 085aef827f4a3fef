"""Has it to be sealed for 纪检, and which unit is it about?"""

from collections.abc import Iterable
from dataclasses import dataclass

from classifier.reading import Reading
from domain import seal
from domain.org import Org
from domain.seal import KINDS
from domain.verdict import Reason

QUICK = ("acts", "misconduct", "officials")
"""The lists that stand in the reading: where the one or the other says nothing, no rule is asked."""

REACH = max(seal.NEAR_ACT, seal.NEAR_STAFF) + max(map(len, seal.words("officials")))
"""Between the beginnings of an official and what was done are no more characters."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The kind of domain.seal.KINDS, the unit the matter is about, and why."""

    kind: str
    about: str | None
    reasons: tuple[Reason, ...]


def lists(org: Org) -> dict[str, tuple[str, ...]]:
    """Return the word lists the question needs in the reading."""
    return {f"seal/{name}": seal.words(name) for name in QUICK} | {"seal/ours": org.names}


def sealed(reading: Reading, org: Org) -> Sealed | None:
    """Return why a text is sealed; None for any other."""
    hits = reading.hits
    if "seal/officials" not in hits or not _beside(reading):
        return None
    found = seal.found(reading.text, addressed=reading.item.channel == "message", ours=org.names)
    if found is None:
        return None
    about = _about(reading.text, org.sections)
    told = Reason(f"{KINDS[found.kind]}：{'、'.join(found.words)}", 0.0, "sealed", found.span)
    return Sealed(found.kind, about, (told, *([Reason(f"涉及{about}", 0.0, "sealed")] if about else [])))


def _beside(reading: Reading) -> bool:
    """Return whether an act or misconduct is told as near an official as any rule asks."""
    told = [hit.start for key in ("seal/acts", "seal/misconduct") for hit in reading.of(key)]
    return any(abs(hit.start - at) <= REACH for at in told for hit in reading.of("seal/officials"))


def _about(text: str, sections: Iterable[str]) -> str | None:
    """Return the first unit the text names: 食品安全科, also as 食品安全科室 or 食品科."""
    return next((name for name in sections if name in text or f"{name[:2]}{name[-1]}" in text), None)


def led_by(ranked: tuple[str, ...], org: Org, about: str | None) -> tuple[str, ...]:
    """Return the units of a sealed matter: the office first, the one it is about last: that never leads it."""
    others = [name for name in ranked if name not in (about, org.fallback)]
    order = [org.fallback, *others] if about != org.fallback else others
    return (*order, *([about] if about else []))
