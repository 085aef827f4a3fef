"""Following up what nobody acknowledged (签收): the next person, then the superiors, and for red a telephone."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.chase_letter import chase_message
from alerts.matter import unit_of
from domain.case import Level
from domain.chase import CHASE, Chase, family_of, next_to_ask
from store import calls, journal, notices
from store.channels import GROUP, url_of
from store.db import transaction
from store.deadlines import told_with
from store.due import Taken, finish, take_due
from store.ladders import chases_of
from store.people import at_post, holders, on_duty
from store.settings import Settings
from store.tables.cases import Lead
from store.tables.notices import Notice
from store.tables.people import Person

log = logging.getLogger(__name__)

HOLD = timedelta(seconds=30)
BATCH = 50


def chase_due(now: datetime, settings: Settings | None) -> int:
    """Follow up every notice that should have been acknowledged by `now`; return how many were."""
    return sum(_chased(taken, now, settings) for taken in take_due(Notice.chase_at, now, HOLD, BATCH))


def _chased(taken: Taken, now: datetime, settings: Settings | None) -> bool:
    try:
        with transaction() as session:
            return _follow_up(session, taken, now, settings)
    except Exception:
        log.exception("notice %s: following up failed, next try in %s", taken.id, HOLD)
        return False


def _follow_up(session: Session, taken: Taken, now: datetime, settings: Settings | None) -> bool:
    """Take one step of a chain: call those who were told before, tell the next one, and come back later."""
    notice = session.get_one(Notice, taken.id)
    lead = session.get_one(Lead, notice.lead_id, with_for_update={"key_share": True})
    # `take` counts attempts of sending, which this is not.
    again = {"attempts": max(taken.attempts - 1, 0)}
    if _over(session, notice):
        finish(session, Notice.chase_at, taken, **again)
        return False
    rule = chases_of(session)[Level(lead.case.level if lead.case else lead.level)]
    family = _family(session, notice)
    person = _next(session, lead, notice, family, rule, now)
    # Once more even where nobody is left: a machine's call of which nothing came is then made by a person.
    wait = now + rule.wait if person is not None or notice.chased == 0 else None
    if not finish(session, Notice.chase_at, taken, chase_at=wait, chased=notice.chased + 1, **again):
        return False
    called = _call(session, notice, family, now, settings) if rule.telephone else []
    told = _tell(session, lead, notice, person, now, settings) if person is not None else None
    ids = {"told": told.id if told else None, "calls": [call.id for call in called]}
    journal.record(session, "system", "chase", f"notice-{notice.id}", now, step=notice.chased, **ids)
    return True


def _over(session: Session, notice: Notice) -> bool:
    """Return whether a chain has ended: somebody acknowledged, the lead was judged, or the duty ended."""
    since = (Notice.lead_id == notice.lead_id, Notice.id >= notice.id, Notice.ack_at.is_not(None))
    if notice.stage is None or any(notices.counts(one) for one in session.scalars(select(Notice).where(*since))):
        return True
    return not told_with(session, notice.stage, open_only=True)


def _family(session: Session, notice: Notice) -> list[Notice]:
    """Return what was told in a chain so far, in order, without what went to groups."""
    topics = family_of(notice.topic)
    asked = select(Notice).where(Notice.topic.in_(topics), Notice.channel.not_in(GROUP)).order_by(Notice.id)
    return list(session.scalars(asked))


def _next(
    session: Session, lead: Lead, notice: Notice, family: Sequence[Notice], rule: Chase, now: datetime
) -> Person | None:
    """Return who is told next, None where nobody is left.

    Before confirmation no superior is: 带班领导 and 办公室主任 have their own rungs, at 10 and 20 minutes.
    """
    unit = unit_of(lead, lead.case)
    by_unit = lead.case is not None
    mates = holders(session, "liaison", unit.id if unit else None) if by_unit else on_duty(session, "duty_officer", now)
    posts = rule.superiors if by_unit else ()
    superiors = [p for post in posts for p in at_post(session, post, None, now)]
    # Others may have been told of the same rung as superiors; who has to acknowledge was asked, and who was told on.
    asked = {one.person_id for one in family if one.asks_ack or one.topic.startswith(CHASE)}
    chosen = next_to_ask((p.id for p in mates), (p.id for p in superiors), asked)
    return session.get_one(Person, chosen) if chosen is not None else None


def _call(
    session: Session, notice: Notice, family: Sequence[Notice], now: datetime, settings: Settings | None
) -> list[Notice]:
    """Ask for a call to everybody who was told in this chain and has not acknowledged.

    Where the gateway called and nothing came of it until now, a person calls.
    """
    told = {one.person_id: one.person for one in family if one.asks_ack or one.topic.startswith(CHASE)}
    voice = settings is not None and url_of(settings, "voice") is not None
    tried = {one.person_id for one in family if one.channel == "voice"}
    found = [calls.ask(session, notice, person, now, voice=voice and id_ not in tried) for id_, person in told.items()]
    return [call for call in found if call is not None]


def _tell(
    session: Session, lead: Lead, notice: Notice, person: Person, now: datetime, settings: Settings | None
) -> Notice | None:
    mate = person in holders(session, "liaison", lead.case.unit_id if lead.case else None)
    return notices.write(
        session,
        person,
        f"{CHASE}{notice.topic}",
        chase_message(session, lead, notice, person, now),
        now,
        stage=notice.stage,
        lead_id=lead.id,
        legal=notice.legal,
        asks_ack=mate,
        settings=settings,
    )
