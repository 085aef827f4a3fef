"""Periodic duties: rows for periods that began, reminders of those not recorded, own channels that fell silent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told, to_tell
from alerts.periodic_letter import Item, duties_message, stale_message
from domain.periodic import following, latest, looks
from domain.workdays import DAY, beijing_day
from store import journal, notices
from store.calendar import calendar
from store.db import reading, transaction
from store.due import Taken, finish, take_due
from store.limits import rule_of
from store.office import beat, heartbeats
from store.own_channels import OwnChannel, stale_channels
from store.periodic import open_periods, opens_at, period_of
from store.tables.notices import Notice
from store.tables.office import PeriodicDuty

EVERY = timedelta(seconds=60)
HOLD = timedelta(seconds=30)
BEAT = "periodic"
STALE_POSTS = ("office_director",)


def remind(now: datetime) -> int:
    """Write rows for periods that began and remind of what is due, once a minute at most; return the notices written.

    A second clock at the same time changes nothing; a reminder that fails is tried again with the next minute.
    """
    with reading() as session:
        last = heartbeats(session).get(BEAT)
    if last is not None and timedelta(0) <= now - last.at < EVERY:
        return 0
    with transaction() as session:
        beat(session, BEAT, now)
        open_periods(session, now)
    return _duties(now) + _channels(now)


def _duties(now: datetime) -> int:
    taken = take_due(PeriodicDuty.look_at, now, HOLD)
    if not taken:
        return 0
    with transaction() as session:
        return _tell(session, taken, now)


def _tell(session: Session, taken: Sequence[Taken], now: datetime) -> int:
    """Tell the duties taken, one message a person, and let each look again at its next rung."""
    items: dict[int, list[Item]] = defaultdict(list)
    people: dict[int, Told] = {}
    for item in filter(None, [_settled(session, one, now) for one in taken]):
        for told in to_tell(session, item.posts, None, now):
            people[told.person.id] = told
            items[told.person.id].append(item)
    written = [_write(session, people[id_], found, now) for id_, found in items.items()]
    ids, sent = [one.id for one in taken], [notice.id for notice in written if notice]
    journal.record(session, "system", "remind", "periodic", now, duties=ids, notices=sent)
    return sum(notice is not None for notice in written)


def _settled(session: Session, taken: Taken, now: datetime) -> Item | None:
    """Let a duty look again at its next rung; return what is to be told of it now, None where there is nothing."""
    duty = session.get_one(PeriodicDuty, taken.id)
    rule, period = rule_of(session, duty.rule), period_of(session, duty)
    found = looks(period, calendar(session))
    rung = latest(found, now)
    if rule.off or duty.state != "open" or rung is None:
        finish(session, PeriodicDuty.look_at, taken)
        return None
    ours = finish(session, PeriodicDuty.look_at, taken, look_at=following(found, now), told=duty.told + 1)
    return Item(duty.id, rule, period, rung) if ours else None


def _write(session: Session, told: Told, items: Sequence[Item], now: datetime) -> Notice | None:
    message = duties_message(session, told, items, now)
    topic = f"periodic-{items[0].id}-{items[0].rung.rung}"
    return notices.write(session, told.person, topic, message, now, legal=False)


def _channels(now: datetime) -> int:
    """Remind once of every own channel that fell silent, when the office opens on the day after its limit."""
    with reading() as session:
        stale = [one for one in stale_channels(session, now) if now >= opens_at(beijing_day(one.due_at) + DAY)]
        known = set(session.scalars(select(Notice.topic).where(Notice.topic.in_([_topic(one) for one in stale]))))
    fresh = [one for one in stale if _topic(one) not in known]
    if not fresh:
        return 0
    with transaction() as session:
        written = [_write_stale(session, told, one, now) for one in fresh for told in _office(session, now)]
        ids = [notice.id for notice in written if notice]
        journal.record(session, "system", "remind_stale", "sources", now, notices=ids)
    return len(ids)


def _office(session: Session, now: datetime) -> list[Told]:
    return to_tell(session, STALE_POSTS, None, now)


def _topic(stale: OwnChannel) -> str:
    return f"stale-{stale.source.id}-{stale.since:%Y%m%d%H%M%S}"


def _write_stale(session: Session, told: Told, stale: OwnChannel, now: datetime) -> Notice | None:
    return notices.write(
        session, told.person, _topic(stale), stale_message(session, told, stale, now), now, legal=False
    )
