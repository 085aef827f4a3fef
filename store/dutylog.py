"""值班日志: calls that came in, instructions, notes; what was done about each, and the lead it became."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.workdays import beijing_day
from store import entering, journal
from store.tables.cases import Lead
from store.tables.people import DutyEntry, Person

KINDS = {"call": "来电", "hotline": "热线记录", "instruction": "批示", "note": "记事"}
CALLS = ("call", "hotline")
"""Kinds in which somebody waits for an answer."""
OPEN_FOR = timedelta(days=7)
"""A call nobody did anything about is handed over for so long."""
TITLE = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as it is written down. `caller` is unit and name, `action` 处理与拟办, of a hotline call the answer.

    `answered_by` is who answered a hotline call; None for the person who writes it down.
    """

    kind: str
    at: datetime
    words: str
    caller: str | None = None
    telephone: str | None = None
    action: str | None = None
    answered_by: Person | None = None


def write(session: Session, person: Person, said: Said, now: datetime, lead: Lead | None = None) -> DutyEntry:
    """Write one entry, with the lead it was opened with. ValueError in the user's words."""
    if said.kind not in KINDS:
        raise ValueError("请选择来电、热线记录、批示或记事")
    if not said.words.strip():
        raise ValueError("请写内容")
    if said.at > now:
        raise ValueError("时间不能晚于现在")
    entry = DutyEntry(
        at=said.at,
        recorded_at=now,
        person_id=(said.answered_by if said.kind == "hotline" and said.answered_by else person).id,
        kind=said.kind,
        caller=said.caller,
        telephone=said.telephone,
        words=said.words.strip(),
        action=said.action,
        lead_id=lead.id if lead else None,
    )
    session.add(entry)
    session.flush()
    about = {"kind": entry.kind, "lead": entry.lead_id}
    journal.record(session, f"person-{person.id}", "write_entry", f"entry-{entry.id}", now, **about)
    return entry


def act(session: Session, entry: DutyEntry, action: str, person: Person, now: datetime) -> None:
    """Write down what was done about an entry; what stood there before stays above it. ValueError for nothing."""
    if not action.strip():
        raise ValueError("请写处理情况或拟办意见")
    entry.action = f"{entry.action}\n{action.strip()}" if entry.action else action.strip()
    journal.record(session, f"person-{person.id}", "act_on_entry", f"entry-{entry.id}", now)


def open_lead(session: Session, entry: DutyEntry, person: Person, now: datetime) -> Lead:
    """Open a lead of an entry; the one it has already where it was opened before."""
    if entry.lead_id is not None:
        return session.get_one(Lead, entry.lead_id)
    title, called = entry.words.splitlines()[0][:TITLE], entry.kind in CALLS
    said = entering.Entered(entry.words, title, "message", called=called, again=True)
    try:
        lead = entering.enter(session, person, now, said)
    except entering.KnownAlready as known:
        lead = session.get_one(Lead, known.lead_id)
    entry.lead_id = lead.id
    journal.record(session, f"person-{person.id}", "open_lead", f"entry-{entry.id}", now, lead=lead.id)
    return lead


def listed(session: Session, start: datetime, end: datetime, limit: int = 500, kind: str = "") -> list[DutyEntry]:
    """Return the entries of a time, of one kind or of all, the latest first, with who wrote or answered them."""
    asked = select(DutyEntry).where(DutyEntry.at >= start, DutyEntry.at < end).options(joinedload(DutyEntry.person))
    asked = asked.where(DutyEntry.kind == kind) if kind else asked
    return list(session.scalars(asked.order_by(DutyEntry.at.desc(), DutyEntry.id.desc()).limit(limit)))


def open_calls(session: Session, now: datetime) -> list[DutyEntry]:
    """Return the calls of the last week that led to nothing yet: no lead, nothing written under 处理与拟办."""
    idle = (DutyEntry.kind.in_(CALLS), DutyEntry.lead_id.is_(None), DutyEntry.action.is_(None))
    asked = select(DutyEntry).where(*idle, DutyEntry.at > now - OPEN_FOR).order_by(DutyEntry.at)
    return list(session.scalars(asked))


def answerers(session: Session) -> list[Person]:
    """Return who may have answered a hotline call: everybody active but administrators, in the office's order."""
    asked = select(Person).where(Person.active, Person.role.not_like("%admin") | Person.role.is_(None))
    return list(session.scalars(asked.order_by(Person.id)))


def counted(session: Session, start: datetime, end: datetime) -> dict[str, Counter[str]]:
    """Return how many entries of each kind there were, by Beijing month as 2026-11, in order."""
    asked = select(DutyEntry.at, DutyEntry.kind).where(DutyEntry.at >= start, DutyEntry.at < end).order_by(DutyEntry.at)
    found: dict[str, Counter[str]] = {}
    for at, kind in session.execute(asked):
        found.setdefault(f"{beijing_day(at):%Y-%m}", Counter())[kind] += 1
    return found
