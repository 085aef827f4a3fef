"""Our sources as a list (OPML) and back: fields that only we write survive the round trip."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crawler import kinds, opml
from store import sources
from store.tables.sources import Source

_WORDS = {"region": 50, "owner": 100, "legal_basis": 5000, "impact": 5000}
"""Texts of a source that go with it, and their greatest length. Secrets and authorisations stay where they are."""
_SECONDS = {"interval": "抓取间隔", "season_interval": "敏感时期抓取间隔"}
_LONGEST_INTERVAL = 86400


def exported(session: Session, now: datetime) -> tuple[bytes, int, list[str]]:
    """Return all sources with a web address as OPML, how many they are, and the names of those without."""
    known = sorted(sources.listed(session), key=lambda source: source.channel)
    listed = [source for source in known if source.url.startswith(("http://", "https://"))]
    body = opml.write(map(_outline, listed), "回应监测源", now)
    return body, len(listed), [source.name for source in known if source not in listed]


def bring_list(
    session: Session, outlines: Iterable[opml.Outline], at: datetime, more: Mapping[str, Any] | None = None
) -> tuple[int, list[str]]:
    """Add or update the sources of a list; return how many are new and what was said of them but not understood.

    `more` are fields of new sources of which the list says nothing.
    """
    known = {source.url for source in sources.listed(session)}
    added, odd = 0, []
    for outline in outlines:
        fields, strange = _fields(outline)
        odd += [f"“{outline.title}”的{words}，未采用" for words in strange]
        new = outline.url not in known
        sources.add_source(
            session, outline.url, at, name=outline.title[:200], **({**(more or {}), **fields} if new else fields)
        )
        added += new
    return added, odd


def _fields(outline: opml.Outline) -> tuple[dict[str, Any], list[str]]:
    """Return what an outline says of its source in our own fields, and in words what of it says nothing we know.

    What it does not say stays as it is with a known source, and is the default with a new one.
    """
    own = outline.own
    fields: dict[str, Any] = {name: own[name][:most] for name, most in _WORDS.items() if own.get(name)}
    strange: list[str] = []
    for name, (label, allowed) in _choices().items():
        if (said := own.get(name)) in allowed:
            fields[name] = said
        elif said is not None:
            strange.append(f"{label}“{said[:40]}”无法识别")
    for name, label in _SECONDS.items():
        if (said := own.get(name)) is not None:
            number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
            if sources.LEAST_INTERVAL <= number <= _LONGEST_INTERVAL:
                fields[name] = number
            else:
                strange.append(f"{label}“{said[:40]}”不在 {sources.LEAST_INTERVAL} 到 {_LONGEST_INTERVAL} 秒之间")
    if "kind" in fields:
        fields["kind_label"] = kinds.named(fields["kind"]).LABEL
    fields |= {"enabled": own["enabled"] == "true"} if own.get("enabled") in ("true", "false") else {}
    return fields | _options(own.get("options"), strange), strange


def _choices() -> dict[str, tuple[str, Collection[str]]]:
    """Return the label and the possible values of each field that has few."""
    return {
        "kind": ("类型", kinds.kinds()),
        "channel": ("频道", sources.CHANNEL_LABELS),
        "authority": ("级别", sources.AUTHORITY_LABELS),
        "role": ("性质", sources.ROLE_LABELS),
    }


def _options(said: str | None, strange: list[str]) -> dict[str, Any]:
    """Return the options of a kind (selectors and the like) from their JSON; what is none is added to `strange`."""
    if said is None:
        return {}
    try:
        options = json.loads(said)
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, dict):
        strange.append("类型设置（options）不是 JSON 对象")
        return {}
    return {"options": options}


def _outline(source: Source) -> opml.Outline:
    """Return a source as it is listed: in the folder of its channel, with what only we know of it."""
    own = {name: str(getattr(source, name)) for name in _choices()}
    own |= {name: str(said) for name in (*_SECONDS, *_WORDS) if (said := getattr(source, name)) is not None}
    own["enabled"] = str(source.enabled).lower()
    if source.options is not None:
        own["options"] = json.dumps(source.options, ensure_ascii=False)
    folder = sources.CHANNEL_LABELS.get(source.channel, source.channel)
    return opml.Outline(source.name, source.url, folder=(folder,), own=own)
