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

import scenes
import short_texts
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from small_png import smaller

from huiying.folder import read_folder
from store import db
from store.settings import Settings

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
PLAYED = {
    "board-calls": ("/", WIDE, ".calls-section"),
    "season": ("/", WIDE, ".top"),
    "upward": ("/leads/29", WIDE, "#upward"),
    "report": ("/leads/29/report", WIDE, ".paper"),
    "handover": ("/handovers/1", WIDE, "main"),
}
"""Parts of screens after the scenes: path, size, and which part."""
MAILS = {
    "mail-assigned": ("舆情交办·红", ""),
    "mail-found-late": ("发现时已逾期", ""),
    "mail-reminder": ("最后1小时", ""),
    "mail-overdue": ("舆情逾期", "lly-"),
    "mail-suspected": ("线索·疑似", ""),
    "mail-lead": ("【线索】", ""),
    "mail-digest": ("舆情日报", ""),
    "mail-alarm": ("监测源抓取失败", ""),
    "mail-chase": ("【未签收", ""),
    "mail-chief-overdue": ("舆情逾期", "juzhang-f"),
    "mail-periodic": ("【周期性工作", ""),
    "mail-silence": ("【监测源沉默】", ""),
    "mail-helper": ("【舆情协办", ""),
    "mail-handed-on": ("【舆情转办】消费者权益保护科", ""),
    "mail-merged": ("【舆情并案】", ""),
    "mail-return-asked": ("【申请退办】", ""),
    "mail-return-refused": ("退办未同意", ""),
    "mail-sign-later": ("【提醒补签】", ""),
    "mail-self-check": ("【值班自检】", ""),
    "mail-handover": ("【交接班】请接班签字", ""),
}
"""Words of the subject, and of the recipient."""
TALLEST = 1400


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        service(Path(data) / "var") as (address, password),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(
            executable_path=chromium(), args=list(FLAGS), env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        screens(browser, address, password, folder)
        settings = city(Path(data) / "var", address)
        scenes.play()
        played(browser, address, password, folder)
        mails(browser, Path(data) / "var", folder)
        texts(browser, settings, folder)
        db.disconnect()
        browser.close()


def city(data: Path, address: str) -> Settings:
    """Connect to the city's database and return its settings."""
    settings = Settings.from_env({"HUIYING_DATA_DIR": str(data), "HUIYING_BASE_URL": address})
    folder = read_folder(settings)
    if folder is None:
        raise SystemExit("the service made no folder")
    db.connect(settings.database_url)
    return settings


def screens(browser: Browser, address: str, password: str, folder: Path) -> None:
    """Take every screen as the duty officer sees it."""
    for size in (WIDE, PHONE):
        page = signed_in(browser, address, password, size)
        for name, (path, wanted) in SCREENS.items():
            if wanted == size:
                picture(page, f"{address}{path}", folder / f"{name}.png", full=False)


def played(browser: Browser, address: str, password: str, folder: Path) -> None:
    """Take the parts of screens that show what happened in the scenes."""
    page = signed_in(browser, address, password, WIDE)
    for name, (path, _, part) in PLAYED.items():
        page.goto(f"{address}{path}")
        page.wait_for_timeout(500)
        keep(page, page.locator(part).first, folder / f"{name}.png")


def mails(browser: Browser, data: Path, folder: Path) -> None:
    """Take the newest mail of each kind, as a mail program shows it."""
    site = tomllib.loads((data / "office.toml").read_text("utf-8"))["office"]["site"]
    page = opened(browser, (760, 900))
    for name, (words, to) in MAILS.items():
        found(page, f"http://{site}/mail/", words, to).click()
        letter = page.locator("iframe").first.get_attribute("src")
        picture(page, f"http://{site}{letter}", folder / f"{name}.png", full=True)
        if name == "mail-handover":
            link = page.get_by_role("link", name="接班签字").get_attribute("href") or ""
            picture(opened(browser, PHONE), link, folder / "handover-link.png", full=False)


def found(page: Page, address: str, words: str, to: str) -> Locator:
    """Return the link to the newest mail to this recipient with these words in its subject, on its page of the list."""
    for number in range(1, 20):
        page.goto(f"{address}?page={number}")
        rows = page.locator("tr").filter(has=page.locator("td.to", has_text=to)) if to else page.locator("tr")
        link = rows.locator("td.subject a", has_text=words)
        if link.count():
            return link.first
    raise SystemExit(f"no mail 【{words}】 to {to or 'anybody'}")


def texts(browser: Browser, settings: Settings, folder: Path) -> None:
    """Take what the channels beside mail carry."""
    page = opened(browser, (760, 400))
    page.set_content(short_texts.page(settings))
    keep(page, page.locator("html"), folder / "short-texts.png")


def signed_in(browser: Browser, address: str, password: str, size: tuple[int, int]) -> Page:
    """Return a page on which the duty officer has signed in."""
    page = opened(browser, size)
    page.goto(address)
    page.get_by_label("用户名").fill("zhiban-a")
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="在办时限").wait_for()
    return page


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    """Return a page as an office in China has it."""
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport)  # type: ignore[arg-type]


def picture(page: Page, address: str, file: Path, *, full: bool) -> None:
    """Open an address and keep what is seen, in full no more than the first 1400 px."""
    page.goto(address)
    page.wait_for_timeout(500)
    keep(page, page.locator("html") if full else None, file)


def keep(page: Page, part: Locator | None, file: Path) -> None:
    """Keep a part of a page, or what is seen of it."""
    box = part.bounding_box() if part is not None else None
    if box is not None:
        clip = {**box, "height": min(box["height"], TALLEST)}
        taken = page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
    else:
        taken = page.screenshot()
    reducer = page.context.browser.new_page()  # type: ignore[union-attr]
    file.write_bytes(smaller(reducer, taken))
    reducer.close()
    print(f"{file.name}  {file.stat().st_size // 1024} kB  {page.title()}", flush=True)


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
