"""Calls (人工电话 and 语音电话): which ones wait for somebody, and what came of them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from domain.chase import CALL, CALL_AGAIN, base_of
from store import journal, notices
from store.channels import PHONE
from store.db import hold
from store.tables.cases import Lead
from store.tables.notices import Notice
from store.tables.people import Person

RESULTS = {"answered": "已接通并签收", "no_answer": "无人接听", "wrong_number": "号码不对"}


def waiting(session: Session) -> list[Notice]:
    """Return the calls somebody has to make, the next one first; those to make again later carry that time."""
    asked = select(Notice).where(Notice.channel == PHONE, Notice.state == "pending")
    asked = asked.options(selectinload(Notice.person).selectinload(Person.unit))
    return list(session.scalars(asked.order_by(Notice.send_at, Notice.id)))


def ask(session: Session, about: Notice, person: Person, now: datetime, *, voice: bool) -> Notice | None:
    """Ask for a call to a person about a notice nobody acknowledged: by the voice gateway, else by the duty officer.

    None where this person has no number, was called about it before, or another call about the matter waits.
    """
    mine = (Notice.person_id == person.id, Notice.lead_id == about.lead_id, Notice.state == "pending")
    if session.scalar(select(Notice.id).where(*mine, Notice.channel.in_((PHONE, "voice"))).limit(1)) is not None:
        return None
    return notices.write(
        session,
        person,
        f"{CALL}{base_of(about.topic)}",
        notices.Message(f"【请打电话】{about.subject}", about.text, about.html, about.short or ""),
        now,
        stage=about.stage,
        lead_id=about.lead_id,
        legal=about.legal,
        channel="voice" if voice else PHONE,
    )


def note(session: Session, call: Notice, result: str, now: datetime, by: str) -> None:
    """Write down what came of a call: acknowledged, to be made again in 5 minutes, or the number is wrong.

    What did not reach the person wakes the chain, so that the superior is told. ValueError for a call that waits for
    nobody any more or an unknown result.
    """
    if result not in RESULTS:
        raise ValueError("请选择通话结果")
    _hold(session, call)
    if call.channel != PHONE or call.state != "pending":
        raise ValueError("这个电话已经登记过结果，或不用再打")
    answered, wrong = result == "answered", result == "wrong_number"
    notices.note_delivery(session, call.id, now, 0, ok=answered, words=RESULTS[result], permanent=wrong)
    journal.record(session, by, "call", f"notice-{call.id}", now, result=result)
    if answered:
        call.state, call.sent_at, call.send_at, call.proof = "sent", now, None, RESULTS[result]
        notices.acknowledge(session, call, "电话签收", now, by)
    else:
        call.attempts += 1
        call.state, call.error = ("failed" if wrong else "pending"), RESULTS[result]
        call.send_at = None if wrong else now + CALL_AGAIN
        wake(session, call, now)


def heard(session: Session, call: Notice, key: str, now: datetime) -> bool:
    """Write down what a voice gateway reports: with key 1 it is acknowledged; return whether it was.

    Any other end goes over to a person who calls, and wakes the chain.
    """
    _hold(session, call)
    if call.ack_at is not None or call.channel != "voice" or call.state not in ("pending", "sent"):
        return call.ack_at is not None
    pressed = key == "1"
    words = "已接听，按1签收" if pressed else "没有接听，或没有按1"
    notices.note_delivery(session, call.id, now, 0, ok=pressed, words=words, permanent=not pressed)
    if pressed:
        return notices.acknowledge(session, call, "语音按键签收", now, f"voice-{call.id}")
    call.state, call.error, call.send_at = "failed", words, None
    ask(session, call, call.person, now, voice=False)
    wake(session, call, now)
    return False


def wake(session: Session, call: Notice, now: datetime) -> None:
    """Have the chain looked at at once: the next one is told without waiting any longer."""
    chain = update(Notice).where(Notice.topic == base_of(call.topic), Notice.chased > 0, Notice.ack_at.is_(None))
    session.execute(chain.values(chase_at=now))


def _hold(session: Session, call: Notice) -> None:
    """Hold the matter first, then the call: as whoever acknowledges does."""
    if call.lead_id is not None:
        hold(session, session.get_one(Lead, call.lead_id))
    hold(session, call)
