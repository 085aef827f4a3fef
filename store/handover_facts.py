"""What a handover sheet lists: everything that is open, as plain data."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.case import CaseState, number_text
from domain.handover import TOPIC
from domain.workdays import beijing_day
from store import board, dutylog, outlets
from store.leads import open_leads
from store.limits import rule_for
from store.notices import troubled
from store.seasons import coming_words
from store.sources import silence
from store.tables.cases import Case, Deadline, Lead, Release
from store.tables.notices import Notice
from store.tables.people import DutyEntry

MOST = 200
UNACKNOWLEDGED_FOR = timedelta(days=3)


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


def _open_cases(session: Session) -> list[Case]:
    asked = select(Case).where(Case.state != str(CaseState.CLOSED)).options(joinedload(Case.unit))
    return list(session.scalars(asked.order_by(Case.id).limit(MOST)))


def _unacknowledged(session: Session, now: datetime) -> list[Notice]:
    """Return the latest notice of every matter to every person who has not acknowledged it."""
    silent = (Notice.asks_ack, Notice.ack_at.is_(None), Notice.state == "sent", Notice.topic.not_like(f"{TOPIC}%"))
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
