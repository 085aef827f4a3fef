"""What the tests of handling do and ask: a confirmed case, its clocks, its units."""

from making import FOOD, T, arrives, lead, person, unit
from sqlalchemy import select

from domain.case import Level
from store import leads, people
from store.tables import Assignment, Person, Unit

DEVICE, PRICE = "特种设备科", "价格监督科"


def more_units(session):
    """Add two units with a liaison each to the office."""
    for rank, name in enumerate((DEVICE, PRICE), start=2):
        made = unit(session, name, rank)
        person(session, f"联络员{name}", "liaison", at=made)


def named(session, name):
    """Return a unit by its name."""
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def officer(session):
    """Return the duty officer."""
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def leader(session):
    """Return the deputy chief, who approves."""
    return session.scalars(select(Person).where(Person.name == "分管A")).one()


def case(session, opens="provisional", *, at=T, level=None, key="e1", number=1, **more):
    """Return a confirmed case; a provisional lead is confirmed as an emergency."""
    found = arrives(session, number, opens, now=at, published=at, key=key)[1] if number > 1 else lead(session, opens)
    return confirm(session, found, at, level=level, **more)


def confirm(session, found, at=T, *, level=None, **more):
    """Confirm a lead for the food section."""
    level = level or (Level.RED if found.suspected else Level.YELLOW)
    chosen = {"unit": people.unit_named(session, FOOD), "emergency": found.suspected, **more}
    return leads.confirm(session, found, officer(session), at, level=level, **chosen)


def clocks(session, case):
    """Return (rule, state) of a case's duties but the internal limit, as they are in the database."""
    session.flush()
    session.refresh(case, ["deadlines"])
    return sorted((one.rule, one.state) for one in case.deadlines if one.rule != "LEAD_CONFIRM")


def clock(session, case, rule, state="open"):
    """Return the one duty of this rule in this state."""
    session.flush()
    session.refresh(case, ["deadlines"])
    [found] = [one for one in case.deadlines if (one.rule, one.state) == (rule, state)]
    return found


def parts(session, case):
    """Return (unit, part, still in force) of all assignments, in their order."""
    rows = session.scalars(select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.id))
    return [(one.unit.name, one.part, one.ended_at is None) for one in rows]
