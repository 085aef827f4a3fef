"""What the settings screens ask of the store."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.escalation import POSTS
from domain.org import LEADING_GROUP
from store.people import POST_NAMES
from store.tables.people import Person, PostHolder, Unit

POST_CHOICES = list(POST_NAMES.items())


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with its supervisor and liaisons."""

    unit: Unit
    supervisor: Unit | None
    liaisons: list[PostHolder]


def all_units(session: Session) -> list[Unit]:
    """Return every unit, dissolved ones last, in the office's own order."""
    return list(session.scalars(select(Unit).order_by(Unit.active.desc(), Unit.rank, Unit.id)))


def units(session: Session) -> list[UnitRow]:
    """Return every unit with its supervisor and its active liaisons."""
    found = all_units(session)
    by_id = {unit.id: unit for unit in found}
    liaisons: dict[int | None, list[PostHolder]] = {}
    for holder in holders(session, "liaison"):
        liaisons.setdefault(holder.unit_id, []).append(holder)
    return [UnitRow(unit, by_id.get(unit.supervisor_id or 0), liaisons.get(unit.id, [])) for unit in found]


def holders(session: Session, post: str, unit_id: int | None = None) -> list[PostHolder]:
    """Return who actively holds a post, of one unit if it is named, in the order they were entered."""
    asked = select(PostHolder).where(PostHolder.post == post).options(joinedload(PostHolder.person))
    if unit_id is not None:
        asked = asked.where(PostHolder.unit_id == unit_id)
    return [holder for holder in session.scalars(asked.order_by(PostHolder.id)) if holder.person.active]


def posts(session: Session) -> list[tuple[str, str, list[PostHolder]]]:
    """Return (post, its name, who holds it) of the posts that are told, without the liaisons of units."""
    return [(post, name, holders(session, post)) for post, name in POSTS.items() if post != "liaison"]


def group(session: Session) -> list[tuple[str, str, list[PostHolder]]]:
    """Return (post, its name, who holds it) of the leading group."""
    return [(post, name, holders(session, post)) for post, name in LEADING_GROUP.items()]


def everybody(session: Session) -> list[Person]:
    """Return the active people, by unit in the office's order, those without a unit last."""
    return [person for person, _ in people(session) if person.active]


def people(session: Session) -> list[tuple[Person, list[str]]]:
    """Return all people with the names of their posts: active ones first, by unit in the office's order."""
    asked = select(Person).outerjoin(Unit, Person.unit_id == Unit.id).options(joinedload(Person.unit))
    ordered = asked.order_by(Person.active.desc(), Person.unit_id.is_(None), Unit.rank, Person.id)
    held: dict[int, list[str]] = {}
    for holder in session.scalars(select(PostHolder).order_by(PostHolder.id)):
        held.setdefault(holder.person_id, []).append(POST_NAMES.get(holder.post, holder.post))
    return [(person, held.get(person.id, [])) for person in session.scalars(ordered)]


def posts_of(session: Session, person_id: int) -> list[tuple[str, str | None]]:
    """Return (name of the post, name of the unit for a liaison) of one person."""
    asked = select(PostHolder.post, Unit.name).outerjoin(Unit, PostHolder.unit_id == Unit.id)
    rows = session.execute(asked.where(PostHolder.person_id == person_id).order_by(PostHolder.id))
    return [(POST_NAMES.get(post, post), unit) for post, unit in rows]
