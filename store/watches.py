"""专题: the registry of what the office watches for, its table of synonyms and its general exclusions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from domain.query import Allowed, Node, parse
from domain.query_words import QueryError
from domain.synonyms import general_of, names_of, packaged
from domain.watch import Watched, WatchFields, checked
from store import journal, watch_hits, watch_trials
from store.office import fact, next_number, set_fact
from store.sources import CHANNEL_LABELS
from store.tables.office import Number
from store.tables.people import Person, Unit
from store.tables.sources import Source
from store.tables.watches import Watch, WatchSubscriber

CHANNELS = ("email", "wecom_app", "sms")
"""By which subscribers may be told: a telephone that rings is for what the law asks for."""
SYNONYMS, GENERAL = "watch_synonyms", "watch_general"
_VERSION = "watch"
_PRIVATE = "self_media"
"""Sources of this authority may belong to a person: their accounts cannot be named by a query."""


def allowed(session: Session) -> Allowed:
    """Return what the fields of a query may name here: our channels, and the accounts registered as sources."""
    names = select(Source.name).where(Source.authority != _PRIVATE)
    return Allowed(CHANNEL_LABELS, frozenset(session.scalars(names)))


def listed(session: Session) -> list[Watch]:
    """Return all 专题, those in use first, by name."""
    asked = select(Watch).options(selectinload(Watch.subscribers).joinedload(WatchSubscriber.person))
    return list(session.scalars(asked.order_by(Watch.active.desc(), Watch.name, Watch.id)))


def named(session: Session, name: str) -> Watch | None:
    """Return the 专题 of this name, in use or not."""
    return session.scalars(select(Watch).where(Watch.name == name)).first()


def save(
    session: Session,
    watch: Watch | None,
    said: WatchFields,
    by: str,
    now: datetime,
    *,
    person: Person | None = None,
    origin: str | None = None,
    look_back: bool = True,
) -> Watch:
    """Make a 专题, or change one, and return it; the working judge takes it up, and its hits of 30 days are looked up
    (not where the caller looks back for many at once).

    ValueError in the user's words: what `domain.watch.checked` and `domain.query.parse` refuse, or a taken name.
    """
    said = checked(said, CHANNELS)
    anew = watch is None or (watch.query, watch.general) != (said.query, said.general)
    if anew:
        parse(said.query, allowed(session))
    made = watch or Watch(active=True, created_at=now, origin=origin)
    other = named(session, said.name)
    if other is not None and other is not made:
        raise ValueError(f"已有专题“{said.name}”{'' if other.active else '，已停用，可以重新启用'}")
    if watch is not None and anew:
        watch_hits.forget(session, watch.id)
    changed = _write(session, made, said)
    made.changed_at, made.changed_by = now, person.id if person else None
    session.add(made)
    session.flush()
    journal.record(
        session, by, "add_watch" if watch is None else "change_watch", f"watch-{made.id}", now, fields=changed
    )
    _changed(session)
    if anew and look_back:
        watch_trials.ask(session, made.query, now, general=made.general, watch_id=made.id)
    return made


def _write(session: Session, watch: Watch, said: WatchFields) -> list[str]:
    """Write the fields and return the names of those that changed."""
    fields = asdict(said) | {"quiet_from": said.quiet and said.quiet[0], "quiet_to": said.quiet and said.quiet[1]}
    fields |= {"unit_ids": list(said.unit_ids), "channels": list(said.channels)}
    subscribers = fields.pop("subscriber_ids")
    del fields["quiet"]
    changed = [name for name, value in fields.items() if getattr(watch, name, None) != value]
    for name in changed:
        setattr(watch, name, fields[name])
    known = {one.person_id for one in watch.subscribers}
    if known != set(subscribers):
        found = session.scalars(select(Person.id).where(Person.id.in_(subscribers), Person.active))
        kept = [one for one in watch.subscribers if one.person_id in subscribers]
        watch.subscribers = [*kept, *(WatchSubscriber(person_id=id_) for id_ in found if id_ not in known)]
        changed.append("subscribers")
    return changed


def switch(session: Session, watch: Watch, *, active: bool, by: str, now: datetime) -> None:
    """Switch a 专题 off, so that nothing hits it any more, or on again; what it hit stays."""
    watch.active, watch.changed_at = active, now
    journal.record(session, by, "start_watch" if active else "stop_watch", f"watch-{watch.id}", now)
    _changed(session)


def synonyms(session: Session) -> str:
    """Return the office's table of synonyms as text; that of a new office where it was never changed."""
    return str(fact(session, SYNONYMS) or packaged())


