"""What is done in a case beside publishing: reports of its units, approvals, transfers, the step at 市新闻办."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import CaseState
from domain.handling import APPROVALS, ORAL
from store import assignments, cases, deadlines, journal
from store.db import hold
from store.tables.cases import Case, Deadline
from store.tables.handling import Approval, Change, ReportBack, Transfer
from store.tables.people import Person, Unit

OWED = ("sign", "report")
"""Ladders of what the duty room itself owes; handing the matter to another department leaves it."""


def report_back(
    session: Session, case: Case, unit: Unit | None, text: str, how: str, at: datetime, person: Person, now: datetime
) -> ReportBack:
    """Record what a unit reports on its case (反馈); the case is then 办理中. ValueError without a text."""
    assignments.hold_open(session, case)
    if not text.strip():
        raise ValueError("请写明办理情况")
    _passed(at, now, "反馈时间")
    made = ReportBack(case_id=case.id, unit_id=unit.id if unit else None, person_id=person.id, at=at, recorded_at=now)
    made.how, made.text = how, text.strip()
    session.add(made)
    session.flush()
    journal.record(session, f"person-{person.id}", "report_back", f"case-{case.id}", now, report=made.id, how=how)
    cases.advance(session, case, CaseState.HANDLING, person, now)
    return made


def approve(
    session: Session, case: Case, leader: Person, words: str, how: str, at: datetime, person: Person, now: datetime
) -> Approval:
    """Record what a leader decided (请示), with whom, when and how; an oral approval is signed on the next working day.

    ValueError says what is missing.
    """
    assignments.hold_open(session, case)
    if how not in APPROVALS:
        raise ValueError("请选择电话请示、当面请示还是书面签批")
    if not words.strip():
        raise ValueError("请写明请示内容和领导意见")
    _passed(at, now, "请示时间")
    made = Approval(case_id=case.id, leader_id=leader.id, at=at, how=how, words=words.strip())
    made.recorded_at, made.recorded_by = now, person.id
    if how in ORAL:
        owed = deadlines.write_deadline(session, case.lead, "SIGN_LATER", at, now, ladder="sign", known_at=now)
        made.deadline_id = owed.id
    else:
        made.signed_at = at
    session.add(made)
    session.flush()
    session.refresh(case, ["deadlines"])
    facts = {"approval": made.id, "leader": leader.id, "at": at, "how": how}
    journal.record(session, f"person-{person.id}", "approve", f"case-{case.id}", now, **facts)
    return made


def sign(session: Session, approval: Approval, at: datetime, person: Person, now: datetime) -> None:
    """Record that the signature of an oral approval is there (补签). ValueError where it was there before."""
    hold(session, approval.case.lead, approval)
    if approval.signed_at is not None:
        raise ValueError("已经补签，请刷新")
    _passed(at, now, "补签时间")
    if at < approval.at.replace(second=0, microsecond=0):  # People enter minutes.
        raise ValueError("补签时间早于请示时间，请核对")
    approval.signed_at = at
    session.flush()
    about = f"case-{approval.case_id}"
    journal.record(session, f"person-{person.id}", "sign", about, now, approval=approval.id, at=at)
    owed = session.get(Deadline, approval.deadline_id) if approval.deadline_id else None
    if owed is not None and owed.state == "open":
        deadlines.meet(session, owed, at, now, person.id, "signature")


@dataclass(frozen=True, slots=True)
class Handed:
    """To which department a matter went, why, and when it really left."""

    receiver: str
    reason: str
    at: datetime


def transfer(session: Session, case: Case, handed: Handed, person: Person, now: datetime) -> Transfer:
    """Record that the matter was sent to another department. Every clock runs on until its receipt is recorded."""
    assignments.hold_open(session, case)
    if not handed.receiver.strip() or not handed.reason.strip():
        raise ValueError("请写明转交给谁和理由")
    _passed(handed.at, now, "转交时间")
    made = Transfer(case_id=case.id, receiver=handed.receiver.strip(), reason=handed.reason.strip())
    made.sent_at, made.recorded_at, made.recorded_by = handed.at, now, person.id
    session.add(made)
    session.flush()
    journal.record(session, f"person-{person.id}", "transfer", f"case-{case.id}", now, transfer=made.id, at=handed.at)
    return made


def receive(session: Session, transfer: Transfer, receipt: str, at: datetime, person: Person, now: datetime) -> None:
    """Record the receipt of a transfer: the clocks stop at its actual time. ValueError without a receipt."""
    case = transfer.case
    assignments.hold_open(session, case)
    hold(session, transfer)
    if transfer.receipt_at is not None:
        raise ValueError("回执已经登记，请刷新")
    if not receipt.strip():
        raise ValueError("请写明回执（文号、接收人或截图编号）")
    _passed(at, now, "回执时间")
    if at < transfer.sent_at.replace(second=0, microsecond=0):  # People enter minutes.
        raise ValueError("回执时间早于转交时间，请核对")
    transfer.receipt, transfer.receipt_at = receipt.strip()[:200], at
    session.flush()
    about = f"case-{case.id}"
    journal.record(session, f"person-{person.id}", "receive", about, now, transfer=transfer.id, at=at)
    for deadline in case.deadlines:
        if deadline.state == "open" and deadline.ladder not in OWED:
            deadlines.meet(session, deadline, at, now, person.id, deadlines.TRANSFER)


def ask_press_office(session: Session, case: Case, words: str, at: datetime, person: Person, now: datetime) -> None:
    """Record that the press conference was put to 市新闻办 (报请), which has to know before it is held."""
    assignments.hold_open(session, case)
    _passed(at, now, "报请时间")
    assignments.note_change(session, case, "press", "已报请", words, person, now, at)


def press_office_asked(session: Session, case: Case) -> datetime | None:
    """Return when the press conference was put to 市新闻办, None where it was not."""
    asked = select(Change.at).where(Change.case_id == case.id, Change.kind == "press").order_by(Change.id)
    return session.scalar(asked.limit(1))


def approvals(session: Session, case: Case) -> list[Approval]:
    """Return the approvals of a case, the earliest first."""
    return list(session.scalars(select(Approval).where(Approval.case_id == case.id).order_by(Approval.at, Approval.id)))


def transfers(session: Session, case: Case) -> list[Transfer]:
    """Return the transfers of a case, the earliest first."""
    return list(session.scalars(select(Transfer).where(Transfer.case_id == case.id).order_by(Transfer.sent_at)))


def reports(session: Session, case: Case) -> list[ReportBack]:
    """Return what its units reported, the latest first."""
    asked = select(ReportBack).where(ReportBack.case_id == case.id)
    return list(session.scalars(asked.order_by(ReportBack.at.desc(), ReportBack.id.desc())))


def _passed(at: datetime, now: datetime, words: str) -> None:
    if at > now:
        raise ValueError(f"{words}不能晚于现在")
