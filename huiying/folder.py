"""The data folder: what marks it, and how a new one is made for a real office or for the demo city."""

import json
import os
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from huiying import orgs
from store import db, journal, office, secrets
from store.org import put_outlets, put_units, read_org
from store.settings import SettingError, Settings

DEMO_MARK = "演示"
DEMO_MAIL = "qingyuan.example"
"""The mail domain of the people of the demo city: they get their letters in full."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What `office.toml` says of a data folder. A demo has the two loopback addresses of its city."""

    name: str
    demo: bool
    made_at: datetime
    site: str | None = None
    smtp: str | None = None


def read_folder(settings: Settings) -> Folder | None:
    """Return what marks the data folder, None where it is not made yet. SettingError if the mark cannot be read."""
    try:
        table = tomllib.loads(settings.office_file.read_text(encoding="utf8"))
        return Folder(**table["office"])
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SettingError(f"{settings.office_file} 不能用（{error}）；请从备份恢复") from None


def with_demo(settings: Settings) -> Settings:
    """Return settings that know the demo city's mail server and site, where the folder is a demo."""
    folder = read_folder(settings)
    if folder is None or not folder.demo or not folder.site or not folder.smtp:
        return settings
    return replace(
        settings,
        smtp_url=settings.smtp_url or f"smtp://{folder.smtp}",
        full_text_domains=settings.full_text_domains or frozenset({DEMO_MAIL}),
        allow_private_hosts=settings.allow_private_hosts | {folder.site},
    )


def make_folder(settings: Settings, folder: Folder, template: str) -> None:
    """Make a data folder with its secret, bureau template (TOML text) and an empty database with its units.

    SettingError if the folder holds something already: nothing is ever overwritten.
    """
    refuse_used(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.org_file.write_text(template, encoding="utf8")
    secrets.master(settings.secret_file)
    from store import migrate  # Alembic is heavy and only needed here.

    migrate.upgrade(settings.database_url)
    db.connect(settings.database_url)
    org = read_org(settings.org_file)
    with db.transaction() as session:
        if office.fact(session, "name") is not None:
            raise SettingError("这个数据库已经属于一个单位（DATABASE_URL），没有改动")
        put_units(session, org)
        put_outlets(session, org, folder.made_at)
        office.set_fact(session, "name", folder.name)
        office.set_fact(session, "demo", folder.demo)
        journal.record(session, "system", "init", "office", folder.made_at, demo=folder.demo)


def mark_folder(settings: Settings, folder: Folder) -> None:
    """Write the mark, last of all: a folder without it was not finished and is not used."""
    mark = "# 这个文件标明数据文件夹属于谁，请勿改动。\n[office]\n" + "".join(
        f"{key} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)}\n"
        for key, value in vars_of(folder).items()
        if value is not None
    )
    fresh = settings.office_file.with_suffix(".new")
    fresh.write_text(mark, encoding="utf8")
    os.replace(fresh, settings.office_file)


def template_text(name: str) -> str:
    """Return the bureau template `name` shipped with the service, or the one in the file of this path. ValueError."""
    if not name.endswith(".toml"):
        orgs.template(name)
        return files(orgs).joinpath(f"{name}.toml").read_text(encoding="utf8")
    try:
        return Path(name).read_text(encoding="utf8")
    except OSError as error:
        raise ValueError(f"机构模板 {name} 无法读取：{error.strerror}") from None


def vars_of(folder: Folder) -> dict[str, object]:
    """Return the fields of a Folder by name."""
    return {name: getattr(folder, name) for name in ("name", "demo", "made_at", "site", "smtp")}


def refuse_used(settings: Settings) -> None:
    """Raise SettingError where the data folder holds anything already, saying what it is."""
    found = read_folder(settings)
    if found is not None:
        kind = f"{DEMO_MARK}文件夹" if found.demo else f"“{found.name}”的数据"
        raise SettingError(f"{settings.data_dir} 已经是{kind}，没有改动；请用 HUIYING_DATA_DIR 另选一个文件夹")
    if settings.data_dir.exists() and any(settings.data_dir.iterdir()):
        raise SettingError(f"{settings.data_dir} 里已有别的文件，没有改动；请用 HUIYING_DATA_DIR 另选一个文件夹")
