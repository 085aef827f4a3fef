"""What the screen of the two tables shows: those in force against the packaged ones, a draft against those in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain import chase, escalation
from domain.chase_table import checked_chases
from domain.escalation import Ladders
from domain.ladder_table import LADDERS, checked_ladders
from domain.ladder_words import ChaseRow, Row, chase_rows, rows
from store.ladder_edit import digest, effect_of, effect_words
from store.ladders import chases_of, kept, ladders_of, text_of
from store.tables.people import Person


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder as it is shown."""

    name: str
    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Edited:
    """Who edited a table last, when and why; `own` is false where the packaged one is in force again."""

    own: bool
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote and has not saved.

    `words` say why it is not saved, `effect` what saving does; `ladders` and `chases` are what it changes against the
    tables in force. `checked` is the digest of a text that may be saved, `seen` that of the text the editor began with.
    """

    table: str
    text: str
    seen: str
    reason: str
    words: Sequence[str] = ()
    effect: str = ""
    checked: str = ""
    ladders: Sequence[Ladder] = ()
    chases: Sequence[ChaseRow] = ()


def ladders_shown(session: Session) -> list[Ladder]:
    """Return every ladder in force, with what differs from the packaged one."""
    return _compared(ladders_of(session), escalation.ladders())


def chases_shown(session: Session) -> list[ChaseRow]:
    """Return what is done by level for want of 签收, with what differs from the packaged table."""
    return chase_rows(chases_of(session), chase.chases())


def draft_of(
    session: Session, table: str, text: str, now: datetime, *, seen: str, reason: str, words: Sequence[str]
) -> Draft:
    """Return a text that may be saved with what it does and changes. Faulty names everything that is wrong with it."""
    effect = effect_words(table, effect_of(session, table, text, now))
    if text == text_of(session, table):
        return Draft(table, text, seen, reason, [*words, "内容没有改动。"])
    if table == "chase":
        changed = [row for row in chase_rows(checked_chases(text), chases_of(session)) if row.change]
        return Draft(table, text, seen, reason, words, effect, digest(text), chases=changed)
    shown = [
        one for one in _compared(checked_ladders(text), ladders_of(session)) if any(row.change for row in one.rows)
    ]
    return Draft(table, text, seen, reason, words, effect, digest(text), ladders=shown)


def edited_by(session: Session, table: str) -> Edited | None:
    """Return who edited a table last, None where it was never edited."""
    said = kept(session, table)
    if not said.get("at"):
        return None
    by = str(said["by"])
    person = session.get(Person, int(by.removeprefix("person-"))) if by.startswith("person-") else None
    who = person.name if person else "服务器命令"
    return Edited(said["text"] is not None, who, datetime.fromisoformat(said["at"]), str(said["reason"]))


def _compared(ladders: Ladders, before: Ladders) -> list[Ladder]:
    return [Ladder(name, label, rows(ladders[name], before[name])) for name, label in LADDERS.items()]
