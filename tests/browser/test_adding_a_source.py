"""Adding a source by its address in a real browser: the page waits by itself, shows what was found, and saves it."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from services.chromium import FLAGS
from services.ports import free_port
from sqlalchemy import select

from store import db, office, people
from store.db import transaction
from store.tables import Ask, Person, Source

PASSWORD = "correct horse battery"
READY_WITHIN = 30.0
FOUND = {
    "url": "https://www.dongling.example/xw/",
    "kind": "list",
    "kind_label": "网页列表",
    "name": "东岭区新闻",
    "options": {"row": "ul.news > li", "link": "a"},
    "found": 2,
    "items": [{"title": "节前食品安全检查", "link": "https://www.dongling.example/1", "published": None}],
    "steps": [{"what": "打开网址", "words": "HTTP 200", "good": True}],
}

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a running `huiying web` over an office with one keeper of sources."""
    db.connect(sqlite_url)
    with transaction() as session:
        for name in ("clock", "worker"):
            office.beat(session, name, datetime.now(UTC))
        keeper = Person(name="办公室B", username="office", role="office")
        people.set_password(keeper, PASSWORD)
        session.add(keeper)
    bind = f"127.0.0.1:{free_port()}"
    env = {**os.environ, "DATABASE_URL": sqlite_url, "HUIYING_DATA_DIR": str(tmp_path), "HUIYING_BIND": bind}
    env |= {"SMTP_URL": "smtp://127.0.0.1:2525", "HUIYING_BASE_URL": f"http://{bind}"}
    with (tmp_path / "web.log").open("wb") as log:
        command = [str(Path(sys.executable).with_name("huiying")), "web"]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            _wait(f"http://{bind}/healthz", process, tmp_path / "web.log")
            yield f"http://{bind}"
        finally:
            process.terminate()
            process.wait(10)
            db.disconnect()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"huiying web 没有启动：{log.read_text()}")


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A browser page on which every complaint of the console, the policy or a script fails the test."""
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900})
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def _answer(number: int, **values: object) -> None:
    """Write into the question what a worker would."""
    with transaction() as session:
        row = session.scalars(select(Ask).order_by(Ask.id)).all()[number - 1]
        for name, value in values.items():
            setattr(row, name, value)


def test_a_source_is_added_by_its_address(page: Page, address: str) -> None:
    page.goto(f"{address}/sources/new")
    page.get_by_label("用户名").fill("office")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("网址", exact=True).fill("https://www.dongling.example/xw/")
    page.get_by_role("button", name="查看").click()

    expect(page.locator("#waiting")).to_contain_text("等抓取进程接手")
    _answer(1, attempts=1)
    expect(page.locator("#waiting")).to_contain_text("正在打开网址并辨认")
    _answer(1, answer=FOUND, answered_at=datetime.now(UTC), ask_at=None)
    expect(page.get_by_role("heading", name="看到 2 条，网页列表")).to_be_visible()
    expect(page.get_by_role("link", name="节前食品安全检查")).to_be_visible()

    page.get_by_label("每一行").fill("div.list > p")
    page.get_by_role("button", name="按这些选择器再看").click()
    expect(page.locator("#waiting")).to_be_visible()
    found = FOUND | {"options": {"row": "div.list > p", "link": "a"}, "found": 9}
    _answer(2, answer=found, answered_at=datetime.now(UTC), ask_at=None)
    expect(page.get_by_role("heading", name="看到 9 条，网页列表")).to_be_visible()
    expect(page.get_by_label("每一行")).to_have_value("div.list > p")

    confirm = page.get_by_label("这不是个人账号")
    expect(page.get_by_label("名称", exact=True)).to_have_value("东岭区新闻")
    expect(confirm).to_be_hidden()
    page.locator("select[name=channel]").select_option("weibo")
    expect(confirm).to_be_visible()
    confirm.check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("已登记，马上抓取第一次")
    expect(page.get_by_role("heading", name="东岭区新闻")).to_be_visible()
    with transaction() as session:
        one = session.scalars(select(Source)).one()
        assert (one.kind, one.options, one.channel) == ("list", {"row": "div.list > p", "link": "a"}, "weibo")

    page.goto(f"{address}/sources")
    expect(page.locator(".table.sources")).to_contain_text("从未连通")
    page.get_by_role("link", name="未登记依据 1").click()
    expect(page.locator(".table.sources")).to_contain_text("东岭区新闻")
