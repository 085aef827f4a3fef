"""Whoever is told of a duty beside its unit is asked to see to it, not to do the unit's work."""

from collections.abc import Sequence
from dataclasses import replace

from alerts.duty_letter import about, limit_of
from alerts.letter import Letter
from alerts.matter import Told
from alerts.short import short_text
from alerts.words import subject_time
from domain.case import Level
from store.tables.cases import Stage

LEADERS = ("deputy_chief", "chief")
"""They write nothing down: how to do that is left out."""
DEMAND = "请立即反馈"


def for_superior(letter: Letter, stages: Sequence[Stage], told: Told) -> Letter:
    """Return the letter of a duty as it goes to `told`: unchanged to the unit, and while there is no case.

    Others read what the unit has to do; of a limit that has passed, whose answer is missing.
    """
    deadlines = [stage.deadline for stage in stages]
    case = deadlines[0].lead.case
    if case is None or told.post == "liaison":
        return letter
    if told.post in LEADERS:
        letter = replace(letter, notes=tuple(note for note in letter.notes if note[0] != "办结登记"))
    if not letter.overdue:
        return replace(letter, ask=letter.ask.replace("请", f"请督促{case.unit.name}", 1))
    missing = f"尚未反馈，请{'催办' if told.post == 'duty_officer' else '督办'}"
    due = f"{subject_time(min(map(limit_of, deadlines)))}已届满"
    return replace(
        letter,
        subject=letter.subject.replace(DEMAND, missing),
        # What has passed stands before what the unit is to do.
        ask=f"{letter.ask.partition('，请立即')[0]}，{case.unit.name}{missing}。",
        short=short_text(letter.office, about(case, Level(case.level)), missing, due),
    )
