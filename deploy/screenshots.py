"""Pictures of the demo city's screens and mails for docs/: a new folder, the real service, the system's Chromium.

usage: screenshots.py [FOLDER]   (default: docs beside this file)
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")
WIDE, PHONE = (1440, 1000), (360, 800)
SETTLE = 15
"""Seconds after which the city's newest matter is on the board."""
SCREENS = {
    "board": ("/", WIDE),
    "board-phone": ("/", PHONE),
    "case": ("/cases/24", WIDE),
    "lead": ("/leads/27", WIDE),
    "articles": ("/articles", WIDE),
    "sources": ("/sources", WIDE),
    "digest": ("/digests/30", WIDE),
}
MAILS = {
    "mail-assigned": "舆情交办·红",
    "mail-found-late": "发现时已逾期",
    "mail-reminder": "最后1小时",
    "mail-overdue": "舆情逾期",
    "mail-suspected": "线索·疑似",
    "mail-lead": "【线索】",
    "mail-digest": "舆情日报",
    "mail-alarm": "系统告警",
}


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        service(Path(data) / "var") as (address, password),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        screens(browser, address, password, folder)
        mails(browser, Path(data) / "var", folder)
        browser.close()


def screens(browser: Browser, address: str, password: str, folder: Path) -> None:
    """Take every screen as the duty officer sees it."""
    for size in (WIDE, PHONE):
        page = opened(browser, size)
        page.goto(address)
        page.get_by_label("用户名").fill("zhiban-a")
        page.get_by_label("口令").fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="在办时限").wait_for()
        for name, (path, wanted) in SCREENS.items():
            if wanted == size:
                picture(page, f"{address}{path}", folder / f"{name}.png", full=False)


def mails(browser: Browser, data: Path, folder: Path) -> None:
    """Take the newest mail of each kind, as a mail program shows it."""
    site = tomllib.loads((data / "office.toml").read_text("utf-8"))["office"]["site"]
    page = opened(browser, (760, 900))
    for name, words in MAILS.items():
        page.goto(f"http://{site}/mail/")
        page.locator("td.subject a", has_text=words).first.click()
        letter = page.locator("iframe").first.get_attribute("src")
        picture(page, f"http://{site}{letter}", folder / f"{name}.png", full=True)


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    """Return a page as an office in China has it."""
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport)  # type: ignore[arg-type]


def picture(page: Page, address: str, file: Path, *, full: bool) -> None:
    """Open an address and keep what is seen."""
    page.goto(address)
    page.wait_for_timeout(500)
    page.screenshot(path=file, full_page=full)
    print(f"{file.name}  {page.title()}", flush=True)


@contextmanager
def service(data: Path) -> Iterator[tuple[str, str]]:
    """Run the service on a new demo folder; give its address and the password of the accounts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [str(Path(sys.executable).with_name("huiying")), "up"]
    env = {**os.environ, "HUIYING_DATA_DIR": str(data), "HUIYING_BIND": bind, "HUIYING_BASE_URL": f"http://{bind}"}
    printed = data.with_name("printed")
    with printed.open("wb") as out, subprocess.Popen(command, env=env, stdout=out, stderr=out) as process:
        try:
            wait(f"http://{bind}/healthz", process)
            time.sleep(SETTLE)
            greeting = printed.read_text("utf-8")
            yield f"http://{bind}", greeting.partition("口令都是 ")[2].partition("（")[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the web process answers, for as long as the service runs."""
    while process.poll() is None:
        try:
            urlopen(address, timeout=2).close()  # noqa: S310 - our own address
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the service ended before it answered")


def chromium() -> str:
    """Return the path of the system's browser."""
    sys.path.insert(0, str(ROOT / "tests"))
    from services.chromium import find_chromium

    return find_chromium()


if __name__ == "__main__":
    main()
