"""The real service on a real office's folder, with a small news site beside it, for killing parts of it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from services.ports import free_port

from huiying.folder import Folder, make_folder, mark_folder, template_text
from store import db, people, sources
from store.settings import Settings
from store.tables import Person

PATIENCE = 30.0
POSTS = ("duty_officer", "duty_leader", "office_director", "deputy_chief", "chief")


def until(what: Callable[[], object], patience: float = PATIENCE) -> float:
    """Wait until `what()` is true and return the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < patience, f"not within {patience} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


class NewsSite:
    """A loopback site with one feed; `publish` adds an item."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str, datetime]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.answer(self.path).encode()
                self.send_response(200 if body else 404)
                self.send_header(
                    "Content-Type", "text/xml; charset=utf-8" if self.path == "/feed" else "text/html; charset=utf-8"
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, title: str, text: str) -> None:
        """Put one more article out."""
        self.items.append((title, text, datetime.now(UTC)))

    def answer(self, path: str) -> str:
        """Return the feed, an article page, or nothing."""
        if path == "/feed":
            rows = "".join(
                f"<item><title>{title}</title><link>http://{self.address}/{n}.html</link>"
                f"<pubDate>{format_datetime(at)}</pubDate><description>{text}</description></item>"
                for n, (title, text, at) in enumerate(self.items)
            )
            return f'<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>{rows}</channel></rss>'
        number = re.fullmatch(r"/(\d+)\.html", path)
        if number is None or int(number[1]) >= len(self.items):
            return ""
        title, text, _ = self.items[int(number[1])]
        head = f"<html><head><title>{title}</title></head>"
        return f"{head}<body><h1>{title}</h1><div id=content><p>{text}</p></div></body></html>"


@dataclass
class Service:
    """The running service: its folder, its processes, its address."""

    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path

    def pid(self, name: str) -> int | None:
        """Return the pid of one of its processes, None while there is none. Only our own children are looked at."""
        for child in _children(self.process.pid):
            command = _command(child)
            if (name == "redis" and "redis-server" in command) or command.rstrip("\0").endswith(f"huiying\0{name}"):
                return child
        return None

    def kill(self, name: str) -> float:
        """Kill a process with -9 and return the seconds until another one has taken its place."""
        until(lambda: self.pid(name))
        old = self.pid(name)
        assert old is not None
        os.kill(old, signal.SIGKILL)
        return until(lambda: self.pid(name) not in (None, old))

    def healthy(self) -> bool:
        """Return whether the web process answers that all is well."""
        try:
            with urlopen(f"http://{self.settings.bind}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def _children(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    found = [int(word) for word in listing.stdout.split()]
    return found + [below for child in found for below in _children(child)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def make_office(folder: Path, feed: str) -> Settings:
    """Make a real office's folder with one person a post and one source."""
    settings = Settings.from_env({"HUIYING_DATA_DIR": str(folder), "HUIYING_BIND": f"127.0.0.1:{free_port()}"})
    mark = Folder("清源市市场监督管理局", False, datetime.now(UTC))
    make_folder(settings, mark, template_text("market_supervision"))
    with db.transaction() as session:
        for post in POSTS:
            person = Person(name=post, email=f"{post}@office.example", role="duty")
            session.add(person)
            session.flush()
            people.appoint(session, post, person)
        for unit in people.units(session):
            person = Person(name=f"{unit.name}联络员", email=f"unit{unit.id}@office.example", unit_id=unit.id)
            session.add(person)
            session.flush()
            people.appoint(session, "liaison", person, unit)
        sources.add_source(session, feed, datetime.now(UTC), name="新闻", interval=60)
    mark_folder(settings, mark)
    return settings


@contextmanager
def running(settings: Settings, **env: str) -> Iterator[Service]:
    """Run `huiying up` on the folder until the block ends; nothing of it is left running then."""
    log = settings.data_dir.with_suffix(".out")
    environment = {
        **os.environ,
        "HUIYING_DATA_DIR": str(settings.data_dir),
        "HUIYING_BIND": settings.bind,
        "HUIYING_BASE_URL": settings.base_url,
        **env,
    }
    command = [str(Path(sys.executable).with_name("huiying")), "up"]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        service = Service(settings, process, log)
        try:
            until(service.healthy, patience=60)
            yield service
        finally:
            children = _children(process.pid)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
            assert not [child for child in children if _command(child)], log.read_text()[-2000:]
