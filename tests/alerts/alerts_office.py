"""The small bureau in which the stories of `alerts` happen."""

from store import people
from store.db import transaction
from store.office import set_fact
from store.tables.people import Person, Unit

POSTS = {
    "duty_officer": "值班员A",
    "duty_leader": "带班领导B",
    "office_director": "办公室主任C",
    "deputy_chief": "分管领导D",
    "chief": "主要领导E",
    "liaison": "联络员F",
}


def put_office() -> dict[str, int]:
    """Put a small bureau into the database that is connected; return person ids by post."""
    with transaction() as session:
        set_fact(session, "name", "清源市市场监督管理局")
        set_fact(session, "telephone", "0000-1234567")
        units = [Unit(name=name, rank=rank) for rank, name in enumerate(("办公室", "食品安全科"))]
        session.add_all(units)
        session.flush()
        found = {}
        for post, name in POSTS.items():
            unit = units[1] if post == "liaison" else units[0]
            person = Person(name=name, unit_id=unit.id, email=f"{post}@qingyuan.example", phone="13900000000")
            session.add(person)
            session.flush()
            people.appoint(session, post, person, unit if post == "liaison" else None)
            found[post] = person.id
    return found
