"""What is said to one person at one rung: the letter of a duty or of a lead, marked where it comes late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.duty_letter import duty_letter
from alerts.lead_letter import lead_letter
from alerts.letter import as_message
from alerts.matter import Told
from alerts.owed_letter import owed_letter
from alerts.superior_letter import for_superior
from alerts.words import moment, span
from store.notices import Message
from store.tables.cases import Stage
from store.tables.people import Person

LETTERS = {"duty": duty_letter, "sign": owed_letter, "report": owed_letter}
"""Which letter tells a ladder; the others are those of leads."""


def message_for(
    session: Session,
    stages: Sequence[Stage],
    told: Told,
    unreachable: Sequence[Person],
    now: datetime,
    late: timedelta = timedelta(0),
) -> Message:
    """Return what one person is told of one rung. `stages` share rung and matter; `late` is the lateness (迟发)."""
    write = LETTERS.get(stages[0].deadline.ladder, lead_letter)
    letter = write(session, stages, told, unreachable, now)
    if write is duty_letter:
        letter = for_superior(letter, stages, told)
    if late:
        letter = replace(letter, subject=letter.subject.replace("】", "·迟发】", 1), late=late_words(now, late))
    return as_message(letter)


def late_words(now: datetime, late: timedelta) -> str:
    """Return the sentence that marks a message written `late` after its time (迟发)."""
    return f"迟发：本通知应于{moment(now - late, now)}发出，因系统中断晚了{span(late)}。"
