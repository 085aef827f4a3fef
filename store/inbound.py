"""Mail that came in: which notice it answers, the reports it brings, and what waits for a person to assign it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import CaseState, number_text
from store import cases, journal
from store.db import hold, insert_into
from store.tables.cases import Case, Lead
from store.tables.handling import Attachment, ReportBack
from store.tables.notices import Inbound, Notice
from store.tables.people import Person

RECENT = timedelta(days=3)
"""How long after a notice a bounce that quotes no Message-ID can still be of it."""
MOST_WORDS = 20_000
BY_MAIL = "邮件回复"
_NUMBER = re.compile(r"舆情\s*[〔\[［【(（]\s*(20\d\d)\s*[〕\]］】)）]\s*(\d{1,6})\s*号")


@dataclass(frozen=True, slots=True)
class Came:
    """What is kept of a mail: `words` is the new text of a reply, or what a bounce says."""

    message_id: str
    sender: str
    subject: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attachment whose bytes lie in the data folder."""

    name: str
    media_type: str
    size: int
    sha256: str


def note(
    session: Session,
    came: Came,
    now: datetime,
    notice: Notice | None = None,
    *,
    files: Sequence[KeptFile] = (),
    waits: bool = False,
) -> Inbound | None:
    """Write down a mail with its files; None where one with this Message-ID was written down before.

    `waits`: a person has to assign it or set it aside.
    """
    new = insert_into(session, Inbound).values(
        message_id=came.message_id[:300],
        at=now,
        sender=came.sender[:300],
        subject=came.subject[:1000],
        kind=came.kind,
        notice_id=notice.id if notice else None,
        words=came.words[:MOST_WORDS],
        waits=waits,
    )
    known = new.on_conflict_do_nothing(index_elements=["message_id"])
    made = session.scalars(known.returning(Inbound)).first()
    if made is not None:
        session.add_all(Attachment(inbound_id=made.id, **asdict(file)) for file in files)
        about = f"notice-{notice.id}" if notice else f"inbound-{made.id}"
        digests = [file.sha256 for file in files]
        journal.record(session, "mailbox", "mail_in", about, now, inbound=made.id, kind=came.kind, files=digests)
    return made


def is_known(session: Session, message_id: str) -> bool:
    """Return whether a mail was written down before."""
    return session.scalar(select(Inbound.id).where(Inbound.message_id == message_id[:300])) is not None


def answered(session: Session, answers: Sequence[str], subject: str, sender: str) -> Notice | None:
    """Return the notice a mail answers: by the Message-ID it quotes, else by the number in its subject.

    The number counts only from a person of ours, and leads to their own latest notice of that case.
    """
    by_id = select(Notice).where(Notice.message_id.in_(answers))
    found = {notice.message_id: notice for notice in session.scalars(by_id)} if answers else {}
    quoted = next((found[one] for one in answers if one in found), None)
    case = None if quoted else case_in(session, subject)
    person = person_at(session, sender) if case else None
    if case is None or person is None:
        return quoted
    mine = select(Notice).where(Notice.lead_id == case.lead_id, Notice.person_id == person.id)
    return session.scalars(mine.order_by(Notice.asks_ack.desc(), Notice.id.desc()).limit(1)).first()


def bounced(session: Session, returned: Sequence[str], recipients: Collection[str], now: datetime) -> Notice | None:
    """Return the notice a bounce returns: by the Message-ID it quotes, else the latest one sent to the recipient."""
    by_id = select(Notice).where(Notice.message_id.in_(returned)).limit(1)
    found = session.scalars(by_id).first() if returned else None
    if found is not None or not recipients:
        return found
    to_them = func.lower(Notice.address).in_(recipients)
    recent = select(Notice).where(to_them, Notice.state == "sent", Notice.sent_at > now - RECENT)
    return session.scalars(recent.order_by(Notice.id.desc()).limit(1)).first()


