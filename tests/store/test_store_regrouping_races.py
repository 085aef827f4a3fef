"""People merge events while articles come into both: nobody waits in a circle, and one lead waits at the end."""

from datetime import timedelta

from making import MINUTE, T, article, office, verdict
from sqlalchemy import select
from writers import at_once, change

from store import articles, db, events, journal, moving, regrouping
from store.tables import Article, Event, EventChange, Lead, Person


def comes(session, number, key, now):
    made = article(session, number, published=now, seen=now)
    articles.save_verdict(session, made.id, verdict("provisional"), now)
    events.put(session, made, events.Grouping(key, None, 1.0), now)


def merges(session, one, other, now):
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    regrouping.merge(session, session.get_one(Event, one), session.get_one(Event, other), "同", officer, now)


def takes_back(session, now):
    officer = session.scalars(select(Person).where(Person.name == "值班员A")).one()
    asked = select(EventChange).where(EventChange.undone_at.is_(None)).order_by(EventChange.id.desc())
    for made in session.scalars(asked.limit(1)):
        regrouping.undo(session, made, "撤", officer, now)


def failed(found):
    return [one for one in found if isinstance(one, Exception) and not isinstance(one, ValueError)]


def test_articles_come_while_two_people_merge_and_take_back(database):
    with db.transaction() as session:
        office(session)
        comes(session, 1, "e1", T)
        comes(session, 2, "e2", T)
    number = 2
    for turn in range(5):
        now = T + (turn + 1) * 10 * MINUTE
        here = [change(comes, number + n, f"e{1 + n % 2}", now) for n in range(1, 5)]
        found = at_once(change(merges, 1, 2, now), change(merges, 2, 1, now), *here)
        assert failed(found) == []
        number += 4
        again = [change(comes, number + n, f"e{1 + n % 2}", now) for n in range(1, 3)]
        assert failed(at_once(change(takes_back, now + timedelta(minutes=1)), *again)) == []
        number += 2
    with db.reading() as session:
        stored = list(session.scalars(select(Article)))
        assert len(stored) == number
        for event in session.scalars(select(Event)):
            assert event.articles == sum(one.event_id == event.id for one in stored)
            assert event.merged_into is None or event.articles == 0
            waiting = select(Lead.id).where(Lead.event_id == event.id, Lead.state == "open")
            assert len(session.scalars(waiting).all()) <= 1
        assert all(moving.final(session, session.get_one(Event, one.event_id)).id == one.event_id for one in stored)
        assert journal.first_broken(session) is None
