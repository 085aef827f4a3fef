"""A 专题 made in a real browser: what it would have hit appears while the query is typed, a fault at its place."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from services.browsing import PASSWORD, sign_in, web

from classifier.trials import answer_due
from store import db, office, people, sources
from store.articles import NewArticle, add_articles
from store.db import reading, transaction
from store.tables import Person, Watch

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
    with web(sqlite_url, tmp_path) as at:
        yield at
    stop.set()
    worker.join(10)
    db.disconnect()


def _work(stop: threading.Event) -> None:
    while not stop.wait(0.1):
        answer_due(lambda: datetime.now(UTC), 1)


def test_what_a_query_would_hit_is_seen_while_it_is_typed(page: Page, address: str) -> None:
    sign_in(page, address, "duty")
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
