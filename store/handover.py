"""交接班: one sheet with everything that is open, signed by who gives and who takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.handover import GIVE, TAKE
from store import journal
from store.db import hold
from store.handover_facts import gather
from store.handover_notices import SIGNED_IN, answered, ask_no_more, early
from store.people import holders, shift_ends
from store.rota import turns
from store.tables.people import Handover, Person

REMIND = timedelta(minutes=30)
"""So long before the end of a shift the board asks for the sheet."""
FRESH = timedelta(hours=2)
"""A sheet not older than this counts for the end of the shift; whose shift begins within it takes over."""
PATIENCE = timedelta(minutes=30)
"""When the board asks for a call to whoever has not signed. Ours."""
STANDING = timedelta(hours=12)
"""For so long a sheet that nobody has signed yet is asked for; then it was made only to look."""
ON_PAPER = "纸质签字"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the board asks for: to make the sheet before `ends`, or a signature on the sheet `waiting`.

    `who` is whose signature is missing, None where no taker is named; `late` says that it is for half an hour.
    """

    ends: datetime | None = None
    waiting: int | None = None
    part: str = TAKE
    who: str | None = None
    since: datetime | None = None
    late: bool = False


def make(session: Session, giver: Person, now: datetime) -> Handover:
    """Return a new sheet with everything that is open and who takes over by the rota.

    A sheet of this person that nobody signed is made anew.
    """
    asked = select(Handover).where(Handover.giver_id == giver.id, Handover.given_at.is_(None))
    sheet = session.scalars(asked.order_by(Handover.id.desc())).first()
    if sheet is None:
        sheet = Handover(giver_id=giver.id, at=now, content={})
        session.add(sheet)
    hold(session, sheet)
    ask_no_more(session, sheet)
    sheet.at, sheet.content = now, gather(session, now)
    _name(session, sheet, next_officer(session, giver, now))
    journal.record(session, f"person-{giver.id}", "make_handover", f"handover-{sheet.id}", now)
    return sheet


def next_officer(session: Session, giver: Person, now: datetime) -> Person | None:
    """Return who takes over from `giver`: who is on duty in their place, or begins within two hours, by the rota.

    Without a rota it is the one other person at the post, where there is just one; else None.
    """
    present, following = turns(session, now)
    serving = any(shift.person_id == giver.id for shift in present)
    coming = [shift for shift in following if shift.start_at <= now + FRESH]
    shifts = coming if serving or not present else present
    people = [shift.person for shift in shifts if shift.post == "duty_officer"]
    if not present and not following:
        people = [person for person in holders(session, "duty_officer") if person.id != giver.id]
        people = people if len(people) == 1 else []
    return next((person for person in people if person.active and person.id != giver.id), None)


def name_taker(session: Session, sheet: Handover, taker: Person, by: Person, now: datetime) -> None:
    """Let `taker` be asked to sign as who takes over. ValueError where somebody has taken over, or it is the giver."""
    hold(session, sheet)
    _may_take(sheet, taker)
    ask_no_more(session, sheet, TAKE)
    _name(session, sheet, taker)
    journal.record(session, f"person-{by.id}", "name_taker", f"handover-{sheet.id}", now, taker=taker.id)


def give(
    session: Session,
    sheet: Handover,
    person: Person,
    words: str,
    now: datetime,
    how: str = SIGNED_IN,
    by: str | None = None,
) -> None:
    """Let the giver sign. ValueError for anybody else, or where it is signed.

    Who answered before that they take over has then taken over, unless the giver has added `words` they did not see.
    """
    hold(session, sheet)
    if sheet.giver_id != person.id:
        raise ValueError(f"这张单子由 {sheet.giver.name} 交班，请本人签字")
    if sheet.given_at is not None:
        raise ValueError("已经签过字")
    sheet.given_at, sheet.words = now, words.strip() or None
    by = by or f"person-{person.id}"
    journal.record(session, by, "give_handover", f"handover-{sheet.id}", now, how=how)
    answered(session, sheet, GIVE, person, how, now, by)
    before = early(session, sheet)
    if before is not None and before.ack_at and not sheet.words:
        _take(session, sheet, before.person, before.ack_how or how, before.ack_at, f"person-{before.person_id}", now)


def take(
    session: Session, sheet: Handover, taker: Person, how: str, by: Person, now: datetime, actor: str | None = None
) -> None:
    """Let the taker sign, in person or on paper as `by` records it.

    ValueError where the giver has not signed, it is taken, or one person would be both.
    """
    hold(session, sheet)
    if sheet.given_at is None:
        raise ValueError("交班人还没有签字")
    _may_take(sheet, taker)
    _take(session, sheet, taker, how, now, actor or f"person-{by.id}", now)


def _take(session: Session, sheet: Handover, taker: Person, how: str, at: datetime, by: str, now: datetime) -> None:
    _name(session, sheet, taker)
    sheet.taken_at, sheet.taken_how = at, how
    journal.record(session, by, "take_handover", f"handover-{sheet.id}", now, taker=taker.id, how=how)
    answered(session, sheet, TAKE, taker, how, now, by)
    ask_no_more(session, sheet)


def _may_take(sheet: Handover, taker: Person) -> None:
    if sheet.taken_at is not None:
        raise ValueError("已经有人接班")
    if taker.id == sheet.giver_id:
        raise ValueError("交班人和接班人不能是同一个人")


def _name(session: Session, sheet: Handover, taker: Person | None) -> None:
    sheet.taker_id = taker.id if taker else None
    session.flush()
    session.refresh(sheet, ["taker"])


def listed(session: Session, limit: int = 60) -> list[Handover]:
    """Return the sheets, the latest first."""
    people = (joinedload(Handover.giver), joinedload(Handover.taker))
    return list(session.scalars(select(Handover).options(*people).order_by(Handover.id.desc()).limit(limit)))


def reminder(session: Session, now: datetime) -> Reminder | None:
    """Return what the board asks for: a signature that is missing, or a sheet to make in the last half hour.

    That the giver has not signed is said after half an hour, and of the latest sheet alone; that nobody took over at
    once, for as long as it takes.
    """
    people = (joinedload(Handover.giver), joinedload(Handover.taker))
    given = select(Handover).where(Handover.given_at.is_not(None), Handover.taken_at.is_(None)).options(*people)
    sheet = session.scalars(given.order_by(Handover.id.desc()).limit(1)).first()
    if sheet is not None and sheet.given_at is not None:
        late = now - sheet.given_at >= PATIENCE
        return Reminder(waiting=sheet.id, who=_named(sheet.taker), since=sheet.given_at, late=late)
    sheet = session.scalars(select(Handover).options(*people).order_by(Handover.id.desc()).limit(1)).first()
    if sheet is not None and sheet.given_at is None and PATIENCE <= now - sheet.at < STANDING:
        return Reminder(waiting=sheet.id, part=GIVE, who=_named(sheet.giver), since=sheet.at, late=True)
    ends = shift_ends(session, now)
    if ends is None or ends - now > REMIND:
        return None
    made = session.scalar(select(Handover.id).where(Handover.given_at > now - FRESH).limit(1))
    return None if made else Reminder(ends=ends)


def _named(person: Person | None) -> str | None:
    return f"{person.name}（{person.phone or '未登记电话'}）" if person else None
