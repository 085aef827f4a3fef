"""What the office's people have taught: texts with the right answers, from corrections and from judged leads.

Personal numbers are masked before anything is learned; nothing of a sealed matter ever is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.case import LeadState, reads_like
from domain.correction import NAMES, is_held_out, text_key
from domain.masking import mask
from domain.verdict import EMERGENCY, Opens
from store import corrections
from store.tables.articles import Article, Correction
from store.tables.cases import Case, Lead

Labels = dict[str, str]
"""By question (unit, sentiment, relevant, emergency) the right answer; yes or no for the last two."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """One text, masked, with the right answers; `key` is its identity before masking, `article_id` where it stands."""

    key: str
    title: str
    text: str
    channel: str
    labels: Mapping[str, str]
    article_id: int = 0

    @property
    def measures(self) -> bool:
        """Whether it is held out to measure."""
        return is_held_out(self.key)


def teachings(session: Session) -> list[Teaching]:
    """Return every taught text once, in the order of the keys: what a person said last counts.

    A lead dismissed as not ours teaches that its text is not relevant, a confirmed one that it is and whose; a
    correction of the same text counts for more. Leads nobody judged, and merged ones, teach nothing.
    """
    said = corrections.in_force(session)
    leads = _judged(session)
    asked = select(Article).where(Article.id.in_({*said, *leads})).options(selectinload(Article.judged))
    found: dict[str, Teaching] = {}
    shut = _sealed_events(session)
    for article in session.scalars(asked.order_by(Article.id)):
        lead, correction = leads.get(article.id), said.get(article.id)
        if article.event_id in shut or corrections.is_sealed(article, *article.judged, lead, lead and lead.case):
            continue
        labels = (labels_of_lead(lead) if lead else {}) | (labels_of(correction) if correction else {})
        one = _teaching(article, correction, labels)
        if labels and (one.key not in found or correction is not None):
            found[one.key] = one
    return [found[key] for key in sorted(found)]


def _judged(session: Session) -> dict[int, Lead]:
    """Return the leads a person judged, by the article they rest on; of several the last."""
    states = (str(LeadState.CONFIRMED), str(LeadState.DISMISSED))
    asked = select(Lead).where(Lead.state.in_(states), Lead.judged_by.is_not(None), Lead.article_id.is_not(None))
    rows = session.scalars(asked.options(joinedload(Lead.case).joinedload(Case.unit)).order_by(Lead.id))
    return {lead.article_id: lead for lead in rows if lead.article_id is not None}


def _sealed_events(session: Session) -> set[int]:
    """Return the events of which any lead or case is sealed: an article beside it tells the same."""
    rows: Iterable[Lead] = session.scalars(
        select(Lead).where(Lead.event_id.is_not(None)).options(joinedload(Lead.case))
    )
    return {lead.event_id for lead in rows if lead.event_id and corrections.is_sealed(lead, lead.case)}


def _teaching(article: Article, correction: Correction | None, labels: Labels) -> Teaching:
    key = correction.text_key if correction else text_key(article.title, article.body)
    return Teaching(key, mask(article.title), mask(article.body), reads_like(article.channel), labels, article.id)


def labels_of(row: Correction) -> Labels:
    """Return what a correction teaches.

    A false alarm teaches that it was no emergency where the system took it for one, else that it was not relevant.
    """
    answers = corrections.answers_of(row)
    labels: Labels = {}
    if answers.false_alarm:
        alarmed = row.said["emergency"] >= EMERGENCY or row.said["opens"] == Opens.PROVISIONAL
        labels["emergency" if alarmed else "relevant"] = "no"
    if answers.unit:
        labels |= {"unit": answers.unit, "relevant": "yes"}
    if answers.sentiment:
        labels["sentiment"] = answers.sentiment.value
    for name, said in (("relevant", answers.relevant), ("emergency", answers.emergency)):
        if said is not None:
            labels[name] = "yes" if said else "no"
    return labels


def labels_of_lead(lead: Lead) -> Labels:
    """Return what the judgement of a lead teaches."""
    if lead.state == LeadState.DISMISSED:
        return {"relevant": "no"}
    return {"relevant": "yes"} | ({"unit": lead.case.unit.name} if lead.case else {})


def sizes(found: Iterable[Teaching]) -> dict[str, tuple[int, int]]:
    """Return for each question how many texts answer it, and how many of those are held out."""
    rows = list(found)
    return {
        name: (
            sum(name in one.labels for one in rows),
            sum(name in one.labels and one.measures for one in rows),
        )
        for name in NAMES
    }
