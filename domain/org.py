"""A bureau as data: its units, their duties and words, its own places. Nothing about a bureau is in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.outlets import OutletFields, outlets_from

LEADING_GROUP = {"group_head": "组长", "group_deputy": "副组长", "group_member": "成员"}
"""Posts of the leading group (领导小组); they are shown and printed, no ladder tells them."""
UNIT_KINDS = ("科室", "分局", "县局", "直属单位")


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit. `words` weigh an article towards it (phrase → weight); `kind` is 科室, 分局, 县局 or 直属单位.

    `matters` are the learned matters it is in charge of, `scenes` the kinds of emergency.
    """

    name: str
    kind: str
    words: Mapping[str, float]
    places: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Org:
    """A bureau. `home` are its own places (empty: every Chinese place counts as ours); `fallback` the unit that gets
    what matches none (谁主管谁负责, unmatched goes to the office, never dropped); `outlets` those of a new office."""

    code: str
    name: str
    units: tuple[Duty, ...]
    fallback: str
    home: tuple[str, ...] = ()
    outlets: tuple[OutletFields, ...] = ()
    names: tuple[str, ...] = ()
    """How people call the bureau and its branches where they do not write to it (市监局、工商所)."""

    @cached_property
    def scenes(self) -> frozenset[str]:
        """Names of the kinds of emergency that are the bureau's to answer."""
        return frozenset(scene for unit in self.units for scene in unit.scenes)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Names of all units in the office's own order."""
        return tuple(unit.name for unit in self.units)

    @cached_property
    def office_first(self) -> tuple[str, ...]:
        """Names of all units, the fallback first: the order where nothing speaks for any."""
        return (self.fallback, *(name for name in self.sections if name != self.fallback))

    @property
    def wide_places(self) -> tuple[str, ...]:
        """Names of the bureau's whole area: its places that belong to no single unit."""
        narrow = {place for unit in self.units for place in unit.places}
        return tuple(place for place in self.home if place not in narrow)


def org_from(table: Mapping[str, Any], home: tuple[str, ...] | None = None) -> Org:
    """Return the Org written in a parsed TOML table; `home` replaces its places. ValueError says what is missing.

    A unit's words are written either `词 = 权重` or, shorter to edit, `权重 = "词 词 词"`.
    """
    try:
        units = tuple(
            Duty(
                name=unit["name"],
                kind=unit.get("kind", "科室"),
                words=_weights(unit.get("words", {})),
                places=tuple(unit.get("places", ())),
                matters=tuple(unit.get("matters", ())),
                scenes=tuple(unit.get("scenes", ())),
            )
            for unit in table["units"]
        )
        org = Org(
            code=table["code"],
            name=table["name"],
            units=units,
            fallback=table["fallback"],
            home=tuple(table.get("home", ())) if home is None else home,
            outlets=outlets_from(table),
            names=tuple(table.get("names", "").split()),
        )
    except KeyError as missing:
        raise ValueError(f"机构模板缺少 {missing.args[0]}") from None
    if org.fallback not in org.sections:
        raise ValueError(f"机构模板的 fallback（{org.fallback}）不在 units 之中")
    return org


def _weights(table: Mapping[str, Any]) -> dict[str, float]:
    """Return phrase → weight from either way of writing; ValueError names the line that is neither."""
    words: dict[str, float] = {}
    for key, value in table.items():
        try:
            if isinstance(value, str):
                words |= dict.fromkeys(value.split(), float(key))
            else:
                words[str(key)] = float(value)
        except (TypeError, ValueError):
            raise ValueError(f'机构模板的 words 里，{key} 应写成 词 = 权重 或 权重 = "词 词"') from None
    return words
