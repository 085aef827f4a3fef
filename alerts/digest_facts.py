"""What a digest says, counted and listed from the database, as plain data that is kept."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.digest_numbers import numbers
from alerts.duty_letter import limit_of
from alerts.words import full_day, moment, span
from domain.case import Level, number_text
from domain.digest import digest_day, period_of, send_at, sort_key
from domain.masking import mask
from domain.notice import SITE
from store import journal
from store.limits import rule_for
from store.office import fact
from store.seasons import season_words
from store.sources import Health, silence
from store.tables.cases import Case, Deadline, Lead
from store.tables.notices import Notice

Row = dict[str, Any]
MOST = 8
"""Rows of a list that fit on one page; the rest is counted."""


def content_of(session: Session, day: date, now: datetime) -> Row:
    """Return all a digest says of a day: matters as they stood when it was made, numbers of its period.

    For a day that is past already, matters stand as they did at 7:50 of that day.
    """
    at = now if day >= digest_day(now) else send_at(day)
    period = period_of(day)
    duties = _duties(session, at)
    leads = _waiting(session, at)
    fresh = session.scalar(select(func.count()).where(Case.opened_at >= period.start, Case.opened_at < period.end)) or 0
    seq, head = journal.head(session)
    return {
        "office": str(fact(session, "name") or "本局"),
        "telephone": fact(session, "telephone"),
        "day": full_day(day),
        "period": f"{moment(period.start, period.end)} 至 {moment(period.end, period.end)}",
        "as_of": moment(at, at),
        "season": season_words(session, day),
        "conclusion": _conclusion(duties, leads, fresh, at),
        "running": [_running(deadline, at) for deadline in duties if not deadline.found_late],
        "found_late": [_running(deadline, at) for deadline in duties if deadline.found_late],
        "decide": _decide(duties, leads, at),
        "numbers": numbers(session, period.start, period.end),
        "silent": _silent(session, at),
        "failed": _failed(session, period.start, at),
        "journal": {"seq": seq, "hash": head},
    }


def _duties(session: Session, at: datetime) -> list[Deadline]:
    """Return the duties of cases that ran at `at`: overdue first, then by level, then by remaining time."""
    asked = select(Deadline).join(Case, Deadline.case_id == Case.id)
    asked = asked.where(Deadline.ladder == "duty", Case.opened_at <= at)
    ran = asked.where((Deadline.recorded_at.is_(None)) | (Deadline.recorded_at > at))
    return sorted(session.scalars(ran), key=lambda deadline: (_key(deadline, at), deadline.id))


def _key(deadline: Deadline, at: datetime) -> Any:
    left = limit_of(deadline) - at
    level = Level(deadline.case.level) if deadline.case else None
    return sort_key(overdue=_over(deadline, at), level=level, left=left)


def _over(deadline: Deadline, at: datetime) -> bool:
    return at > limit_of(deadline)


def _waiting(session: Session, at: datetime) -> list[Lead]:
    """Return the leads nobody had judged at `at`, suspected emergencies first; quiet ones are history and left out."""
    asked = select(Lead).where(Lead.proposed_at <= at, Lead.quiet.is_(False))
    waited = asked.where((Lead.judged_at.is_(None)) | (Lead.judged_at > at))
    return list(session.scalars(waited.order_by(Lead.suspected.desc(), Lead.proposed_at, Lead.id)))


def _running(deadline: Deadline, at: datetime) -> Row:
    case, limit = deadline.case, limit_of(deadline)
    assert case is not None  # noqa: S101, asked for by the join
    over = _over(deadline, at)
    return {
        "title": mask(case.title),
        "number": number_text(case.year, case.number),
        "level": case.level,
        "level_words": Level(case.level).label,
        "suspected": case.emergency and case.emergency_grade is None,
        "unit": case.unit.name,
        "duty": rule_for(deadline).title,
        "due": moment(limit, at),
        "overdue": over,
        "left": f"{'已逾期' if over else '还剩'}{span(limit - at)}",
        "detected": moment(case.detected_at, at),
        "legal": moment(deadline.due_at, at),
        "link": f"{SITE}/cases/{case.id}",
    }


def _conclusion(duties: Sequence[Deadline], leads: Sequence[Lead], fresh: int, at: datetime) -> str:
    """Return the one sentence a leader reads first."""
    over = sum(_over(deadline, at) and not deadline.found_late for deadline in duties)
    slow = sum(_over(deadline, at) and deadline.found_late for deadline in duties)
    cases = len({deadline.case_id for deadline in duties})
    parts = [f"新增事项{fresh}项" if fresh else "今日无新增事项"]
    if cases:
        late = f"有{over}个时限已逾期" if over else "没有逾期的时限"
        late += f"，另有{slow}个发现时已逾期的处置时限已过" if slow else ""
        parts.append(f"在办{cases}项，{late}")
    if leads:
        suspected = sum(lead.suspected for lead in leads)
        parts.append(f"有{len(leads)}条线索待研判" + (f"，其中疑似突发事件{suspected}条" if suspected else ""))
    return "；".join(parts) + "。"


def _decide(duties: Sequence[Deadline], leads: Sequence[Lead], at: datetime) -> list[Row]:
    """Return what needs a decision: suspected and unjudged leads, then limits that are over."""
    found = [{"words": _waits(lead, at), "link": f"{SITE}/"} for lead in leads[:MOST]]
    if len(leads) > MOST:
        found.append({"words": f"另有{len(leads) - MOST}条线索待研判", "link": f"{SITE}/"})
    for deadline in duties:
        if deadline.case and _over(deadline, at) and not deadline.found_late:
            words = f"{rule_for(deadline).title}已逾期{span(at - limit_of(deadline))}，请督办{deadline.case.unit.name}"
            found.append({"words": f"{words}：{mask(deadline.case.title)}", "link": f"{SITE}/cases/{deadline.case_id}"})
    return found


def _waits(lead: Lead, at: datetime) -> str:
    kind = "疑似突发事件" if lead.suspected else "线索"
    return f"{kind}待研判{span(at - lead.proposed_at)}：{mask(lead.title)}"


def _silent(session: Session, at: datetime) -> list[str]:
    """Return the sources that are silent: each that fails with since when, the quiet ones in one line."""
    troubled = silence(session, at).troubled
    quiet = [source.name for source, health in troubled if health == Health.QUIET]
    found = [
        f"{source.name}：{health.label}" + (f"，自{moment(source.failing_since, at)}" if source.failing_since else "")
        for source, health in troubled
        if health != Health.QUIET
    ]
    more = [f"另有{len(found) - MOST}个"] if len(found) > MOST else []
    names = "、".join(quiet[:MOST]) + ("等" if len(quiet) > MOST else "")
    return found[:MOST] + more + ([f"{Health.QUIET.label}{len(quiet)}个：{names}"] if quiet else [])


def _failed(session: Session, since: datetime, at: datetime) -> list[str]:
    asked = select(Notice).where(Notice.state == "failed", Notice.created_at >= since, Notice.created_at <= at)
    return [f"{notice.person.name}：{mask(notice.subject)}" for notice in session.scalars(asked.order_by(Notice.id))]
