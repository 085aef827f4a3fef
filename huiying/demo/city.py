"""Reads the demo city from city.toml: its bureau, units, people and the media that are watched."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any, TypeVar

CHANNELS = ("news", "message", "weibo")
AUTHORITIES = ("central", "provincial", "city", "self_media", "government")
FAMILIES = ("news", "gov", "forum", "micro")
Row = TypeVar("Row", "Unit", "Person", "Source", "Target", "Outlet")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the bureau; `places` are what a branch is competent for (empty: the whole city)."""

    name: str
    kind: str
    phone: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """One person, named by post; `role` is duty_officer, duty_leader, office_head, deputy, chief or liaison."""

    username: str
    role: str
    name: str
    post: str
    unit: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Source:
    """One medium of the city. `role` is open or own (the bureau's channel), `health` live, quiet or dead.

    `watched` is when the bureau began to watch it, in minutes from the epoch.
    """

    key: str
    name: str
    channel: str
    authority: str
    family: str
    format: str = "rss"
    role: str = "open"
    health: str = "live"
    kind: str = "feed"
    watched: int = -31 * 24 * 60

    @property
    def path(self) -> str:
        """The feed's path on the demo site."""
        return f"/feeds/{self.key}.xml"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a suspected I/II emergency is reported to, with the number to call."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where the bureau publishes; `path` is its place on the demo site, empty where it has none there."""

    name: str
    kind: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """The whole demo city; units and people stand in the office's own order."""

    name: str
    bureau: str
    short: str
    domain: str
    districts: tuple[str, ...]
    towns: tuple[str, ...]
    home: tuple[str, ...]
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    sources: tuple[Source, ...]
    targets: tuple[Target, ...] = ()
    outlets: tuple[Outlet, ...] = ()

    def source(self, key: str) -> Source:
        """Return the source with this key; KeyError if there is none."""
        return {source.key: source for source in self.sources}[key]


def read_city() -> City:
    """Return the packaged demo city; ValueError says which row of city.toml is wrong."""
    return city_from(tomllib.loads(files(__package__).joinpath("city.toml").read_text("utf-8")))


def city_from(table: Mapping[str, Any]) -> City:
    """Return the City written in a parsed TOML table; ValueError says which row is wrong."""
    missing = [name for name in ("city", "units", "people", "sources") if not table.get(name)]
    if missing:
        raise ValueError(f"city.toml：缺少 {'、'.join(missing)}")
    head = _tuples(table["city"])
    people = [{"email": f"{row.get('username')}@{head.get('domain')}", **row} for row in table["people"]]
    city = City(
        **head,
        units=tuple(_row(Unit, row) for row in table["units"]),
        people=tuple(_row(Person, row) for row in people),
        sources=tuple(_row(Source, row) for row in table["sources"]),
        targets=tuple(_row(Target, row) for row in table.get("targets", ())),
        outlets=tuple(_row(Outlet, row) for row in table.get("outlets", ())),
    )
    _check(city)
    return city


def _row(kind: type[Row], row: Mapping[str, Any]) -> Row:
    """Return one row as its dataclass; lists become tuples."""
    unknown = set(row) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"city.toml：{_label(row)} 有不认识的字段 {'、'.join(sorted(unknown))}")
    try:
        return kind(**_tuples(row))
    except TypeError as error:
        raise ValueError(f"city.toml：{_label(row)} 缺少字段（{error}）") from None


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _label(row: Mapping[str, Any]) -> str:
    return str(row.get("key") or row.get("username") or row.get("name") or "一行")


def _check(city: City) -> None:
    """Raise ValueError for a word that is none of the known ones, a repeated key or a person of an unknown unit."""
    units = {unit.name for unit in city.units}
    for person in city.people:
        if person.unit not in units:
            raise ValueError(f"city.toml：{person.username} 的单位“{person.unit}”不在 units 之中")
    for source in city.sources:
        known = {
            "channel": CHANNELS,
            "authority": AUTHORITIES,
            "family": FAMILIES,
            "format": ("rss", "atom"),
            "role": ("open", "own"),
            "health": ("live", "quiet", "dead"),
        }
        for name, words in known.items():
            if getattr(source, name) not in words:
                raise ValueError(f"city.toml：{source.key} 的 {name} 应是 {'、'.join(words)} 之一")
    keys = [source.key for source in city.sources] + [person.username for person in city.people]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise ValueError(f"city.toml：{'、'.join(repeated)} 出现了不止一次")
