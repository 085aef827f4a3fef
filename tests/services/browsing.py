"""What browser tests stand on: the service under an address, and a page that lets no complaint pass."""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright
from services.chromium import FLAGS
from services.ports import free_port
from werkzeug.serving import make_server

from dashboard import create_app
from store.settings import Settings

PASSWORD = "correct horse battery"
READY_WITHIN, GONE_WITHIN = 60.0, 2.5
MAIL = {"SMTP_URL": "smtp://127.0.0.1:2525"}


@contextmanager
def web(url: str, folder: Path) -> Iterator[str]:
    """Yield the address of a real `huiying web` over the database `url`; SIGTERM ends it soon and with status 0."""
    bind, log = f"127.0.0.1:{free_port()}", folder / "web.log"
    env = {**os.environ, **MAIL, "DATABASE_URL": url, "HUIYING_DATA_DIR": str(folder), "HUIYING_BIND": bind}
    command = [str(Path(sys.executable).with_name("huiying")), "web"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env | {"HUIYING_BASE_URL": f"http://{bind}"}, stdout=out, stderr=out)
        try:
            _wait(f"http://{bind}/healthz", process, log)
            yield f"http://{bind}"
        finally:
            process.terminate()
            started = time.monotonic()
            status = process.wait(10)
    assert status == 0
    assert time.monotonic() - started < GONE_WITHIN


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"huiying web 没有启动：{log.read_text()}")


@contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """Yield the address of the application in a thread of this process, which is connected to the database `url`."""
    app = create_app(Settings.from_env({**MAIL, "HUIYING_DATA_DIR": str(folder), "DATABASE_URL": url}))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@contextmanager
def watched_page(chromium: str) -> Iterator[Page]:
    """Yield a page on which every complaint of the console, the policy or a script fails the test.

    A form that is refused is answered with 422, of which the console speaks too; the test says whether it was to be.
    """
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and "status of 422" not in said.text:
            complaints.append(said.text)

    with sync_playwright() as play, play.chromium.launch(executable_path=chromium, args=list(FLAGS)) as browser:
        page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 1000})
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


def sign_in(page: Page, address: str, name: str) -> None:
    """Sign in as `name`, whose password is PASSWORD."""
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
