"""持续发布: after the first release of an emergency or a red matter the next is asked for, until one is marked 终报."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.case import CaseState, Level
from domain.handling import asks_next
from store import deadlines
from store.tables.cases import Case, Deadline, Release
from store.tables.people import Person

NEXT = "NEXT_RELEASE"


def settle_next(session: Session, case: Case, person: Person | None, now: datetime) -> None:
    """Bring the duty of the next release into line with what was published, and with level and grade.

    It begins with the latest release. One that was published after it began meets it; one recorded afterwards (补录)
    that lay before does not. `person` is None where the system raised the level.
    """
    published = select(func.max(Release.published_at)).where(Release.case_id == case.id, Release.kind == "release")
    latest = session.scalar(published)
    wanted = asks_next(emergency=case.emergency, level=Level(case.level), final=case.final_at is not None)
    running = [one for one in _open(session, case) if not _met(session, one, latest, person, now)]
    for deadline in [] if wanted else running:
        why = "已终报" if case.final_at is not None else "等级调整后不再要求持续发布"
        deadlines.void(session, deadline, now, person.id if person else None, why)
    if wanted and not running and latest is not None and case.state != CaseState.CLOSED:
        deadlines.write_deadline(session, case.lead, NEXT, latest, now, ladder="duty", known_at=now)
    session.flush()
    session.refresh(case, ["deadlines"])


def later(deadline: Deadline, at: datetime) -> bool:
    """Return whether an act at `at` can meet a duty: the next release has to come after the one it began with."""
    return deadline.rule != NEXT or at > deadline.start_at


def _open(session: Session, case: Case) -> list[Deadline]:
    asked = select(Deadline).where(Deadline.case_id == case.id, Deadline.rule == NEXT, Deadline.state == "open")
    return list(session.scalars(asked))


def _met(session: Session, deadline: Deadline, latest: datetime | None, person: Person | None, now: datetime) -> bool:
    if latest is None or not later(deadline, latest):
        return False
    deadlines.meet(session, deadline, latest, now, person.id if person else None, "release")
    return True
