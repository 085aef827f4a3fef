"""Makes the data folder of the demo city: people, sources, and a month played through in fast-forward."""

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from domain.workdays import BEIJING
from huiying.beat import now
from huiying.demo.city import City, read_city
from huiying.demo.history import Player
from huiying.demo.opinion import put_opinion
from huiying.demo.org import org_text
from huiying.folder import Folder, make_folder, mark_folder, read_folder, refuse_used
from store import db, office, passwords, people, sources, upward
from store.org import read_org
from store.settings import SettingError, Settings
from store.tables import Person, Shift

SITE_PORT, SMTP_PORT = 8010, 8025
PLACES = {
    "duty_officer": ("duty_officer", "duty"),
    "duty_leader": ("duty_leader", "leader"),
    "office_head": ("office_director", "office"),
    "deputy": ("deputy_chief", "leader"),
    "chief": ("chief", "leader"),
    "liaison": ("liaison", "section"),
}
"""Role in city.toml → post and role of the account."""
OTHER_ADMINS = (("安全管理员", "anquan", "security_admin"), ("审计管理员", "shenji", "audit_admin"))
GROUP = {"chief": "group_head", "deputy_chief": "group_deputy", "office_director": "group_member"}
"""Post → place in the leading group."""
SHIFT_START = timedelta(hours=8, minutes=30)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A data folder ready to start. `password` is that of all demo accounts, known only to the run that made it."""

    folder: Folder
    password: str | None


def ensure(settings: Settings, say: Progress) -> Ready:
    """Return the data folder, making the demo city's where there is none yet. SettingError if it cannot be used."""
    folder = read_folder(settings)
    if folder is not None:
        return Ready(folder, None)
    refuse_used(settings)
    return load(settings, say)


def load(settings: Settings, say: Progress) -> Ready:
    """Make the demo city's folder with its month of history and return it; a load cut short leaves nothing behind.

    It is built beside its place and moved there when it is whole. SettingError if the place is taken.
    """
    refuse_used(settings)
    building = settings.data_dir.with_name(settings.data_dir.name + ".unfinished")
    shutil.rmtree(building, ignore_errors=True)
    ready = _build(_inside(settings, building), say)
    db.disconnect()
    if settings.data_dir.exists():
        settings.data_dir.rmdir()
    os.replace(building, settings.data_dir)
    return ready


def _inside(settings: Settings, building: Path) -> Settings:
    """Return the settings with every path of the data folder moved into the one being built."""

    def moved(path: Path) -> Path:
        return building / path.relative_to(settings.data_dir) if path.is_relative_to(settings.data_dir) else path

    address = settings.database_url.replace(f"sqlite:///{settings.data_dir}/", f"sqlite:///{building}/")
    return replace(settings, data_dir=building, secret_file=moved(settings.secret_file), database_url=address)


def _build(settings: Settings, say: Progress) -> Ready:
    city, epoch = read_city(), now()
    site, smtp = free_port(SITE_PORT), free_port(SMTP_PORT)
    folder = Folder(city.bureau, True, epoch, f"127.0.0.1:{site}", f"127.0.0.1:{smtp}")
    say(f"正在建立演示城市“{city.name}”……")
    make_folder(settings, folder, org_text(city, folder.site or ""))
    with db.transaction() as session:
        password = _put_people(session, city)
        _put_rota(session, city, epoch)
        for rank, target in enumerate(city.targets, start=1):
            upward.put_target(session, target.name, target.phone, rank, "command", epoch)
        _put_sources(session, city, folder, epoch)
        office.set_fact(session, "telephone", city.units[0].phone)
        office.set_fact(session, "demo_mail_url", f"http://{folder.site}/mail/")
    player = Player(settings, folder, city, say)
    player.play()
    put_opinion(epoch, read_org(settings.org_file), player.judge)
    with db.transaction() as session:
        sources.ask_now(session, now())
    mark_folder(settings, folder)
    return Ready(folder, password)


def _put_people(session: Session, city: City) -> str:
    """Put the people with their posts; all accounts of the demo share one new password, which is returned."""
    units = {unit.name: unit for unit in people.units(session)}
    for told in city.units:
        units[told.name].telephone = told.phone
    admin = Person(name="系统管理员", username="admin", role="system_admin")
    password = passwords.give(admin, now(), must_change=False)
    session.add(admin)
    for name, username, role in OTHER_ADMINS:
        session.add(Person(name=name, username=username, role=role, password_hash=admin.password_hash))
    for row in city.people:
        post, role = PLACES[row.role]
        unit = units[row.unit]
        person = Person(
            name=row.name, username=row.username, role=role, email=row.email, phone=row.phone, unit_id=unit.id
        )
        person.password_hash = admin.password_hash
        session.add(person)
        session.flush()
        people.appoint(session, post, person, unit if post == "liaison" else None)
        if post in GROUP:
            people.appoint(session, GROUP[post], person)
    return password


def _put_rota(session: Session, city: City, epoch: datetime) -> None:
    """Put the shifts from a month before to six weeks after: officers take turns, 8:30 to 8:30, with a leader."""
    by_name = {person.username: person for person in session.query(Person)}
    officers = [by_name[row.username] for row in city.people if row.role == "duty_officer"]
    leaders = [by_name[row.username] for row in city.people if row.role == "duty_leader"]
    first = datetime.combine(epoch.astimezone(BEIJING).date(), datetime.min.time(), BEIJING) + SHIFT_START
    for day in range(-32, 46):
        start = first + timedelta(days=day)
        for post, persons in (("duty_officer", officers), ("duty_leader", leaders)):
            person = persons[day % len(persons)]
            session.add(Shift(post=post, person_id=person.id, start_at=start, end_at=start + timedelta(days=1)))


def _put_sources(session: Session, city: City, folder: Folder, epoch: datetime) -> None:
    """Put the city's media as sources, each since it was watched; the play visits them in its own time."""
    for row in city.sources:
        source = sources.add_source(
            session,
            f"http://{folder.site}{row.path}",
            epoch + timedelta(minutes=row.watched),
            name=row.name,
            channel=row.channel,
            authority=row.authority,
            role=row.role,
            region=city.name,
            interval=60,
            legal_basis="演示数据，公开信息",
            impact="演示数据，没有真实的人",
        )
        source.fetch_at = None


def free_port(wanted: int) -> int:
    """Return `wanted` if it is free on loopback, else some free port."""
    for port in (wanted, 0):
        with closing(socket.socket()) as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SettingError("本机没有可用的端口")
