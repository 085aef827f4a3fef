"""研判: the internal limit within which a person judges a lead; shorter in a 敏感时期."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.limits import length_words
from domain.workdays import beijing_day
from store import deadlines
from store.seasons import JUDGING, judging_rule
from store.tables.cases import Deadline, Lead


def ask(session: Session, lead: Lead, now: datetime) -> Deadline:
    """Ask for the judgement of a lead from `now` on and return the duty; what is open already keeps its limit."""
    rule, why = judging_rule(session, beijing_day(now))
    ladder = "suspected" if lead.suspected else "lead"
    shorter = (rule, why) if why else None
    return deadlines.write_deadline(session, lead, JUDGING, now, now, ladder=ladder, shorter=shorter)


def minutes_words(session: Session, now: datetime) -> str:
    """Return until when a lead that comes in now is judged: `30分钟`, `15分钟（敏感时期：国庆）`."""
    rule, why = judging_rule(session, beijing_day(now))
    return length_words(rule) + (f"（{why}）" if why else "")
