"""Who may see a sealed text: every screen asks here, and this asks `store.seals.may_read`."""

from collections.abc import Iterable

from flask import abort, redirect
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.pages import who
from domain.seal import TITLE
from store import seals
from store.tables.cases import Lead

SEALED = TITLE
"""Stands on screens in place of what is sealed."""


def hidden(session: Session, seal_id: int | None) -> bool:
    """Return whether what carries this seal is hidden from the person who asks."""
    return not seals.may_read(session, seal_id, who().id)


def refuse(session: Session, seal_id: int | None) -> None:
    """Send who may not read a sealed matter to the page that says so."""
    if hidden(session, seal_id):
        abort(redirect(f"/seals/{seal_id}"))


def hidden_leads(session: Session, lead_ids: Iterable[int | None]) -> set[int]:
    """Return which of these leads are sealed and hidden from the person who asks."""
    asked = select(Lead.id, Lead.seal_id).where(
        Lead.id.in_([one for one in lead_ids if one]), Lead.seal_id.is_not(None)
    )
    return {lead_id for lead_id, seal_id in session.execute(asked) if hidden(session, seal_id)}
