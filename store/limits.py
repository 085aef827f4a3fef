"""Limits in force: those of the regulations with what the office set above them."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from domain import limits
from domain.regulations import Rule, rules
from store import journal
from store.tables.cases import Deadline
from store.tables.office import OfficeLimit

_KEPT = "office_limits"


def rule_of(session: Session, code: str) -> Rule:
    """Return the rule in force for this office. ValueError names a code nobody knows."""
    return limits.with_office(code, _rows(session).get(code))


def rule_for(deadline: Deadline) -> Rule:
    """Return the rule in force for a deadline that was read; never fails: an old matter may name a rule long gone."""
    session = object_session(deadline)
    try:
        return limits.with_office(deadline.rule, _rows(session).get(deadline.rule) if session else None)
    except ValueError:
        return limits.unknown(deadline.rule)


def _rows(session: Session) -> Mapping[str, Mapping[str, Any]]:
    """Return what the office set, by code, read once a session: a list of matters asks for it in every row."""
    kept: dict[str, Mapping[str, Any]] | None = session.info.get(_KEPT)
    if kept is None:
        with session.no_autoflush:
            kept = {row.code: row.row for row in session.scalars(select(OfficeLimit))}
        session.info[_KEPT] = kept
    return kept


def in_force(session: Session) -> list[tuple[Rule, OfficeLimit | None]]:
    """Return every rule with what the office set of it, regulations first, in their order."""
    own = {row.code: row for row in session.scalars(select(OfficeLimit).order_by(OfficeLimit.code))}
    codes = dict.fromkeys([*rules(), *own])
    return [(limits.with_office(code, own[code].row if code in own else None), own.get(code)) for code in codes]


def open_by_code(session: Session) -> dict[str, int]:
    """Return how many open duties each rule has; rules without any are left out."""
    asked = select(Deadline.rule, func.count().label("open")).where(Deadline.state == "open").group_by(Deadline.rule)
    return {row.rule: row.open for row in session.execute(asked)}


def free_code(session: Session) -> str:
    """Return a code for the next limit of the office's own: OWN_1, OWN_2 …; one that old duties name is not reused."""
    taken = set(session.scalars(select(OfficeLimit.code))) | set(session.scalars(select(Deadline.rule).distinct()))
    return next(code for n in itertools.count(1) if (code := f"OWN_{n}") not in taken)


def lengthened(session: Session) -> list[tuple[Rule, OfficeLimit]]:
    """Return the legal limits the office gave itself more time for."""
    found = session.scalars(select(OfficeLimit).order_by(OfficeLimit.code)).all()
    return [(limits.with_office(row.code, row.row), row) for row in found if limits.lengthened(row.code, row.row)]


def set_limit(session: Session, code: str, row: Mapping[str, Any], by: str, now: datetime, *, reason: str = "") -> Rule:
    """Set a limit of the office's and return the rule in force; it holds for duties written from now on.

    ValueError says what may not be set, or that a longer limit than the legal one needs a reason.
    """
    limits.check(code, row, reason)
    kept = session.get(OfficeLimit, code) or OfficeLimit(code=code)
    kept.row, kept.reason, kept.set_at, kept.set_by = dict(row), reason.strip(), now, by
    session.add(kept)
    session.flush()
    session.info.pop(_KEPT, None)
    longer = limits.lengthened(code, row)
    facts = {"limit": row.get("limit"), "unit": row.get("unit"), "off": bool(row.get("off")), "longer": longer}
    journal.record(session, by, "set_limit", f"limit-{code}", now, **facts)
    return rule_of(session, code)


def reset(session: Session, code: str, by: str, now: datetime) -> None:
    """Take back what the office set. ValueError where it set nothing, or its own rule still has open duties."""
    kept = session.get(OfficeLimit, code)
    if kept is None:
        raise ValueError(f"本单位没有设定过 {code}")
    open_ = select(func.count()).where(Deadline.rule == code, Deadline.state == "open")
    if code not in rules() and (count := session.scalar(open_)):
        raise ValueError(f"{code} 还有{count}项在办时限，办结以后才能删除")
    session.delete(kept)
    session.flush()
    session.info.pop(_KEPT, None)
    journal.record(session, by, "reset_limit", f"limit-{code}", now)
