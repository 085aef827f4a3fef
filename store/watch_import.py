"""Keyword files brought in: each chosen group becomes a 专题; what is there already stays as it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.watch import WatchFields
from domain.watch_import import Imported, Proposed
from store import watch_trials, watches
from store.tables.people import Person
from store.tables.watches import Watch


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: 专题 made, those known already, general exclusions that are new."""

    made: tuple[Watch, ...]
    known: tuple[str, ...]
    general: int


def bring(
    session: Session,
    imported: Imported,
    origin: str,
    by: str,
    now: datetime,
    *,
    person: Person | None = None,
    chosen: Collection[int] | None = None,
) -> Brought:
    """Make the 专题 of a file, all or those `chosen` by their place in it, and return what was new.

    They have no subscribers yet. One with the same query is known already; a name that is taken gets a
    number. Where the file has general exclusions they are added to the office's, and narrow the 专题 of this file.
    """
    queries = {watch.query for watch in watches.listed(session)}
    made: list[Watch] = []
    known: list[str] = []
    for place, one in enumerate(imported.topics):
        if chosen is not None and place not in chosen:
            continue
        if one.query in queries:
            known.append(one.name)
            continue
        said = WatchFields(_free(session, one), one.query, general=bool(imported.general))
        made.append(watches.save(session, None, said, by, now, person=person, origin=origin[:200], look_back=False))
        queries.add(one.query)
    general = watches.add_general(session, list(imported.general), by, now) if made and imported.general else 0
    if made:
        watch_trials.ask(session, watch_trials.ALL, now)
    return Brought(tuple(made), tuple(known), general)


def _free(session: Session, one: Proposed) -> str:
    """Return a name nothing else has."""
    names = [one.name, *(f"{one.name[:50]} {number}" for number in range(2, 1000))]
    return next(name for name in names if watches.named(session, name) is None)
