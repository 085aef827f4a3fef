"""A handover sheet as the signed link of a notice shows it: what it lists, and whether there is something to sign."""

from typing import Any

from sqlalchemy.orm import Session

from domain.handover import GIVE, asked_by, parts_of
from store import signing
from store.handover_notices import given_how
from store.tables.notices import Notice
from store.tables.people import Handover


def facts(session: Session, notice: Notice, sheet: Handover) -> dict[str, Any]:
    """Return what the page needs. `waiting`: the taker has answered and the giver has not signed yet."""
    asked = asked_by(notice.topic)
    return {
        "row": sheet,
        "sheet": parts_of(sheet.content),
        "given_how": given_how(session, sheet),
        "giving": asked is not None and asked.part == GIVE,
        "refused": signing.refusal(sheet, notice),
        "signed": signing.signed(sheet, notice),
        "waiting": notice.ack_at is not None and sheet.given_at is None,
    }
