"""A 专题 made in a real browser: what it would have hit appears while the query is typed, a fault at its place."""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from services.chromium import FLAGS
from services.ports import free_port

from classifier.trials import answer_due
from store import db, office, people, sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Person, Watch

PASSWORD = "correct horse battery"
READY_WITHIN = 60.0

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a running `huiying web`; a thread answers what is asked, as the worker does."""
    db.connect(sqlite_url)
    now = datetime.now(UTC)
    with transaction() as session:
        for name in ("clock", "worker"):
            office.beat(session, name, now)
        keeper = Person(name="值班员A", username="duty", role="duty", email="a@office.example")
        people.set_password(keeper, PASSWORD)
        session.add(keeper)
        source = sources.add_source(session, "https://news.example/feed", now, name="清源日报")
        texts = [("冷链食品抽检", "提升产品和服务"), ("天气", "晴")]
        add_articles(session, source, [NewArticle(f"https://news.example/{n}", *t) for n, t in enumerate(texts)], now)
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(stop,))
    worker.start()
    bind = f"127.0.0.1:{free_port()}"
    env = {**os.environ, "DATABASE_URL": sqlite_url, "HUIYING_DATA_DIR": str(tmp_path), "HUIYING_BIND": bind}
    env |= {"SMTP_URL": "smtp://127.0.0.1:2525", "HUIYING_BASE_URL": f"http://{bind}"}
    command = [str(Path(sys.executable).with_name("huiying")), "web"]
    with (
        (tmp_path / "web.log").open("wb") as log,
        subprocess.Popen(command, env=env, stdout=log, stderr=log) as process,
    ):
        try:
            _wait(f"http://{bind}/healthz", process, tmp_path / "web.log")
            yield f"http://{bind}"
        finally:
            stop.set()
            worker.join(10)
            process.terminate()
            process.wait(10)
            db.disconnect()


def _work(stop: threading.Event) -> None:
    while not stop.wait(0.1):
        answer_due(lambda: datetime.now(UTC), 1)


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
def page(address: str, chromium: str) -> Iterator[Page]:
    """A signed-in page; an error in a script fails the test."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=FLAGS) as browser:
        made = browser.new_page(viewport={"width": 1440, "height": 1000})
        errors: list[str] = []
        made.on("pageerror", lambda error: errors.append(str(error)))
        made.goto(f"{address}/login")
        made.fill("input[name=username]", "duty")
        made.fill("input[name=password]", PASSWORD)
        made.click("main button")
        yield made
        assert errors == []


def test_what_a_query_would_hit_is_seen_while_it_is_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/watches/new")
    trial = page.locator("#trial")
    expect(trial).to_contain_text("写好监测词")
    page.fill("textarea[name=query]", "(冷链 OR 和服")
    expect(trial).to_contain_text("括号没有合上")
    expect(trial.locator("mark")).to_have_text("(")
    page.fill("textarea[name=query]", "冷链 OR 和服")
    expect(trial).to_contain_text("最近 30 天 2 条信息里会命中 1 条")
    expect(trial).to_contain_text("“和服务”里的“和服”")
    expect(trial.locator(".hit-list .what mark")).to_have_text("冷链")
    page.fill("input[name=name]", "冷链食品")
    page.click("form#watch button.primary")
    expect(page.locator("h1")).to_have_text("冷链食品")
    with reading() as session:
        assert session.get_one(Watch, 1).query == "冷链 OR 和服"
