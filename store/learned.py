"""初判参数: what was learned from the office's corrections, which version judges, and going back."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import journal
from store.office import fact, set_fact
from store.tables.articles import Learned

FOLDER = "learned"
_TROUBLE = "learned_trouble"


def folder_of(data_dir: Path, version: str) -> Path:
    """Return where the parameters of a version lie in the data folder."""
    return data_dir / FOLDER / version[:16]


def current(session: Session) -> Learned | None:
    """Return the training in force, None where the parameters of the program judge."""
    asked = select(Learned).where(Learned.adopted_at.is_not(None), Learned.ended_at.is_(None))
    return session.scalars(asked.order_by(Learned.id.desc()).limit(1)).first()


def listed(session: Session, limit: int = 20) -> list[Learned]:
    """Return the trainings, the newest first."""
    return list(session.scalars(select(Learned).order_by(Learned.id.desc()).limit(limit)))


def note(session: Session, by: str, now: datetime, figures: Sequence[dict[str, Any]], version: str | None) -> Learned:
    """Write one training with its figures; a version is in force from now on."""
    row = Learned(at=now, by=by, version=version, figures=list(figures), adopted_at=now if version else None)
    session.add(row)
    session.flush()
    if version:
        journal.record(session, by, "adopt_learned", f"learned-{row.id}", now, version=version[:16])
    return row


def revert(session: Session, by: str, now: datetime) -> Learned | None:
    """Take back the version in force; return the one that judges now, None for the parameters of the program.

    ValueError where none is in force.
    """
    row = current(session)
    if row is None:
        raise ValueError("现在用的就是随程序提供的参数，没有可撤回的")
    row.ended_at, row.ended_by = now, by
    session.flush()
    journal.record(session, by, "revert_learned", f"learned-{row.id}", now, version=(row.version or "")[:16])
    note_trouble(session, "")
    return current(session)


def trouble(session: Session) -> str:
    """Return why the adopted parameters cannot be used, in words; empty where they can, or there are none."""
    return str(fact(session, _TROUBLE, "") or "")


def note_trouble(session: Session, words: str) -> None:
    """Note why the adopted parameters cannot be used; empty: they can."""
    if words != trouble(session):
        set_fact(session, _TROUBLE, words)