def general(session: Session) -> str:
    """Return the office's general exclusions (通用排除词) as text, one word a line."""
    return str(fact(session, GENERAL) or "")


def save_words(session: Session, synonyms: str, general: str, by: str, now: datetime) -> None:
    """Keep both lists. ValueError names the line that cannot be read."""
    names_of(synonyms)
    words = "\n".join(general_of(general))
    was = fact(session, SYNONYMS) or packaged(), fact(session, GENERAL) or ""
    tidy = synonyms.replace("\r\n", "\n").strip() + "\n"
    changed = [name for name, old, new in zip(("synonyms", "general"), was, (tidy, words), strict=True) if old != new]
    set_fact(session, SYNONYMS, tidy)
    set_fact(session, GENERAL, words)
    journal.record(session, by, "change_watch_words", "watches", now, fields=changed)
    _changed(session)


def add_general(session: Session, words: Sequence[str], by: str, now: datetime) -> int:
    """Add general exclusions; return how many were new."""
    known = general_of(general(session))
    new = [word for word in dict.fromkeys(words) if word not in known]
    if new:
        save_words(session, synonyms(session), "\n".join([*known, *new]), by, now)
    return len(new)


@dataclass(frozen=True, slots=True)
class Watching:
    """Everything the judge matches with: queries by id, what their hits mean, who is told, and the office's words."""

    version: int
    queries: Mapping[int, Node]
    watched: Mapping[int, Watched]
    subscribers: Mapping[int, tuple[int, ...]]
    narrow: frozenset[int]
    synonyms: Mapping[str, tuple[str, ...]]
    general: tuple[str, ...]


def version(session: Session) -> int:
    """Return a number that grows with every change of a 专题 or of the office's words."""
    row = session.get(Number, _VERSION)
    return row.last if row else 0


def watching(session: Session) -> Watching:
    """Return what is to be matched now. A query that is not allowed any more (its account is gone) is left out."""
    may, units = allowed(session), {unit.id: unit.name for unit in session.scalars(select(Unit))}
    queries: dict[int, Node] = {}
    used = [watch for watch in listed(session) if watch.active]
    for watch in used:
        try:
            queries[watch.id] = parse(watch.query, may)
        except QueryError:
            continue
    return Watching(
        version=version(session),
        queries=queries,
        watched={watch.id: Watched(watch.name, _first_unit(watch, units), watch.as_lead) for watch in used},
        subscribers={watch.id: tuple(one.person_id for one in watch.subscribers) for watch in used},
        narrow=frozenset(watch.id for watch in used if watch.general),
        synonyms=names_of(synonyms(session)),
        general=general_of(general(session)),
    )


def faults(session: Session, rows: Iterable[Watch]) -> dict[int, str]:
    """Return why the queries of 专题 are not matched any more, in words, by their number; those that are left out."""
    may, found = allowed(session), {}
    for watch in rows:
        try:
            parse(watch.query, may)
        except QueryError as error:
            found[watch.id] = str(error)
    return found


def _first_unit(watch: Watch, units: Mapping[int, str]) -> str | None:
    return next((units[id_] for id_ in watch.unit_ids if id_ in units), None)


def _changed(session: Session) -> None:
    next_number(session, _VERSION)


def fields_of(watch: Watch, **changes: Any) -> WatchFields:
    """Return what is set of a 专题, with `changes`."""
    said: dict[str, Any] = {
        name: getattr(watch, name) for name in ("name", "query", "general", "as_lead", "cool_minutes")
    }
    found = WatchFields(
        **said,
        unit_ids=tuple(watch.unit_ids),
        subscriber_ids=tuple(one.person_id for one in watch.subscribers),
        channels=tuple(watch.channels),
        quiet=quiet_of(watch),
    )
    return replace(found, **changes)


def quiet_of(watch: Watch) -> tuple[str, str] | None:
    """Return the quiet hours of a 专题, None for none."""
    return (watch.quiet_from, watch.quiet_to) if watch.quiet_from and watch.quiet_to else None
