"""值班日志: calls that came in, instructions, notes; what was done about each, and the lead it became."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from store import journal, leads
from store.tables.cases import Lead
from store.tables.people import DutyEntry, Person

KINDS = {"call": "来电", "instruction": "批示", "note": "记事"}
OPEN_FOR = timedelta(days=7)
"""A call nobody did anything about is handed over for so long."""
TITLE = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as it is written down. `caller` is unit and name, `action` 处理与拟办."""

    kind: str
    at: datetime
    words: str
    caller: str | None = None
    telephone: str | None = None
    action: str | None = None


def write(session: Session, person: Person, said: Said, now: datetime, lead: Lead | None = None) -> DutyEntry:
    """Write one entry, with the lead it was opened with. ValueError in the user's words."""
    if said.kind not in KINDS:
        raise ValueError("请选择来电、批示或记事")
    if not said.words.strip():
        raise ValueError("请写内容")
    if said.at > now:
        raise ValueError("时间不能晚于现在")
    entry = DutyEntry(
        at=said.at,
        recorded_at=now,
        person_id=person.id,
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
    title = entry.words.splitlines()[0][:TITLE]
    lead = leads.enter(session, person, now, title=title, text=entry.words, channel="message", unit=None)
    entry.lead_id = lead.id
    journal.record(session, f"person-{person.id}", "open_lead", f"entry-{entry.id}", now, lead=lead.id)
    return lead


def listed(session: Session, start: datetime, end: datetime, limit: int = 500) -> list[DutyEntry]:
    """Return the entries of a time, the latest first, with who wrote them."""
    asked = select(DutyEntry).where(DutyEntry.at >= start, DutyEntry.at < end).options(joinedload(DutyEntry.person))
    return list(session.scalars(asked.order_by(DutyEntry.at.desc(), DutyEntry.id.desc()).limit(limit)))


def open_calls(session: Session, now: datetime) -> list[DutyEntry]:
    """Return the calls of the last week that led to nothing yet: no lead, nothing written under 处理与拟办."""
    idle = (DutyEntry.kind == "call", DutyEntry.lead_id.is_(None), DutyEntry.action.is_(None))
    asked = select(DutyEntry).where(*idle, DutyEntry.at > now - OPEN_FOR).order_by(DutyEntry.at)
    return list(session.scalars(asked))
