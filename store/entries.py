"""Lines of a case's timeline: assignments, returns, changes, reports, approvals, transfers, what was merged into it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import number_text
from domain.handling import was_recorded_after
from store.tables.cases import Case
from store.tables.handling import Approval, Assignment, Bounce, Change, ReportBack, Transfer, UpwardReport
from store.tables.people import Person
from store.upward import label

CHANGES = {
    "level": "等级",
    "grade": "定级",
    "start": "起算时间",
    "about": "涉及单位",
    "merged": "并案",
    "press": "报请市新闻办",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: when, kind, who, what, the evidence (address within the service or outside).

    `recorded_at` is when it was entered, where that may be later than the act; `check` is what fetching the evidence
    came to, in words.
    """

    at: datetime
    kind: str
    who: str
    what: str
    link: str | None = None
    recorded_at: datetime | None = None
    check: str | None = None

    @property
    def late(self) -> bool:
        """Whether it was entered (补录) so much later that both times are shown."""
        return was_recorded_after(self.at, self.recorded_at)


def merged_cases(session: Session, case: Case) -> list[Case]:
    """Return the cases that were merged into one (并案), directly or through another."""
    found = list(session.scalars(select(Case).where(Case.merged_into == case.id).order_by(Case.id)))
    return [one for merged in found for one in (merged, *merged_cases(session, merged))]


def handled(session: Session, case: Case) -> list[Entry]:
    """Return what was done in a case between its opening and its release."""
    return [
        *_assigned(session, case),
        *_bounced(session, case),
        *_changed(session, case),
        *_reported(session, case),
        *_approved(session, case),
        *_transferred(session, case),
        *_upward(session, case),
    ]


def _name(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id is not None else None
    return person.name if person else "系统"


def _assigned(session: Session, case: Case) -> Iterable[Entry]:
    rows = list(session.scalars(select(Assignment).where(Assignment.case_id == case.id)))
    first = min((row.id for row in rows), default=0)
    for row in rows:
        act = "交办" if row.id == first else "转办"
        part = f"{act}{row.unit.name}牵头" if row.part == "lead" else f"请{row.unit.name}协办"
        yield Entry(row.at, "assign", row.assigner.name, part + (f" · {row.why}" if row.why else ""))
        if row.ended_at is not None and row.part == "co":
            yield Entry(row.ended_at, "assign", "办公室", f"{row.unit.name}不再协办 · {row.ended_why}")


def _bounced(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(Bounce).where(Bounce.case_id == case.id)):
        wish = f" · 建议由{row.suggested.name}承办" if row.suggested else ""
        words = f"申请退办（{row.how}）：{row.reason}{wish}"
        yield Entry(row.asked_at, "bounce", row.unit.name, words, None, row.recorded_at)
        if row.decided_at is not None:
            answer = "同意退办" if row.accepted else "不同意退办"
            said = f"{answer}（{row.unit.name}）" + (f"：{row.decision}" if row.decision else "")
            yield Entry(row.decided_at, "bounce", _name(session, row.decided_by), said)


def _changed(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(Change).where(Change.case_id == case.id)):
        words = f"{CHANGES.get(row.kind, row.kind)}：{row.words}" + (f" · {row.why}" if row.why else "")
        yield Entry(row.at, "change", row.person.name, words, None, row.recorded_at)


def _reported(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(ReportBack).where(ReportBack.case_id == case.id)):
        who = (row.unit.name if row.unit else None) or (row.person.name if row.person else "承办单位")
        yield Entry(row.at, "report", who, f"反馈（{row.how}）：{row.text}", None, row.recorded_at)
        for file in row.attachments:
            yield Entry(row.at, "report", who, f"附件：{file.name}", f"/attachments/{file.id}", row.recorded_at)


def _approved(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(Approval).where(Approval.case_id == case.id)):
        yield Entry(row.at, "approval", row.leader.name, f"{row.how}：{row.words}", None, row.recorded_at)
        if row.signed_at is not None and row.deadline_id is not None:
            yield Entry(row.signed_at, "approval", row.leader.name, "补签")


def _transferred(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(Transfer).where(Transfer.case_id == case.id)):
        who = _name(session, row.recorded_by)
        yield Entry(row.sent_at, "transfer", who, f"转交{row.receiver}：{row.reason}", None, row.recorded_at)
        if row.receipt_at is not None:
            yield Entry(row.receipt_at, "transfer", row.receiver, f"回执：{row.receipt}")


def _upward(session: Session, case: Case) -> Iterable[Entry]:
    for row in session.scalars(select(UpwardReport).where(UpwardReport.lead_id == case.lead_id)):
        to = f" {row.target.name}" if row.target else ""
        taken = f" · 接报人 {row.taken_by}" if row.taken_by else ""
        address = f"/leads/{case.lead_id}/report?id={row.id}" if row.text else None
        words = f"{label(row)}{to}{taken}"
        yield Entry(row.at, "upward", row.recorder.name, words, address, row.recorded_at)


def merged_words(case: Case) -> str:
    """Return a case as the other one names it: 舆情〔2026〕3号 and its title."""
    return f"{number_text(case.year, case.number)} {case.title}"
