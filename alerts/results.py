"""采纳情况: whoever answers for a consultation is reminded before its decisions are to be published, and once after."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.matter import to_tell
from alerts.result_letter import result_message
from domain.regulations import Due
from domain.workdays import beijing_day
from store import announcements, chores, consultations, journal, notices
from store.db import reading, transaction
from store.periodic import opens_at
from store.settings import Settings
from store.tables.office import Fact
from store.tables.opinion import Consultation

EVERY = timedelta(hours=1)
CHORE = "results"
SOON = 3
"""Days before the last one on which the first reminder comes. Ours."""
POSTS = {
    "soon": ("office_director", "liaison"),
    "today": ("office_director", "liaison"),
    "overdue": ("office_director", "liaison", "deputy_chief"),
}


def remind_results(now: datetime, settings: Settings | None = None) -> int:
    """Remind of results that are to be published; return how many notices were written.

    Each of the three reminders comes once, when the office opens; a second clock at the same time changes nothing.
    """
    if now < opens_at(beijing_day(now)):
        return 0
    with reading() as session:
        last = session.get(Fact, f"chore_{CHORE}")
        if last is not None and timedelta(0) <= now - datetime.fromisoformat(last.value) < EVERY:
            return 0
    with transaction() as session:
        if not chores.due(session, CHORE, EVERY, now):
            return 0
        return sum(_remind(session, row, now, settings) for row in consultations.listed(session))


def rung_of(due: Due, now: datetime) -> str | None:
    """Return which reminder it is time for: soon, today, overdue; None where the last day is further away."""
    left = (beijing_day(due.at) - beijing_day(now)).days
    if due.at < now:
        return "overdue"
    return "today" if left == 0 else "soon" if left <= SOON else None


def _remind(session: Session, row: Consultation, now: datetime, settings: Settings | None) -> int:
    due = announcements.due(session, row)
    rung = rung_of(due, now) if due else None
    if due is None or rung is None:
        return 0
    topic = f"result-{row.id}-{rung}-{beijing_day(due.at):%Y%m%d}"
    written = [
        notices.write(
            session,
            told.person,
            topic,
            result_message(session, told, row, due, now),
            now,
            legal=False,
            settings=settings,
        )
        for told in to_tell(session, POSTS[rung], row.unit_id, now)
    ]
    sent = [notice.id for notice in written if notice]
    if sent:
        journal.record(session, "system", "remind_result", f"consultation-{row.id}", now, rung=rung, notices=sent)
    return len(sent)
