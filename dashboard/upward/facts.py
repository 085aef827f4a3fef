"""What the list of those a matter is reported to shows, and the facts a report is written from."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.upward.draft import Facts
from dashboard.words import FILTERS
from domain.case import number_text
from domain.masking import mask
from store import assignments, upward
from store.articles import verdict_of
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.handling import UpwardReport


def upward_of(session: Session, lead: Lead) -> dict[str, Any]:
    """Return what the 报送清单 of a matter shows; nothing where it is no suspected or graded emergency."""
    case = lead.case
    wanted = case.emergency if case else lead.suspected
    thread = upward.thread(session, lead.id)
    if not wanted and not thread:
        return {"upward": None}
    called = {one.target_id: one for one in thread if one.kind == "phone"}
    rows = [(target, called.get(target.id)) for target in upward.targets(session)]
    written = [(one, upward.label(one)) for one in thread if one.kind != "phone"]
    return {"upward": {"rows": rows, "written": written, "lead": lead, "done": any(called)}}


def facts_of(session: Session, lead: Lead, now: datetime) -> Facts:
    """Return what is known of a matter at this moment, personal numbers masked."""
    case = lead.case
    article = session.get(Article, lead.article_id) if lead.article_id else None
    judged = verdict_of(article) if article else None
    grade = FILTERS["grade"](case.emergency_grade) if case and case.emergency_grade else None
    return Facts(
        title=mask(case.title if case else lead.title),
        number=number_text(case.year, case.number) if case else None,
        detected_at=lead.detected_at,
        occurred_at=lead.occurred_at,
        first_posted_at=lead.first_posted_at,
        source=article.source.name if article else f"人工登记（{FILTERS['channel'](lead.channel)}）",
        places=tuple(judged.place) if judged else (),
        grade=f"{grade}（{case.graded_by}）" if case and grade else None,
        articles=lead.event.articles if lead.event else 0,
        copies=lead.event.copies if lead.event else 0,
        casualties=judged.casualties if judged else None,
        done=tuple(_done(session, lead)),
        now=now,
    )


def _done(session: Session, lead: Lead) -> list[tuple[datetime, str]]:
    """Return what was done so far with its time: calls upward, who leads and helps, what was published."""
    found: list[tuple[datetime, str]] = [
        (one.at, f"电话报告{one.target.name if one.target else ''}" + (f"（{one.taken_by}接）" if one.taken_by else ""))
        for one in upward.thread(session, lead.id)
        if one.kind == "phone"
    ]
    if lead.case is not None:
        parts = {"lead": "牵头", "co": "协办"}
        found += [(one.at, f"交办{one.unit.name}{parts[one.part]}") for one in assignments.current(session, lead.case)]
        found += [(one.published_at, f"{one.publisher}在{one.channel}发布") for one in lead.case.releases]
    return sorted(found)


def latest_written(session: Session, lead: Lead) -> UpwardReport | None:
    """Return the last written report of a matter, None where there is none yet."""
    return next((one for one in reversed(upward.thread(session, lead.id)) if one.kind != "phone"), None)
