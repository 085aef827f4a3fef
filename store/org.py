"""The office's own copy of its bureau template, and the units and outlets it puts into the database."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.org import Org, org_from
from store import outlets
from store.settings import SettingError
from store.tables.people import Unit


def read_org(path: Path, home: tuple[str, ...] | None = None) -> Org:
    """Return the bureau written in a TOML file. SettingError says what is wrong with it."""
    try:
        return org_from(tomllib.loads(path.read_text(encoding="utf8")), home)
    except OSError as error:
        raise SettingError(f"机构文件 {path} 无法读取：{error.strerror}") from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise SettingError(f"机构文件 {path} 有误：{error}") from None


def put_units(session: Session, org: Org) -> None:
    """Bring the units of the template into the database, in the office's order; none is ever deleted."""
    known = {unit.name: unit for unit in session.scalars(select(Unit))}
    for rank, duty in enumerate(org.units):
        unit = known.get(duty.name) or Unit(name=duty.name)
        unit.kind, unit.rank = duty.kind, rank
        session.add(unit)
    session.flush()


def put_outlets(session: Session, org: Org, now: datetime) -> None:
    """Register the outlets of the template in its order; for a new office, which then keeps them itself."""
    for rank, said in enumerate(org.outlets, start=1):
        outlets.save(session, None, said, rank, "system", now)
