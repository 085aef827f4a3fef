"""Tickets of the hotline and items handed down: each keeps the number and the limit written on it.

Source: 山东省商务厅2019年政务公开工作方案（热线事项严格按照办件单时限要求答复）.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.case import ITEM_CHANNELS
from store import deadlines, journal
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Lead

RULES = {"hotline": "HOTLINE", "superior": "SUPERIOR"}
LONGEST = 100


def is_ticket(article: Article) -> bool:
    """Return whether an article is a ticket with a limit of its own: somebody waits for that answer."""
    return article.channel in ITEM_CHANNELS and article.limit_at is not None


def channel_of(article: Article) -> str:
    """Return the channel of the matter: a ticket without a limit is answered as a message is."""
    return "message" if article.channel in ITEM_CHANNELS and article.limit_at is None else article.channel


def add_to_lead(session: Session, lead: Lead, article: Article, now: datetime) -> None:
    """Let an open lead carry a ticket: its number beside the others, the earliest limit of all.

    Where the clocks run already, before anybody confirmed it, the ticket's limit runs too.
    """
    lead.channel = article.channel
    numbers = [*(lead.given_number or "").split("、"), article.number or ""]
    lead.given_number = "、".join(dict.fromkeys(filter(None, numbers)))[:LONGEST] or None
    limits = [at for at in (lead.given_limit, article.limit_at) if at is not None]
    lead.given_limit = min(limits)
    session.flush()
    if lead.suspected:
        _write_limit(session, lead, article, now)
    journal.record(session, "system", "add_ticket", f"lead-{lead.id}", now, article=article.id, limit=article.limit_at)


def add_to_case(session: Session, case: Case, article: Article, now: datetime) -> None:
    """Write the limit of one more ticket about a matter that is being handled, with all its rungs."""
    made = _write_limit(session, case.lead, article, now)
    made.case_id = case.id
    session.flush()
    journal.record(session, "system", "add_ticket", f"case-{case.id}", now, article=article.id, deadline=made.id)


def _write_limit(session: Session, lead: Lead, article: Article, now: datetime) -> Deadline:
    limit = article.limit_at
    if limit is None:
        raise ValueError("the item has no limit of its own")
    code, known = RULES[article.channel], article.first_seen_at
    start = min(known, limit)
    return deadlines.write_deadline(session, lead, code, start, now, ladder="duty", limit=limit, known_at=known)
