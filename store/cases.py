"""Cases: what was released, what stops which clock, and the timeline."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import CaseState, Grade, may_become
from domain.escalation import rung_named
from domain.regulations import rule
from store import deadlines, journal
from store.db import hold
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Release, Stage
from store.tables.handling import ReportBack
from store.tables.notices import Notice
from store.tables.people import Person


@dataclass(frozen=True, slots=True)
class Act:
    """What was done outside: `kind` release, conference or reply; `at` the actual time of the act."""

    kind: str
    at: datetime
    channel: str
    publisher: str
    link: str | None = None
    note: str | None = None


def record_release(
    session: Session, case: Case, act: Act, person: Person, now: datetime, deadline: Deadline | None = None
) -> Release:
    """Record a release, a press conference or a reply (登记发布, 补录 included) and stop the clock it meets.

    The clock stops at the actual time of the act, not at that of the entry; both are kept. Without `deadline` the
    case's open duty that asks for this kind is met. ValueError says what is missing.
    """
    _check(act, now)
    hold(session, case.lead, case)
    if act.at < case.t0.replace(second=0, microsecond=0):  # People enter minutes.
        raise ValueError("实际时间早于事项的起算时间，请核对日期；内容没有登记")
    if deadline is not None and deadline.case_id != case.id:
        raise ValueError("这项时限不属于这个事项")
    if deadline is None:
        deadline = next((d for d in case.deadlines if d.state == "open" and rule(d.rule).met_by == act.kind), None)
    release = Release(
        case_id=case.id,
        deadline_id=deadline.id if deadline else None,
        kind=act.kind,
        published_at=act.at,
        channel=act.channel.strip(),
        publisher=act.publisher.strip(),
        link=act.link,
        note=act.note,
        recorded_at=now,
        recorded_by=person.id,
    )
    session.add(release)
    session.flush()
    journal.record(
        session, f"person-{person.id}", "record_release", f"case-{case.id}", now, release=release.id, at=act.at
    )
    if deadline is not None:
        deadlines.meet(session, deadline, act.at, now, person.id, act.kind)
    advance(session, case, CaseState.RELEASED, person, now)
    return release


def _check(act: Act, now: datetime) -> None:
    """Raise ValueError in the user's words for an act that cannot be recorded."""
    if act.at > now:
        raise ValueError("实际时间不能晚于现在")
    if not act.channel.strip() or not act.publisher.strip():
        raise ValueError("请写明渠道和发布单位")
    if act.link and not act.link.startswith(("http://", "https://")):
        raise ValueError("链接应以 http:// 或 https:// 开头")


def advance(session: Session, case: Case, state: CaseState, person: Person, now: datetime) -> bool:
    """Move a case forward; False where it stands there or further already."""
    if not may_become(CaseState(case.state), state):
        return False
    case.state = str(state)
    journal.record(session, f"person-{person.id}", "advance", f"case-{case.id}", now, state=str(state))
    return True


def grade(session: Session, case: Case, grade: Grade, by: str, person: Person, now: datetime) -> None:
    """Write the emergency grade with who graded it (定级单位、依据、文号). ValueError without the latter."""
    if not by.strip():
        raise ValueError("请写明定级单位、依据和文号")
    hold(session, case.lead, case)
    case.emergency_grade, case.graded_by = str(grade), by.strip()
    journal.record(session, f"person-{person.id}", "grade", f"case-{case.id}", now, grade=str(grade))


def close(session: Session, case: Case, person: Person, now: datetime) -> None:
    """Close a case whose duties are all met or void. ValueError names what is still open."""
    hold(session, case.lead, case)
    open_ = [rule(d.rule).title for d in case.deadlines if d.state == "open"]
    if open_:
        raise ValueError(f"还有未办结的时限：{'、'.join(open_)}")
    if advance(session, case, CaseState.CLOSED, person, now):
        case.closed_at = now


def listed(session: Session, state: str = "") -> list[Case]:
    """Return cases, the newest number first; `state` narrows to open (not closed) or one state."""
    asked = select(Case).order_by(Case.year.desc(), Case.number.desc())
    if state == "open":
        asked = asked.where(Case.state != str(CaseState.CLOSED))
    elif state:
        asked = asked.where(Case.state == state)
    return list(session.scalars(asked))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: when, kind, who, what, and the evidence (address within the service or outside)."""

    at: datetime
    kind: str
    who: str
    what: str
    link: str | None = None


def timeline(session: Session, case: Case) -> list[Entry]:
    """Return all that happened in a case, newest first: articles, judgement, rungs, notices, 签收, releases."""
    found = [
        *_judgements(case),
        *_articles(session, case),
        *_stages(case),
        *_notices(session, case),
        *_releases(session, case),
        *_reports(session, case),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _judgements(case: Case) -> list[Entry]:
    lead = case.lead
    return [
        Entry(lead.proposed_at, "lead", "系统初判", f"提出线索：{lead.title}"),
        Entry(case.opened_at, "confirm", case.opener.name, f"确认立项，交办{case.unit.name}"),
    ]


def _articles(session: Session, case: Case) -> list[Entry]:
    asked = select(Article).where(Article.event_id == case.event_id) if case.event_id else None
    articles = session.scalars(asked).all() if asked is not None else []
    return [
        Entry(
            a.first_seen_at,
            "article",
            a.source.name,
            ("转载：" if a.copy_of else "") + (a.title or a.body[:40]),
            f"/articles/{a.id}",
        )
        for a in articles
    ]


def _stages(case: Case) -> list[Entry]:
    return [
        Entry(
            s.told_at,
            "stage",
            "系统",
            f"{rule(d.rule).title} · {rung_named(d.ladder, s.rung).title}" + (" · 无人可通知" if s.nobody else ""),
        )
        for d in case.lead.deadlines
        for s in d.stages
        if s.told_at is not None
    ]


def _notices(session: Session, case: Case) -> list[Entry]:
    found = []
    for n in session.scalars(select(Notice).where(Notice.lead_id == case.lead_id)):
        if n.sent_at:
            found.append(Entry(n.sent_at, "notice", n.person.name, f"已交邮件服务器：{n.subject}", f"/notices/{n.id}"))
        if n.ack_at:
            found.append(Entry(n.ack_at, "ack", n.person.name, f"签收（{n.ack_how}）", f"/notices/{n.id}"))
    return found


def _releases(session: Session, case: Case) -> list[Entry]:
    kinds = {"release": "发布", "conference": "新闻发布会", "reply": "答复"}
    return [
        Entry(
            r.published_at,
            "release",
            r.publisher,
            f"{kinds.get(r.kind, r.kind)}:{r.channel}" + (f" · {r.note}" if r.note else ""),
            r.link,
        )
        for r in case.releases
    ]


def _reports(session: Session, case: Case) -> list[Entry]:
    """Return the reports of units, each followed by its attachments."""
    found = []
    for r in session.scalars(select(ReportBack).where(ReportBack.case_id == case.id).order_by(ReportBack.id)):
        who = r.unit.name if r.unit else r.person.name if r.person else "来信"
        found.append(Entry(r.at, "report", who, f"反馈（{r.how}）：{r.text}"))
        found += [Entry(r.at, "report", who, f"附件：{a.name}", f"/attachments/{a.id}") for a in r.attachments]
    return found


def pending_stages(session: Session, deadline: Deadline) -> list[Stage]:
    """Return the rungs of a deadline that are still to come, in time order."""
    return [stage for stage in deadline.stages if stage.state == "pending"]