def case_in(session: Session, text: str) -> Case | None:
    """Return the case whose number stands in a text, e.g. 舆情〔2026〕3号, also with other brackets."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    asked = select(Case).where(Case.year == int(found[1]), Case.number == int(found[2]))
    return session.scalars(asked).first()


def person_at(session: Session, address: str) -> Person | None:
    """Return the person of ours with this mail address."""
    asked = select(Person).where(func.lower(Person.email) == address.lower(), Person.active).order_by(Person.id)
    return session.scalars(asked.limit(1)).first() if address else None


def may_answer(notice: Notice, sender: str) -> bool:
    """Return whether a mail from this address may answer a notice: only its recipient may."""
    own = (notice.address, notice.person.email or "")
    return bool(sender) and sender.lower() in [address.lower() for address in own]


def case_of(session: Session, notice: Notice) -> Case | None:
    """Return the case a notice is about; of merged ones (并案) that which goes on."""
    case = session.scalars(select(Case).where(Case.lead_id == notice.lead_id)).first() if notice.lead_id else None
    return going_on(session, case) if case else None


def case_about(session: Session, mail: Inbound) -> Case | None:
    """Return the case a mail was made a report of, else that of the notice it answers."""
    asked = select(Case).join(ReportBack, ReportBack.case_id == Case.id).where(ReportBack.inbound_id == mail.id)
    reported = session.scalars(asked.limit(1)).first()
    notice = session.get(Notice, mail.notice_id) if mail.notice_id and reported is None else None
    return case_of(session, notice) if notice else reported


def going_on(session: Session, case: Case) -> Case:
    """Return the case that goes on for one that was merged, else itself."""
    seen: set[int] = set()
    while case.merged_into is not None and case.id not in seen:
        seen.add(case.id)
        case = session.get_one(Case, case.merged_into)
    return case


def report(
    session: Session, inbound: Inbound, case: Case, person: Person | None, at: datetime, now: datetime
) -> ReportBack:
    """Record a mail as the report (反馈) of a unit on its case, with its attachments; the case is then 办理中."""
    hold(session, session.get_one(Lead, case.lead_id), case)
    unit_id = person.unit_id if person else None
    made = ReportBack(case_id=case.id, unit_id=unit_id, inbound_id=inbound.id, at=at, recorded_at=now)
    made.person_id, made.how, made.text = person.id if person else None, BY_MAIL, inbound.words or "见附件"
    session.add(made)
    session.flush()
    for file in files_of(session, inbound):
        file.report_id = made.id
    actor = f"person-{person.id}" if person else "mailbox"
    journal.record(session, actor, "report_back", f"case-{case.id}", now, report=made.id, how=BY_MAIL)
    if person is not None:
        cases.advance(session, case, CaseState.HANDLING, person, now)
    return made


def files_of(session: Session, inbound: Inbound) -> list[Attachment]:
    """Return the files a mail brought."""
    session.flush()
    return list(session.scalars(select(Attachment).where(Attachment.inbound_id == inbound.id).order_by(Attachment.id)))


def waiting(session: Session) -> list[Inbound]:
    """Return the mails that wait for a person, the oldest first."""
    return list(session.scalars(select(Inbound).where(Inbound.waits).order_by(Inbound.at, Inbound.id)))


def latest(session: Session, limit: int = 100) -> list[Inbound]:
    """Return the mails that came in and wait for nobody, the newest first."""
    asked = select(Inbound).where(Inbound.waits.is_(False)).order_by(Inbound.at.desc(), Inbound.id.desc())
    return list(session.scalars(asked.limit(limit)))


def assign(session: Session, inbound: Inbound, text: str, officer: Person, now: datetime) -> Case:
    """Assign a waiting mail to the case whose number is given (3, 2026-3 or 舆情〔2026〕3号). ValueError in words."""
    case = _numbered(session, text, now)
    hold(session, session.get_one(Lead, case.lead_id))
    _taken(session, inbound)
    report(session, inbound, case, person_at(session, inbound.sender), inbound.at, now)
    cases.advance(session, case, CaseState.HANDLING, officer, now)
    journal.record(session, f"person-{officer.id}", "assign_mail", f"inbound-{inbound.id}", now, case=case.id)
    return case


def set_aside(session: Session, inbound: Inbound, officer: Person, now: datetime) -> None:
    """Set a waiting mail aside: it belongs to no case. ValueError where it was dealt with before."""
    _taken(session, inbound)
    journal.record(session, f"person-{officer.id}", "set_aside", f"inbound-{inbound.id}", now)


def _taken(session: Session, inbound: Inbound) -> None:
    hold(session, inbound)
    if not inbound.waits:
        raise ValueError("这封来信已经处理过")
    inbound.waits = False


def _numbered(session: Session, text: str, now: datetime) -> Case:
    plain = re.fullmatch(r"(?:(20\d\d)\s*[-年/]\s*)?(\d{1,6})\s*号?", text.strip())
    if plain:
        text = number_text(int(plain[1] or now.year), int(plain[2]))
    case = case_in(session, text)
    if case is None:
        raise ValueError("没有这个编号的事项，请核对，例如 舆情〔2026〕3号")
    return going_on(session, case)
