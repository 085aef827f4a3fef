"""交接班: one sheet with everything that is open, signed by who gives and who takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.case import CaseState, number_text
from domain.workdays import beijing_day
from store import board, dutylog, journal, outlets
from store.leads import open_leads
from store.limits import rule_for
from store.notices import troubled
from store.people import shift_ends
from store.seasons import coming_words
from store.sources import silence
from store.tables.cases import Case, Deadline, Lead, Release
from store.tables.notices import Notice
from store.tables.people import DutyEntry, Handover, Person

MOST = 200
REMIND = timedelta(minutes=30)
"""So long before the end of a shift the board asks for the sheet."""
FRESH = timedelta(hours=2)
"""A sheet not older than this counts for the end of the shift."""
UNACKNOWLEDGED_FOR = timedelta(days=3)
SIGNED_IN, ON_PAPER = "本人登录签字", "纸质签字"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the board asks for: to make the sheet before `ends`, or to sign the one that waits for its taker."""

    ends: datetime | None
    waiting: int | None


def gather(session: Session, now: datetime) -> dict[str, Any]:
    """Return everything a shift hands over, as plain data with times in ISO 8601: what is open at `now`."""
    season = coming_words(session, beijing_day(now))
    return ({"season": season} if season else {}) | {
        "clocks": [_clock(deadline) for deadline in board.running(session, MOST)],
        "cases": [_case(case) for case in _open_cases(session)],
        "leads": [_lead(lead) for lead in open_leads(session)[:MOST]],
        "sources": [
            {"name": source.name, "words": health.label, "since": _iso(source.failing_since or source.last_new_at)}
            for source, health in silence(session, now).troubled[:MOST]
        ],
        "unacknowledged": [_notice(notice) for notice in _unacknowledged(session, now)],
        "failed": [_notice(notice) for notice in troubled(session, MOST)],
        "copies": [_copy(release) for release in outlets.all_owed(session)[:MOST]],
        "calls": [_call(entry) for entry in dutylog.open_calls(session, now)[:MOST]],
    }


def make(session: Session, giver: Person, now: datetime) -> Handover:
    """Return a new sheet with everything that is open; a sheet of this person that nobody signed is made anew."""
    asked = select(Handover).where(Handover.giver_id == giver.id, Handover.given_at.is_(None))
    sheet = session.scalars(asked.order_by(Handover.id.desc())).first()
    if sheet is None:
        sheet = Handover(giver_id=giver.id, at=now, content={})
        session.add(sheet)
    sheet.at, sheet.content = now, gather(session, now)
    session.flush()
    journal.record(session, f"person-{giver.id}", "make_handover", f"handover-{sheet.id}", now)
    return sheet


def give(session: Session, sheet: Handover, person: Person, words: str, now: datetime) -> None:
    """Let the giver sign. ValueError for anybody else, or where it is signed."""
    if sheet.giver_id != person.id:
        raise ValueError(f"这张单子由 {sheet.giver.name} 交班，请本人签字")
    if sheet.given_at is not None:
        raise ValueError("已经签过字")
    sheet.given_at, sheet.words = now, words.strip() or None
    journal.record(session, f"person-{person.id}", "give_handover", f"handover-{sheet.id}", now)


def take(session: Session, sheet: Handover, taker: Person, how: str, by: Person, now: datetime) -> None:
    """Let the taker sign, in person or on paper as `by` records it.

    ValueError where the giver has not signed, it is taken, or one person would be both.
    """
    if sheet.given_at is None:
        raise ValueError("交班人还没有签字")
    if sheet.taken_at is not None:
        raise ValueError("已经有人接班")
    if taker.id == sheet.giver_id:
        raise ValueError("交班人和接班人不能是同一个人")
    sheet.taker_id, sheet.taken_at, sheet.taken_how = taker.id, now, how
    session.flush()
    session.refresh(sheet, ["taker"])
    journal.record(session, f"person-{by.id}", "take_handover", f"handover-{sheet.id}", now, taker=taker.id, how=how)


def listed(session: Session, limit: int = 60) -> list[Handover]:
    """Return the sheets, the latest first."""
    people = (joinedload(Handover.giver), joinedload(Handover.taker))
    return list(session.scalars(select(Handover).options(*people).order_by(Handover.id.desc()).limit(limit)))


def reminder(session: Session, now: datetime) -> Reminder | None:
    """Return what the board asks for: a sheet that waits for its taker, or one to make in the last half hour."""
    waiting = select(Handover.id).where(Handover.given_at.is_not(None), Handover.taken_at.is_(None))
    found = session.scalar(waiting.order_by(Handover.id.desc()).limit(1))
    if found is not None:
        return Reminder(None, found)
    ends = shift_ends(session, now)
    if ends is None or ends - now > REMIND:
        return None
    made = session.scalar(select(Handover.id).where(Handover.given_at > now - FRESH).limit(1))
    return None if made else Reminder(ends, None)


def _open_cases(session: Session) -> list[Case]:
    asked = select(Case).where(Case.state != str(CaseState.CLOSED)).options(joinedload(Case.unit))
    return list(session.scalars(asked.order_by(Case.id).limit(MOST)))


def _unacknowledged(session: Session, now: datetime) -> list[Notice]:
    """Return the latest notice of every matter to every person who has not acknowledged it."""
    silent = (Notice.asks_ack, Notice.ack_at.is_(None), Notice.state == "sent")
    asked = select(Notice).where(*silent, Notice.created_at > now - UNACKNOWLEDGED_FOR).order_by(Notice.id.desc())
    latest: dict[tuple[int | None, int], Notice] = {}
    for notice in session.scalars(asked.options(joinedload(Notice.person)).limit(10 * MOST)):
        latest.setdefault((notice.lead_id, notice.person_id), notice)
    return list(latest.values())[:MOST]


def _clock(deadline: Deadline) -> dict[str, Any]:
    case, lead = deadline.case, deadline.lead
    unit = case.unit if case else lead.unit
    return {
        "number": number_text(case.year, case.number) if case else "待研判",
        "title": case.title if case else lead.title,
        "duty": rule_for(deadline).title,
        "due": _iso(deadline.handle_by or deadline.due_at),
        "unit": unit.name if unit else "未定",
    }


def _case(case: Case) -> dict[str, Any]:
    state = CaseState(case.state).label
    return {"number": number_text(case.year, case.number), "title": case.title, "unit": case.unit.name, "state": state}


def _lead(lead: Lead) -> dict[str, Any]:
    tag = "疑似（按5小时时限准备）" if lead.suspected else ""
    return {"title": lead.title, "at": _iso(lead.proposed_at), "tag": tag}


def _notice(notice: Notice) -> dict[str, Any]:
    return {"person": notice.person.name, "subject": notice.subject, "at": _iso(notice.sent_at or notice.created_at)}


def _copy(release: Release) -> dict[str, Any]:
    case = release.case
    number = number_text(case.year, case.number)
    return {"title": case.title, "number": number, "channel": release.channel, "at": _iso(release.published_at)}


def _call(entry: DutyEntry) -> dict[str, Any]:
    return {"at": _iso(entry.at), "caller": entry.caller, "words": entry.words[:200]}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
