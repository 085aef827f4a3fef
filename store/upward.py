"""信息报送: whom a suspected I/II matter is reported to, and the thread of what was reported."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import deadlines, journal
from store.db import hold
from store.limits import rule_of
from store.tables.cases import Lead
from store.tables.handling import ReportTarget, UpwardReport
from store.tables.people import Person

KINDS = {"phone": "电话报告", "first": "初报", "follow_up": "续报", "final": "终报"}
LIMIT = "INFO_REPORT"


@dataclass(frozen=True, slots=True)
class Report:
    """One report upward: `kind` of KINDS, the actual time, who took it, the text of a written one."""

    kind: str
    at: datetime
    target: ReportTarget | None = None
    taken_by: str = ""
    text: str = ""


def start_limit(session: Session, lead: Lead, now: datetime) -> None:
    """Write the limit of the first telephone report with a suspected lead, where the office has set one."""
    asked = rule_of(session, LIMIT)
    if asked.limit is None or asked.off or any(one.rule == LIMIT and one.state != "void" for one in lead.deadlines):
        return
    deadlines.write_deadline(session, lead, LIMIT, now, now, ladder="report")
    session.refresh(lead, ["deadlines"])


def record(session: Session, lead: Lead, report: Report, person: Person, now: datetime) -> UpwardReport:
    """Record one report; the first one by telephone meets the limit of 信息报送.

    ValueError in the user's words for a report that cannot be recorded: 续报 and 终报 follow a 初报, nothing a 终报.
    """
    hold(session, lead)
    _check(session, lead, report, now)
    made = UpwardReport(
        lead_id=lead.id,
        target_id=report.target.id if report.target else None,
        kind=report.kind,
        number=_number(session, lead) if report.kind == "follow_up" else 0,
        at=report.at,
        taken_by=report.taken_by.strip()[:100] or None,
        text=report.text.strip() or None,
        recorded_at=now,
        recorded_by=person.id,
    )
    session.add(made)
    session.flush()
    facts = {"report": made.id, "kind": made.kind, "target": made.target_id, "at": made.at}
    journal.record(session, f"person-{person.id}", "report_upward", f"lead-{lead.id}", now, **facts)
    open_ = [one for one in lead.deadlines if one.rule == LIMIT and one.state == "open"]
    for deadline in open_ if report.kind == "phone" else []:
        deadlines.meet(session, deadline, report.at, now, person.id, "report")
    return made


def _check(session: Session, lead: Lead, report: Report, now: datetime) -> None:
    if report.kind not in KINDS:
        raise ValueError("请选择电话报告、初报、续报还是终报")
    if report.at > now:
        raise ValueError("报告时间不能晚于现在")
    if report.kind == "phone":
        if report.target is None:
            raise ValueError("请选择报送对象")
        return
    if not report.text.strip():
        raise ValueError("请写报告正文")
    kinds = {one.kind for one in thread(session, lead.id)}
    if "final" in kinds:
        raise ValueError("已经终报")
    if report.kind == "first" and "first" in kinds:
        raise ValueError("已经初报，请写续报")
    if report.kind != "first" and "first" not in kinds:
        raise ValueError("请先写初报")


def _number(session: Session, lead: Lead) -> int:
    asked = select(func.count()).where(UpwardReport.lead_id == lead.id, UpwardReport.kind == "follow_up")
    return (session.scalar(asked) or 0) + 1


def thread(session: Session, lead_id: int) -> list[UpwardReport]:
    """Return all reports of a matter, the earliest first."""
    asked = select(UpwardReport).where(UpwardReport.lead_id == lead_id)
    return list(session.scalars(asked.order_by(UpwardReport.at, UpwardReport.id)))


def label(report: UpwardReport) -> str:
    """Return what a report is called: 电话报告, 初报, 续报2, 终报."""
    return KINDS[report.kind] + (str(report.number) if report.kind == "follow_up" else "")


def targets(session: Session, *, active: bool = True) -> list[ReportTarget]:
    """Return whom matters are reported to, in the office's order; with `active` False those taken out too."""
    asked = select(ReportTarget).order_by(ReportTarget.rank, ReportTarget.id)
    return list(session.scalars(asked.where(ReportTarget.active) if active else asked))


def put_target(session: Session, name: str, telephone: str, rank: int, actor: str, now: datetime) -> ReportTarget:
    """Add whom to report to, or change its number and place, by name. ValueError without name or number."""
    name, telephone = name.strip(), telephone.strip()
    if not name or not telephone:
        raise ValueError("请写明报送对象的名称和电话")
    found = session.scalars(select(ReportTarget).where(ReportTarget.name == name[:100])).first()
    found = found or ReportTarget(name=name[:100])
    found.telephone, found.rank, found.active = telephone[:50], rank, True
    session.add(found)
    session.flush()
    journal.record(session, actor, "put_target", f"target-{found.id}", now, fields=["telephone", "rank"])
    return found


def remove_target(session: Session, name: str, actor: str, now: datetime) -> bool:
    """Take a target out of the list; what was reported to it stays. False where there is none of this name."""
    asked = select(ReportTarget).where(ReportTarget.name == name, ReportTarget.active)
    found = session.scalars(asked).first()
    if found is None:
        return False
    found.active = False
    journal.record(session, actor, "remove_target", f"target-{found.id}", now)
    return True
