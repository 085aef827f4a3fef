"""Who is told when, and who is next: the office's own copy of the two tables, the packaged ones where it has none.

The copies are TOML texts among the facts of the office, `ladder` and `chase`. Reading never fails: what could not be
used is left out, the packaged table stands for it, and the auditor says so.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, object_session

from domain import chase, escalation
from domain.chase import Chase, Chases
from domain.chase_table import chase_broken, level_label, read_chases
from domain.escalation import Ladders, Rung, named
from domain.ladder_rules import broken
from domain.ladder_table import ladder_label, read_ladders
from domain.table_text import Faulty
from store.tables.cases import Stage
from store.tables.office import Fact

TABLES = {"ladder": "通知阶梯", "chase": "未签收跟进表"}
"""Names of the facts, and how the tables are called."""
LOCK = 7_305_202
VANISHED_POSTS = ("duty_officer", "office_director")
"""Who is told a rung that no table knows any more; it should have ended when its table was edited."""
_KEPT, _HELD = "office_tables", "office_tables_held"


def ladders_of(session: Session) -> Ladders:
    """Return the ladders in force for this office, by name."""
    return _ladders(own_text(session, "ladder"))[0]


def rungs_of(session: Session, ladder: str) -> tuple[Rung, ...]:
    """Return the rungs of one ladder in force; none for a ladder nobody knows."""
    return ladders_of(session).get(ladder, ())


def rungs_to_write(session: Session, ladder: str) -> tuple[Rung, ...]:
    """Return the rungs of one ladder in force and keep them from being edited until this transaction ends.

    Else a duty written while somebody saves a ladder would keep the rungs of the old one. An SQLite writer is alone.
    """
    if session.get_bind().dialect.name == "postgresql" and session.info.get(_HELD) is not session.get_transaction():
        session.execute(text(f"SELECT pg_advisory_xact_lock_shared({LOCK})"))
        forget(session)
        session.info[_HELD] = session.get_transaction()
    return rungs_of(session, ladder)


def chases_of(session: Session) -> Chases:
    """Return what is done where nobody acknowledges, in force for this office, by level."""
    return _chases(own_text(session, "chase"))[0]


def rung_named(session: Session | None, ladder: str, name: str) -> Rung:
    """Return a rung by its name; never fails, because what was told under an older table is still shown and told."""
    own = named(rungs_of(session, ladder), name) if session else None
    known = own or named(escalation.ladders().get(ladder, ()), name)
    if known is not None:
        return known
    titles = (kept(session, "ladder").get("titles") or {}) if session else {}
    return Rung(name, titles.get(ladder, {}).get(name, name), "due", VANISHED_POSTS)


def rung_for(stage: Stage) -> Rung:
    """Return the rung of a stage that was read; never fails."""
    return rung_named(object_session(stage), stage.deadline.ladder, stage.rung)


def faults(session: Session) -> list[str]:
    """Return in words what of the office's copies cannot be used, so that the packaged tables stand for it."""
    return [*_ladders(own_text(session, "ladder"))[1], *_chases(own_text(session, "chase"))[1]]


def text_of(session: Session, table: str) -> str:
    """Return the text of a table that is in force: the office's own copy, or the packaged one."""
    return own_text(session, table) or packaged_text(table)


def own_text(session: Session, table: str) -> str | None:
    """Return the text of the office's own copy, None where it has none."""
    found = kept(session, table).get("text")
    return found if isinstance(found, str) else None


def packaged_text(table: str) -> str:
    """Return the packaged text of a table."""
    return escalation.packaged_text() if table == "ladder" else chase.packaged_text()


def kept(session: Session, table: str) -> Mapping[str, Any]:
    """Return what is kept of a table: text, reason, by, at, titles; nothing where it was never edited.

    Both tables are read once a session: a list of matters asks for them in every row.
    """
    found: dict[str, Any] | None = session.info.get(_KEPT)
    if found is None:
        with session.no_autoflush:
            asked = select(Fact.name, Fact.value).where(Fact.name.in_(TABLES))
            found = {name: value for name, value in session.execute(asked) if isinstance(value, dict)}
        session.info[_KEPT] = found
    said: Mapping[str, Any] = found.get(table, {})
    return said


def forget(session: Session) -> None:
    """Have the tables read anew when they are asked for next."""
    session.info.pop(_KEPT, None)


@lru_cache(maxsize=8)
def _ladders(text: str | None) -> tuple[Ladders, tuple[str, ...]]:
    """Return (the ladders in force, what of the text cannot be used), once for every text."""
    found: dict[str, tuple[Rung, ...]] = dict(escalation.ladders())
    try:
        own = read_ladders(text) if text else {}
    except Faulty as error:
        return found, error.faults
    wrong = {name: broken(name, rungs) for name, rungs in own.items()}
    found |= {name: rungs for name, rungs in own.items() if not wrong[name]}
    return found, tuple(f"{ladder_label(name)}{fault}" for name, faults in wrong.items() for fault in faults)


@lru_cache(maxsize=8)
def _chases(text: str | None) -> tuple[Chases, tuple[str, ...]]:
    """Return (what is done by level, what of the text cannot be used), once for every text."""
    found: dict[str, Chase] = dict(chase.chases())
    try:
        own = read_chases(text) if text else {}
    except Faulty as error:
        return found, error.faults
    wrong = {level: chase_broken(level, row) for level, row in own.items()}
    found |= {level: row for level, row in own.items() if not wrong[level]}
    return found, tuple(f"{level_label(level)}{fault}" for level, faults in wrong.items() for fault in faults)
