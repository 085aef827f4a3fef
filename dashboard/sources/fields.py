"""The form about a source: what it offers, what it says, how it is filled again."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.registering import MOST_INTERVAL, Fields, is_social
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS, LEAST_INTERVAL, ROLE_LABELS
from store.tables.people import Person, Unit
from store.tables.sources import Source

DEFAULTS = {"channel": "news", "authority": "city", "role": "open", "interval": "300"}
_LONGEST = {"name": 200, "channel": 20, "authority": 20, "role": 20, "region": 50, "owner": 100}
_TEXTS = {"legal_basis": 2000, "impact": 4000}


def read(*, timed: bool = True) -> Fields:
    """Return what the form says; `timed` whether it asks for intervals. ValueError for a number that is none."""
    said = {name: request.form.get(name, "").strip()[:most] for name, most in (_LONGEST | _TEXTS).items()}
    interval = _number("interval", "抓取间隔") if timed else int(DEFAULTS["interval"])
    if interval is None:
        raise ValueError(f"抓取间隔应为 {LEAST_INTERVAL} 到 {MOST_INTERVAL} 秒")
    return Fields(
        name=said["name"],
        channel=said["channel"],
        authority=said["authority"],
        role=said["role"],
        region=said["region"] or None,
        owner=said["owner"] or None,
        legal_basis=said["legal_basis"] or None,
        impact=said["impact"] or None,
        interval=interval,
        season_interval=_number("season_interval", "敏感时期的间隔") if timed else None,
        retention_days=_number("retention_days", "证据保留天数"),
        not_personal=request.form.get("not_personal") == "1",
    )


def _number(name: str, words: str) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise ValueError(f"{words}应是整数，不是“{text[:20]}”")
    return int(text)


def values_of(source: Source) -> dict[str, str]:
    """Return a source as the form shows it."""
    names = (*_LONGEST, *_TEXTS, "interval", "season_interval", "retention_days", "url")
    found = {name: str(getattr(source, name) if getattr(source, name) is not None else "") for name in names}
    return found | {"not_personal": "1" if is_social(source.channel, source.authority) else ""}


def filled(**defaults: str) -> dict[str, str]:
    """Return what was sent, else the defaults."""
    return request.form.to_dict() if request.method == "POST" else DEFAULTS | defaults


def choices(session: Session) -> Mapping[str, Any]:
    """Return what the form offers."""
    units = list(session.scalars(select(Unit.name).where(Unit.active).order_by(Unit.rank, Unit.id)))
    people = list(session.scalars(select(Person.name).where(Person.active).order_by(Person.id)))
    regions = select(Source.region).where(Source.region.is_not(None)).distinct().order_by(Source.region)
    return {
        "channels": list(CHANNEL_LABELS.items()),
        "authorities": list(AUTHORITY_LABELS.items()),
        "roles": list(ROLE_LABELS.items()),
        "owners": [*units, *people],
        "regions": list(session.scalars(regions)),
    }
