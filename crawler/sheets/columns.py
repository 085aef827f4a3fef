"""Which column of an export is what, by its header: a proposal, and what the office says instead."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.table_fields import FIELDS, NOT_TAKEN

SEVERAL = frozenset({"text", "place", "contact"})
"""Fields that may have more than one column."""
LEFT_OUT = frozenset({NOT_TAKEN, "不取", "忽略"})

_UNKNOWN = 1000
_IN_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")


@dataclass(frozen=True)
class _Guess:
    field: str
    says: re.Pattern[str]
    says_not: re.Pattern[str]


@dataclass(frozen=True)
class _Words:
    """What `columns.toml` says: the rank of every known header by field, the guesses, and what is private."""

    named: Mapping[str, Mapping[str, int]]
    guesses: Sequence[_Guess]
    private: re.Pattern[str]


@cache
def _words() -> _Words:
    said = tomllib.loads(files("crawler.sheets").joinpath("columns.toml").read_text(encoding="utf8"))
    return _Words(
        {field: {name.lower(): rank for rank, name in enumerate(names)} for field, names in said["names"].items()},
        [_Guess(one["field"], re.compile(one["says"]), re.compile(one["not"])) for one in said["guesses"]],
        re.compile(said["private"], re.I),
    )


def plain(header: str) -> str:
    """Return a header without what only decorates it: spaces, a star, a colon, a remark in brackets."""
    name = "".join(unicodedata.normalize("NFKC", header).split()).strip("*:#.")
    return (_IN_BRACKETS.sub("", name) or name).strip("*:#.").lower()


def is_private(header: str) -> bool:
    """Return whether a column is about the person who writes: it is never taken over unless the office says so."""
    return _exact(plain(header)) is None and bool(_words().private.search(plain(header)))


def known(header: str) -> bool:
    """Return whether a header is a word that headers of exports use."""
    return plain(header) in ("序号", "备注") or is_private(header) or field_of(header) is not None


def field_of(header: str) -> str | None:
    """Return what a column can be by its name, None where it says nothing to us."""
    name = plain(header)
    exact = _exact(name)
    if exact or not name or is_private(header):
        return exact
    guesses = _words().guesses
    return next((one.field for one in guesses if one.says.search(name) and not one.says_not.search(name)), None)


def _exact(name: str) -> str | None:
    return next((field for field, names in _words().named.items() if name in names), None)


def proposed(headers: Sequence[str]) -> dict[str, str]:
    """Return header → field for an export, the columns in their order; only fields that may have several have several.

    Of several texts only the best-named is taken: exports repeat the text in a summary.
    """
    by_field: dict[str, list[str]] = {}
    for header in headers:
        field = field_of(header)
        if field is not None:
            by_field.setdefault(field, []).append(header)
    chosen: dict[str, str] = {}
    for field, found in by_field.items():
        best = found if field == "place" else [min(found, key=lambda header: _rank(field, header))]
        chosen |= dict.fromkeys(best, field)
    return {header: chosen[header] for header in headers if header in chosen}


def mapped(headers: Sequence[str], said: Mapping[str, str] | None) -> dict[str, str]:
    """Return header → field: the proposal, and what the office said in its place. LookupError for a wrong word.

    A column is named by its header; a field by its English or Chinese name, or `-` for a column not to be taken.
    """
    wishes = {_header(name, headers): _field(field) for name, field in (said or {}).items()}
    taken = {field for field in wishes.values() if field}
    kept = {header: field for header, field in proposed(headers).items() if header not in wishes and field not in taken}
    chosen = kept | {header: field for header, field in wishes.items() if field}
    for field in set(chosen.values()) - SEVERAL:
        columns = [header for header, one in chosen.items() if one == field]
        if len(columns) > 1:
            raise LookupError(f"“{FIELDS[field]}”只能有一列，却指定了：{'、'.join(columns)}")
    return {header: chosen[header] for header in headers if header in chosen}


def of_these(headers: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Return what was said of columns that are among these."""
    names = {plain(header) for header in headers} | set(headers)
    return {name: field for name, field in said.items() if name in names or plain(name) in names}


def _rank(field: str, header: str) -> int:
    return _words().named.get(field, {}).get(plain(header), _UNKNOWN)


def _header(name: str, headers: Sequence[str]) -> str:
    found = next((header for header in headers if header == name or plain(header) == plain(name)), None)
    if found is None:
        raise LookupError(f"表里没有“{name}”这一列；有：{'、'.join(headers)}")
    return found


def _field(word: str) -> str:
    """Return the English name of a field, empty for a column that is not to be taken."""
    if word in LEFT_OUT:
        return ""
    found = next((field for field, label in FIELDS.items() if word in (field, label)), None)
    if found is None:
        raise LookupError(f"没有“{word}”这一项；可用：{'、'.join(FIELDS.values())}，不取写“-”")
    return found
