"""发布渠道: the registry of outlets, which of them a publication was on, and what it still asks for."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from domain.case import CaseState
from domain.outlets import COPIED, WEBSITE, OutletFields, Published, checked, copies_owed, is_of, recognised
from store import journal
from store.tables.cases import Case, Release
from store.tables.office import Outlet


def listed(session: Session, *, active: bool = True) -> list[Outlet]:
    """Return the outlets in the office's order; with `active` False those switched off too, after the others."""
    asked = select(Outlet).order_by(Outlet.active.desc(), Outlet.rank, Outlet.id)
    return list(session.scalars(asked.where(Outlet.active) if active else asked))


def save(session: Session, outlet: Outlet | None, said: OutletFields, rank: int, by: str, now: datetime) -> Outlet:
    """Register an outlet, or change one, and return it. What was published on it before it was registered is its own.

    ValueError in the user's words: wrong fields, a name or an address that is another's.
    """
    fields = asdict(checked(said)) | {"rank": rank}
    made = outlet or Outlet(active=True)
    _refuse_taken(session, made, fields["name"], fields["address"])
    changed = [name for name, value in fields.items() if getattr(made, name, None) != value]
    for name in changed:
        setattr(made, name, fields[name])
    session.add(made)
    session.flush()
    action = "add_outlet" if outlet is None else "change_outlet"
    adopted = len(_adopt(session, made)) if made.active else 0
    journal.record(session, by, action, f"outlet-{made.id}", now, fields=changed, adopted=adopted)
    return made


def _refuse_taken(session: Session, outlet: Outlet, name: str, address: str) -> None:
    for other in session.scalars(select(Outlet).where(Outlet.id != (outlet.id or 0))):
        if other.name == name:
            off = "，已停用，可以重新启用" if not other.active else ""
            raise ValueError(f"“{name}”已经登记过{off}")
        if address and other.active and other.address == address:
            raise ValueError(f"识别网址 {address} 已经是“{other.name}”的")


def _adopt(session: Session, outlet: Outlet) -> list[Release]:
    """Let what was published on an outlet before it was registered be its own, by name or by link; return it."""
    found = [
        release
        for release in session.scalars(select(Release).where(Release.outlet_id.is_(None)).order_by(Release.id))
        if release.channel == outlet.name or is_of(outlet.address, release.link or "")
    ]
    for release in found:
        release.outlet = outlet
    session.flush()
    return found


def switch(session: Session, outlet: Outlet, *, active: bool, by: str, now: datetime) -> None:
    """Switch an outlet off, so that it is not offered any more, or on again. ValueError where another has its address.

    What was published on it stays its own.
    """
    if active:
        _refuse_taken(session, outlet, outlet.name, outlet.address)
    outlet.active = active
    session.flush()
    adopted = len(_adopt(session, outlet)) if active else 0
    journal.record(
        session, by, "start_outlet" if active else "stop_outlet", f"outlet-{outlet.id}", now, adopted=adopted
    )


def named(session: Session, name: str) -> Outlet | None:
    """Return the outlet of this name, active or not."""
    return session.scalars(select(Outlet).where(Outlet.name == name.strip())).first()


def chosen(session: Session, outlet_id: int | None, name: str, link: str | None, kind: str) -> Outlet | None:
    """Return the outlet a publication was on: the one chosen, else the one of its link, else the one of its name.

    A copy on the website (`kind` copy) of an office with one website needs no choice. None where it is not registered.
    """
    if outlet_id is not None and (found := session.get(Outlet, outlet_id)) is not None:
        return found
    active = listed(session)
    by_link = recognised(((one, one.address) for one in active), link)
    by_name = next((one for one in active if one.name == name.strip()), None)
    websites = [one for one in active if one.kind == WEBSITE]
    alone = websites[0] if kind == "copy" and len(websites) == 1 and not name.strip() else None
    return by_link or by_name or alone


def unregistered(case: Case) -> list[Release]:
    """Return the releases of a case on an outlet that is not registered (未登记渠道), the earliest first."""
    return [release for release in case.releases if release.kind == "release" and release.outlet_id is None]


def owed_copies(session: Session, case: Case) -> list[Release]:
    """Return the releases of a case whose copy on the website is owed; none in an office without a website."""
    if not any(outlet.kind == WEBSITE for outlet in listed(session)):
        return []
    by_id = {release.id: release for release in case.releases}
    return [by_id[one.id] for one in copies_owed(_published(case.releases))]


def all_owed(session: Session) -> list[Release]:
    """Return the releases of all open cases whose copy on the website is owed, the earliest first."""
    asked = select(Case).join(Release).join(Outlet).where(Case.state != str(CaseState.CLOSED), Outlet.kind.in_(COPIED))
    cases = session.scalars(asked.distinct().options(selectinload(Case.releases))).all()
    return sorted((one for case in cases for one in owed_copies(session, case)), key=lambda one: one.published_at)


def _published(releases: Iterable[Release]) -> list[Published]:
    return [Published(one.id, one.kind, one.outlet.kind if one.outlet else None, one.published_at) for one in releases]


@dataclass(frozen=True, slots=True)
class Unregistered:
    """One name that releases carry and nobody registered: how often, when last, in which case."""

    name: str
    times: int
    last_at: datetime
    case_id: int


def used_unregistered(session: Session) -> list[Unregistered]:
    """Return the names of outlets that were published on and are not registered, the latest used first."""
    asked = select(Release).where(Release.kind == "release", Release.outlet_id.is_(None))
    by_name: dict[str, list[Release]] = {}
    for release in session.scalars(asked.order_by(Release.published_at.desc(), Release.id.desc())):
        by_name.setdefault(release.channel, []).append(release)
    return [Unregistered(name, len(found), found[0].published_at, found[0].case_id) for name, found in by_name.items()]


def used(session: Session) -> dict[int, tuple[int, datetime]]:
    """Return how often each outlet was published on and when last, by its id; those never used are left out."""
    asked = select(Release.outlet_id, func.count(), func.max(Release.published_at)).group_by(Release.outlet_id)
    return {id_: (times, last) for id_, times, last in session.execute(asked) if id_ is not None}
