"""Bringing a database to the present schema; refusing one that is newer than this program."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.db import make_engine

_LOCK = 7_305_202


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("store").joinpath("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to the newest schema, or to `revision`. RuntimeError if it is newer than we are."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            _wait_for_others(connection)
            _refuse_newer(connection)
            connection.commit()
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def _wait_for_others(connection: Connection) -> None:
    """Let one process migrate at a time: PostgreSQL ends this lock with the connection, SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise RuntimeError(f"数据库的结构（{found}）比本程序新，请升级程序；数据没有改动")
