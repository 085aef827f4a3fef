"""The act of correcting a verdict: the shown verdict changes at once, an open lead follows, no clock moves."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import LeadState
from domain.correction import Answers, check, rises
from domain.verdict import Opens
from store import corrections, events, journal, people
from store.articles import verdict_of
from store.db import hold
from store.proposing import level_of
from store.tables.articles import Article, Judged
from store.tables.cases import Lead
from store.tables.people import Person


def correct(
    session: Session, article: Article, answers: Answers, person: Person, now: datetime, why: str = ""
) -> Judged:
    """Write what a person says against the verdict of an article and return the verdict that counts now.

    Without any answer the earlier correction is taken back. Where it asks for more than before the lead is proposed;
    where it asks for less nothing is ended: that is the judgement of the lead. ValueError where the system has said
    nothing yet, the unit is unknown, nothing would change or the answers contradict each other.
    """
    hold(session, article)
    if article.seal_id is not None:
        raise ValueError("密封件由纪检办理，不在这里改判")
    check(answers)
    if answers.unit and answers.unit not in {unit.name for unit in people.units(session)}:
        raise ValueError("没有这个单位，请从列表里选")
    system = next((one for one in article.judged if one.maker == "system"), None)
    if system is None:
        raise ValueError("系统还没有初判，请稍后再改")
    known = corrections.latest(session, article.id)
    if answers == (corrections.answers_of(known) if known else Answers()):
        raise ValueError("没有改动：请至少改一项")
    before = verdict_of(article) or system
    opened = Opens(before.opens)
    counts = _counting(session, article, system, answers, person, now, why)
    follow(session, article, counts, answers)
    journal.record(
        session, f"person-{person.id}", "correct", f"article-{article.id}", now, fields=answers.fields() or None
    )
    if rises(opened, Opens(counts.opens)) and article.event_id is not None:
        events.reconsider(session, article, now)
    return counts


def _counting(
    session: Session, article: Article, system: Judged, answers: Answers, person: Person, now: datetime, why: str
) -> Judged:
    row = corrections.write(session, article, system, answers, person, now, why)
    if answers.fields():
        return corrections.put(session, article, system, row)
    for made in [one for one in article.judged if one.maker == "person"]:
        session.delete(made)
    session.flush()
    session.refresh(article, ["judged"])
    return system


def follow(session: Session, article: Article, verdict: Judged, answers: Answers) -> None:
    """Let the open leads an article proposed show the verdict that counts; a suspected emergency keeps its level."""
    asked = select(Lead).where(Lead.article_id == article.id, Lead.state == str(LeadState.OPEN))
    for lead in session.scalars(asked):
        hold(session, lead)
        if verdict.sections:
            unit = people.unit_named(session, verdict.sections[0])
            lead.unit_id = unit.id if unit else None
        if not lead.suspected:
            lead.level = str(level_of(verdict))
        others = [reason for reason in lead.reasons if reason["about"] != corrections.ABOUT]
        lead.reasons = [corrections.reason_of(answers), *others] if answers.fields() else others
    session.flush()


def waiting_lead(session: Session, article: Article) -> Lead | None:
    """Return the open lead that rests on an article, None where none waits."""
    asked = select(Lead).where(Lead.article_id == article.id, Lead.state == str(LeadState.OPEN))
    return session.scalars(asked.order_by(Lead.id.desc()).limit(1)).first()
